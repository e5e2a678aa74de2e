/**
 * The probability of backtest overfitting, by combinatorially symmetric cross-validation: days are cut
 * into blocks, every half of the blocks in turn chooses the best trial, and the other half judges it.
 * Floor 1. Source: Bailey, Borwein, López de Prado and Zhu, The Probability of Backtest Overfitting, 2017.
 */
import { valueAt } from '../../model/bars.js'
import { log } from '../elementary.js'
import { covariance, mean } from '../statistics.js'

/** Blocks of days, where nothing else is said: 12,870 splits. */
export const BLOCKS = 16

/** More blocks than this make more splits than are worth their time. */
const MOST_BLOCKS = 20

/** Every split has a value in each column, in one order. Sharpe ratios of one period. */
export interface CrossValidation {
  readonly blocks: number
  /** Share of the splits whose champion lies in the lower half out of sample; NaN where nothing was split. */
  readonly pbo: number
  /** ln(w / (1 − w)), w the champion's rank out of sample ÷ (trials + 1); above 0 in the upper half. */
  readonly logits: Float64Array
  /** Sharpe ratio of each split's champion where it was chosen, and where it was judged. */
  readonly inSample: Float64Array
  readonly outOfSample: Float64Array
  /** Share of the champions with a Sharpe ratio of at most 0 out of sample. */
  readonly lossShare: number
}

/** A variance below this share of the mean square is rounding: the column does not move. */
const VARIANCE_NOISE = 1e-13

/**
 * Cross-validates columns of returns of one length, a column a trial. The first rows that do not fill the
 * blocks are left out. A column that does not move has a Sharpe ratio of 0; of equal champions the first
 * is taken, equal ranks are averaged. Needs two columns and two rows a block, else nothing is split.
 *
 * A split's sums are the sums of its low blocks plus those of its high blocks, both looked up in tables of
 * all subsets: two additions a trial and split, and no rounding that depends on the order of splits.
 */
export function crossValidate(columns: readonly Float64Array[], blocks = BLOCKS): CrossValidation {
  if (!(Number.isInteger(blocks) && blocks % 2 === 0 && blocks >= 2 && blocks <= MOST_BLOCKS)) {
    throw new RangeError(`blocks must be an even number from 2 to ${MOST_BLOCKS}, was ${blocks}`)
  }
  const trials = columns.length
  const rows = Math.floor((columns[0]?.length ?? 0) / blocks)
  const masks = trials < 2 || rows < 2 ? [] : halvesOf(blocks)
  const logits = new Float64Array(masks.length)
  const inSample = new Float64Array(masks.length)
  const outOfSample = new Float64Array(masks.length)
  if (masks.length > 0) {
    const half = blocks / 2
    const low = subsetSums(columns, { first: 0, half, rows, blocks })
    const high = subsetSums(columns, { first: half, half, rows, blocks })
    const lowBits = 2 ** half - 1
    const count = half * rows
    const sharpes = (mask: number, into: Float64Array): void =>
      fillSharpes(into, { low, high, a: (mask & lowBits) * trials, b: (mask >> half) * trials, count })
    const logitOf = logitTable(trials)
    const ours = new Float64Array(trials)
    const theirs = new Float64Array(trials)
    // Masks rise, so the complement of the first is the last: each row of ratios serves two splits.
    for (let k = 0; k < masks.length / 2; k++) {
      const other = masks.length - 1 - k
      sharpes(masks[k] ?? 0, ours)
      sharpes(masks[other] ?? 0, theirs)
      judge(k, ours, theirs)
      judge(other, theirs, ours)
    }
    function judge(k: number, chosenOn: Float64Array, judgedOn: Float64Array): void {
      const champion = firstLargest(chosenOn)
      logits[k] = valueAt(logitOf, doubleRank(judgedOn, champion))
      inSample[k] = valueAt(chosenOn, champion)
      outOfSample[k] = valueAt(judgedOn, champion)
    }
  }
  return {
    blocks,
    pbo: shareAtMostZero(logits),
    logits,
    inSample,
    outOfSample,
    lossShare: shareAtMostZero(outOfSample),
  }
}

/** Least squares of `y` on `x`; NaN where x does not vary. */
export interface Line {
  readonly slope: number
  readonly intercept: number
  /** Share of y's variance that the line explains. */
  readonly r2: number
}

/** The line through two columns of one length. */
export function fitLine(x: Float64Array, y: Float64Array): Line {
  const across = covariance(x, y)
  const slope = across / covariance(x, x)
  return {
    slope,
    intercept: mean(y) - slope * mean(x),
    r2: (slope * across) / covariance(y, y),
  }
}

/** All choices of half of the blocks as bits, rising. */
function halvesOf(blocks: number): readonly number[] {
  const masks: number[] = []
  for (let mask = 0; mask < 2 ** blocks; mask++) if (bitsOf(mask) === blocks / 2) masks.push(mask)
  return masks
}

function bitsOf(mask: number): number {
  let bits = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++
  return bits
}

/** Sums of returns and of their squares by subset of some blocks and by trial: `[subset · trials + trial]`. */
interface SubsetSums {
  readonly sums: Float64Array
  readonly squares: Float64Array
}

function subsetSums(
  columns: readonly Float64Array[],
  { first, half, rows, blocks }: { first: number; half: number; rows: number; blocks: number },
): SubsetSums {
  const trials = columns.length
  const sums = new Float64Array(2 ** half * trials)
  const squares = new Float64Array(2 ** half * trials)
  for (const [trial, column] of columns.entries()) {
    const start = column.length - rows * blocks + first * rows
    for (let block = 0; block < half; block++) {
      let sum = 0
      let square = 0
      for (let i = start + block * rows; i < start + (block + 1) * rows; i++) {
        const value = valueAt(column, i)
        sum += value
        square += value * value
      }
      sums[2 ** block * trials + trial] = sum
      squares[2 ** block * trials + trial] = square
    }
  }
  for (let subset = 1; subset < 2 ** half; subset++) {
    const rest = subset & (subset - 1)
    if (rest === 0) continue
    const [to, a, b] = [subset * trials, rest * trials, (subset ^ rest) * trials]
    for (let trial = 0; trial < trials; trial++) {
      sums[to + trial] = valueAt(sums, a + trial) + valueAt(sums, b + trial)
      squares[to + trial] = valueAt(squares, a + trial) + valueAt(squares, b + trial)
    }
  }
  return { sums, squares }
}

function fillSharpes(
  into: Float64Array,
  { low, high, a, b, count }: { low: SubsetSums; high: SubsetSums; a: number; b: number; count: number },
): void {
  for (let trial = 0; trial < into.length; trial++) {
    const sum = valueAt(low.sums, a + trial) + valueAt(high.sums, b + trial)
    const square = valueAt(low.squares, a + trial) + valueAt(high.squares, b + trial)
    const variance = square - (sum * sum) / count
    into[trial] = variance > square * VARIANCE_NOISE ? sum / count / Math.sqrt(variance / (count - 1)) : 0
  }
}

function firstLargest(values: Float64Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (valueAt(values, i) > valueAt(values, best)) best = i
  return best
}

/** Twice the rank of a value from below, counted from 1, the mean rank among equals: a whole number. */
function doubleRank(values: Float64Array, index: number): number {
  const value = valueAt(values, index)
  let below = 0
  let equal = 0
  for (let i = 0; i < values.length; i++) {
    const other = valueAt(values, i)
    if (other < value) below++
    else if (other === value) equal++
  }
  return 2 * below + equal + 1
}

/** The logit by twice the rank. */
function logitTable(trials: number): Float64Array {
  return new Float64Array(2 * trials + 1).map((_, double) => {
    const share = double / 2 / (trials + 1)
    return log(share / (1 - share))
  })
}

function shareAtMostZero(values: Float64Array): number {
  let count = 0
  for (const value of values) if (value <= 0) count++
  return count / values.length
}

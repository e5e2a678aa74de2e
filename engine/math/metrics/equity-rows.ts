/**
 * Rows of `equity.csv`: what a run was worth at each midnight (or at each bar's end) and at each fill.
 * Cash and base held are rebuilt from the fills, so that the rows prove the books. Floor 1.
 */
import { countBefore, valueAt } from '../../model/bars.js'
import { InvariantError } from '../../model/errors.js'
import type { Fill } from '../../model/fill.js'
import { formatUnits, toNumber, type Units } from '../../model/money.js'
import type { RunResult } from '../../model/run-result.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { EpochMs } from '../../model/time.js'
import { barEnd, endedBars, midnightsOf } from './daily-marks.js'

/** Which marks stand between the fills: UTC midnights, or the end of each bar. */
export type EquityRowsEvery = 'days' | 'bars'

/** One row. Amounts in quote. */
export interface EquityRow {
  readonly time: EpochMs
  /** cash + positionValue, less the worth of BNB that commissions took, in doubles. */
  readonly equity: number
  readonly cash: Units
  /** Base held × the last close, or × the price at a fill. */
  readonly positionValue: number
  /** 1 − equity / highest equity at a close so far; at least 0, a fraction. */
  readonly drawdown: number
}

/**
 * Rows in order of time, one for each mark and one for each fill; at one time the mark comes first.
 * With `days` the marks are the UTC midnights of the range and the end of its last bar; a mark shows
 * the books after the last bar that ended by then. A generator, because `bars` can be millions.
 * Throws an InvariantError when the fills do not add up to the run's final cash and base.
 */
export function* equityRows(result: RunResult, every: EquityRowsEvery): Generator<EquityRow, void> {
  const { bars, fills, first, end, rules, settings, symbols } = result
  const start = newBook({ cash: settings.cash, charged: 0n, quantities: symbols.map(() => 0n) }, rules)
  const peakAt = newPeak(result)
  let atMark = start
  let applied = 0
  let atFill = start
  let written = 0
  /** Books after the fills that are written and not yet in a mark, oldest first. */
  const waiting: Book[] = []
  let ended = first
  for (const mark of every === 'days' ? dayMarks(result) : barMarks(result)) {
    for (let fill = fills[written]; fill && comesBefore(fill, mark); fill = fills[written]) {
      atFill = applyFill(atFill, fill, rules)
      waiting.push(atFill)
      written++
      ended = endedBars({ bars, first: ended, end, time: fill.time })
      const prices = closesAt(result, ended)
      prices[fill.symbolIndex] = toNumber(fill.price, rules.priceScale)
      yield rowOf(fill.time, { book: atFill, prices, peak: peakAt(ended) })
    }
    const before = applied
    for (let fill = fills[applied]; fill && fill.barIndex < mark.ended; fill = fills[applied]) applied++
    if (applied > before) atMark = waiting.splice(0, applied - before).at(-1) ?? atMark
    ended = mark.ended
    yield rowOf(mark.time, { book: atMark, prices: closesAt(result, ended), peak: peakAt(ended) })
  }
  checkBook(atMark, result)
}

/** A moment at which equity is marked; bars before index `ended` are over. */
interface Mark {
  readonly time: EpochMs
  readonly ended: number
}

function* dayMarks(result: RunResult): Generator<Mark, void> {
  const { bars, first, end } = result
  let ended = first
  let last: number | undefined
  for (const time of midnightsOf(result)) {
    ended = endedBars({ bars, first: ended, end, time })
    last = time
    yield { time, ended }
  }
  const time = barEnd(bars, end - 1)
  if (time !== last) yield { time, ended: end }
}

function* barMarks({ bars, first, end }: RunResult): Generator<Mark, void> {
  for (let i = first; i < end; i++) yield { time: barEnd(bars, i), ended: i + 1 }
}

/** A fill inside a bar that has ended by the mark belongs before it even at the mark's own time. */
function comesBefore(fill: Fill, mark: Mark): boolean {
  return fill.time < mark.time || fill.barIndex < mark.ended
}

/** Highest equity at the closes of bars before index `ended`; calls must not go back. */
function newPeak({ equity, first }: RunResult): (ended: number) => number {
  let peak = Number.NEGATIVE_INFINITY
  let seen = first
  return (ended) => {
    for (; seen < ended; seen++) {
      const value = valueAt(equity, seen - first)
      if (value > peak) peak = value
    }
    return peak
  }
}

/** Each symbol's last close before bar `ended`; nothing is held before the first. */
function closesAt({ bars, first, symbols }: RunResult, ended: number): number[] {
  if (symbols.length === 1) return [ended === first ? 0 : valueAt(bars.close, ended - 1)]
  const until = ended === 0 ? 0 : valueAt(bars.openTime, ended - 1) + 1
  return symbols.map((symbol) => {
    const count = countBefore(symbol.bars, until)
    return count === 0 ? 0 : valueAt(symbol.bars.close, count - 1)
  })
}

function rowOf(
  time: EpochMs,
  { book, prices, peak }: { readonly book: Book; readonly prices: readonly number[]; readonly peak: number },
): EquityRow {
  const positionValue = book.heldNumbers.reduce((sum, held, k) => sum + held * (prices[k] ?? 0), 0)
  const equity = book.cashNumber + positionValue
  return { time, equity, cash: book.cash, positionValue, drawdown: equity < peak ? 1 - equity / peak : 0 }
}

/** Cash and base held of each symbol, exactly and as doubles. */
interface Book {
  readonly cash: Units
  /** Worth in quote of the BNB that commissions took. */
  readonly charged: Units
  readonly quantities: readonly Units[]
  /** Cash less what was charged. */
  readonly cashNumber: number
  readonly heldNumbers: readonly number[]
}

function newBook(
  { cash, charged, quantities }: Pick<Book, 'cash' | 'charged' | 'quantities'>,
  rules: SymbolRules,
): Book {
  return {
    cash,
    charged,
    quantities,
    cashNumber: toNumber(cash - charged, rules.priceScale * rules.quantityScale),
    heldNumbers: quantities.map((quantity) => toNumber(quantity, rules.quantityScale)),
  }
}

function applyFill({ cash, charged, quantities }: Book, fill: Fill, rules: SymbolRules): Book {
  const sign = fill.side === 'BUY' ? 1n : -1n
  const isInBnb = fill.commissionQuote !== undefined
  const isInQuote = !isInBnb && fill.commissionAsset === rules.quoteAsset
  const change = sign * fill.quantity - (isInQuote || isInBnb ? 0n : fill.commission)
  return newBook(
    {
      cash: cash - sign * fill.quote - (isInQuote ? fill.commission : 0n),
      charged: charged + (fill.commissionQuote ?? 0n),
      quantities: quantities.map((quantity, k) => (k === fill.symbolIndex ? quantity + change : quantity)),
    },
    rules,
  )
}

function checkBook({ cash, charged, quantities }: Book, result: RunResult): void {
  const held = result.symbols.map(({ quantity }) => quantity)
  const isCharged = charged === (result.bnb?.charged ?? 0n)
  if (isCharged && cash === result.cash && quantities.every((quantity, k) => quantity === held[k])) return
  const print = (amounts: readonly Units[]) => amounts.map(formatUnits).join(', ')
  throw new InvariantError(
    `the fills must add up to the final ${formatUnits(result.cash)} quote and ${print(held)} base, were ${formatUnits(cash)} and ${print(quantities)}`,
  )
}

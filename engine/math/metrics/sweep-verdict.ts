/**
 * Whether a sweep's best trial may be believed, in words: what was asked of it, and what it showed.
 * Floor 1. The bounds are `VERDICT_BOUNDS`; docs/overfitting.md says where they come from.
 */
import type {
  SweepCheck,
  SweepOverfitting,
  SweepVerdict,
  SweepWalkForward,
} from '../../model/sweep-result.js'

/** What a sweep must show. Fractions. */
export const VERDICT_BOUNDS = {
  /** Least deflated Sharpe ratio: the usual 5 % of error. */
  dsr: 0.95,
  /** Most probability of overfitting. */
  pbo: 0.3,
  /** Least share of the best value that three quarters of its neighbours reach. */
  neighbourhood: 0.5,
  /** Least objective out of sample ÷ in sample. */
  efficiency: 0.5,
  /** Most share of random placements of the trades that do as well. */
  randomEntry: 0.1,
} as const

/** From here on, and without a deflated Sharpe ratio, a sweep cannot be told from noise. */
const NOISE_PBO = 0.4

/** What is judged. */
export interface VerdictInput {
  readonly overfitting: SweepOverfitting
  readonly trialsEver: number
  /** The best trial; undefined where none could be chosen. */
  readonly best: { readonly value: number; readonly plateau: number } | undefined
  readonly direction: 'higher' | 'lower'
  /** Trades that a trial needs, and the most that one of them made; NaN where none ran. */
  readonly minTrades: number
  readonly mostTrades: number
  readonly walkForward?: SweepWalkForward | undefined
}

/** The verdict. A number that cannot be computed does not meet its bound. */
export function sweepVerdict({
  overfitting,
  trialsEver,
  best,
  direction,
  minTrades,
  mostTrades,
  walkForward,
}: VerdictInput): SweepVerdict {
  if (best === undefined) {
    return {
      isPassing: false,
      words: 'Failing: no trial could be chosen.',
      checks: [{ isMet: false, words: noneWords(minTrades, mostTrades) }],
    }
  }
  const checks = [
    dsrCheck(overfitting, trialsEver),
    pboCheck(overfitting),
    recordCheck(overfitting),
    neighbourCheck(best, direction),
    walkForward && walkForwardCheck(walkForward),
    entryCheck(overfitting),
  ].filter((check) => check !== undefined)
  const isPassing = checks.every(({ isMet }) => isMet)
  return { isPassing, words: wordsOf(checks, overfitting), checks }
}

function noneWords(minTrades: number, mostTrades: number): string {
  if (Number.isNaN(mostTrades)) return 'At least one trial must run to its end, none does.'
  return `A trial must have an objective and at least ${count(minTrades)} trades to be ranked, none has; the most trades of one are ${count(mostTrades)}.`
}

function wordsOf(checks: readonly SweepCheck[], { dsr, pbo }: SweepOverfitting): string {
  const failed = checks.filter(({ isMet }) => !isMet).length
  if (failed === 0) return 'Passing: luck alone is an unlikely explanation of the best trial.'
  if (!(dsr >= VERDICT_BOUNDS.dsr) && !(pbo < NOISE_PBO)) {
    return 'Failing: this sweep cannot be told from noise.'
  }
  return `Failing: ${failed} of ${checks.length} checks ${failed === 1 ? 'is' : 'are'} not met; treat the best trial as unproven.`
}

function dsrCheck({ dsr, sharpe, expectedMaxSharpe }: SweepOverfitting, trialsEver: number): SweepCheck {
  const bound = percent(VERDICT_BOUNDS.dsr)
  if (Number.isNaN(dsr)) {
    return {
      isMet: false,
      words: `The deflated Sharpe ratio must be at least ${bound} and cannot be computed: it needs daily returns of two trials that vary.`,
    }
  }
  return {
    isMet: dsr >= VERDICT_BOUNDS.dsr,
    words: `The deflated Sharpe ratio must be at least ${bound}, is ${percent(dsr)}: the best of ${count(trialsEver)} ${trialsEver === 1 ? 'trial' : 'trials'} without an edge would show a Sharpe ratio of ${fixed(expectedMaxSharpe)}, this one shows ${fixed(sharpe)}.`,
  }
}

function pboCheck({ pbo, pboBlocks, days }: SweepOverfitting): SweepCheck {
  const bound = percent(VERDICT_BOUNDS.pbo)
  if (Number.isNaN(pbo)) {
    return {
      isMet: false,
      words: `The probability of overfitting must be at most ${bound} and cannot be computed: it needs two trials and ${2 * pboBlocks} daily returns, there are ${count(days)}.`,
    }
  }
  return {
    isMet: pbo <= VERDICT_BOUNDS.pbo,
    words: `The probability of overfitting must be at most ${bound}, is ${percent(pbo)}: so often the best on one half of the days is not above the median on the other half.`,
  }
}

function recordCheck({ days, minTrackRecordDays }: SweepOverfitting): SweepCheck {
  const needed = Number.isFinite(minTrackRecordDays)
    ? `it has ${count(days)} days and needs ${count(Math.ceil(minTrackRecordDays))}`
    : `it has ${count(days)} days, and no number of days would do, because the ratio is not above 0`
  return {
    isMet: days >= minTrackRecordDays,
    words: `The record must be long enough to tell its Sharpe ratio from 0: ${needed}.`,
  }
}

/** Only of an objective that is better when higher, and above 0: a share of another says nothing. */
function neighbourCheck(
  { value, plateau }: { readonly value: number; readonly plateau: number },
  direction: 'higher' | 'lower',
): SweepCheck | undefined {
  if (direction === 'lower' || !(value > 0) || Number.isNaN(plateau)) return undefined
  return {
    isMet: plateau >= VERDICT_BOUNDS.neighbourhood * value,
    words: `Three quarters of the best trial's neighbours must reach ${percent(VERDICT_BOUNDS.neighbourhood)} of its ${fixed(value)}, reach ${fixed(plateau)}.`,
  }
}

function walkForwardCheck({ efficiency, folds, stitched }: SweepWalkForward): SweepCheck {
  const sharpe = stitched.metrics.sharpe ?? Number.NaN
  const positive = folds.filter(({ outOfSample }) => outOfSample > 0).length
  return {
    isMet: sharpe > 0 && efficiency >= VERDICT_BOUNDS.efficiency,
    words: `Walk-forward must earn out of sample, and at least ${percent(VERDICT_BOUNDS.efficiency)} of what it showed in sample: its stitched Sharpe ratio is ${fixed(sharpe)}, its efficiency ${percent(efficiency)}, ${positive} of ${folds.length} folds are above 0.`,
  }
}

function entryCheck({ randomEntry }: SweepOverfitting): SweepCheck | undefined {
  if (randomEntry === undefined || Number.isNaN(randomEntry.pValue)) return undefined
  return {
    isMet: randomEntry.pValue <= VERDICT_BOUNDS.randomEntry,
    words: `At most ${percent(VERDICT_BOUNDS.randomEntry)} of random entries of equal count and durations may do as well, ${percent(randomEntry.pValue)} do.`,
  }
}

function percent(fraction: number): string {
  return Number.isNaN(fraction) ? '–' : `${fixed(fraction * 100, 1)}%`
}

function fixed(value: number, decimals = 2): string {
  return Number.isNaN(value)
    ? '–'
    : value
        .toFixed(decimals)
        .replace(/^-(?=.*[1-9])/, '−')
        .replace(/^-/, '')
}

function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

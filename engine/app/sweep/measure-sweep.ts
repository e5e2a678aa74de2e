/** From ended trials to what a sweep leaves behind: choices, plateaus, luck and a verdict. Floor 5. */
import { plateauScores } from '../../math/metrics/plateau.js'
import { sharpe } from '../../math/metrics/return-ratios.js'
import { type OverfittingInput, sweepOverfitting } from '../../math/metrics/sweep-overfitting.js'
import { sweepVerdict } from '../../math/metrics/sweep-verdict.js'
import { valueAt } from '../../model/bars.js'
import { toNumber } from '../../model/money.js'
import type { RunResult } from '../../model/run-result.js'
import type {
  SweepChoice,
  SweepRange,
  SweepResult,
  SweepTrial,
  SweepValue,
  SweepWalkForward,
} from '../../model/sweep-result.js'
import { DAY_MS } from '../../model/time.js'
import { replayTrial } from '../../sweep/run-trial.js'
import { bestOf, type EndedTrial } from '../../sweep/sweep-trials.js'
import { metricsOf } from '../../sweep/trial.js'
import { shownData } from '../manifest.js'
import { shownSettings } from '../run-identity.js'
import { RETURNS_FILE } from './returns-file.js'
import type { SweepParts } from './sweep-parts.js'

/** Share of the days whose Sharpe ratios are the `train` of the trials; the rest is `test`. */
const TRAIN_SHARE = 0.7
/** Fewer days than this are not parted. */
const LEAST_DAYS = 20

/** What is known when the last trial has ended. */
export interface EndedSweep {
  readonly trials: readonly EndedTrial[]
  readonly trialsEver: number
  readonly walkForward: SweepWalkForward | undefined
  /** The command that sweeps again. */
  readonly command: string
}

/** A sweep's result, but for the run folders of its best. */
export function measureSweep(
  parts: SweepParts,
  { trials, trialsEver, walkForward, command }: EndedSweep,
): Omit<SweepResult, 'bestRuns'> {
  const { run, sweep, space, objective, range } = parts
  const { direction } = objective
  const scores = plateauScores(
    space,
    trials.map(({ values, value, isRanked }) => ({ params: values, value: isRanked ? value : Number.NaN })),
    direction,
  )
  const best = bestOf(trials, objective)
  const columns = trials.flatMap(({ row }) => (row.status === 'DONE' ? [row.returns] : []))
  const column = best?.row.status === 'DONE' ? columns.indexOf(best.row.returns) : -1
  const overfitting = sweepOverfitting({
    columns,
    best: column < 0 ? undefined : column,
    trialsEver,
    seed: run.settings.seed,
    ...tradesOf(parts, best),
  })
  const split = splitOf(range, columns[0]?.length ?? 0)
  const bestIndex = best === undefined ? -1 : trials.indexOf(best)
  return {
    sweepId: parts.sweepId,
    engineVersion: run.engine.version,
    engineHash: run.engine.hash,
    strategy: {
      name: run.strategy.strategy.name,
      file: run.strategy.file,
      sha256: run.strategy.sha256,
    },
    data: run.symbols.map(({ data }) => ({ ...shownData(data), from: data.from, to: data.to })),
    settings: Object.fromEntries(
      Object.entries(shownSettings(run)).map(([key, value]) => [key, value ?? undefined]),
    ),
    seed: run.settings.seed,
    command,
    sampler: sweep.sampler,
    objective: objective.text,
    direction,
    minTrades: sweep['min-trades'],
    params: space,
    trials: trials.map((one, k) => toTrial(one, scores[k] ?? Number.NaN, split)),
    trialsEver,
    best: best && { trial: best.number, value: best.value },
    plateau: plateauOf(trials, scores, direction),
    split,
    holdout: sweep.holdout === 'none' ? undefined : sweep.holdout,
    overfitting,
    verdict: sweepVerdict({
      overfitting,
      trialsEver,
      best: best && { value: best.value, plateau: scores[bestIndex] ?? Number.NaN },
      direction,
      minTrades: sweep['min-trades'],
      mostTrades: mostTradesOf(trials),
      walkForward,
    }),
    walkForward,
    returnsFile: RETURNS_FILE,
  }
}

/** The most trades that a trial made; NaN where none ran to its end. */
function mostTradesOf(trials: readonly EndedTrial[]): number {
  return trials.reduce((most, { row }) => {
    const trades = row.status === 'DONE' ? metricsOf(row).trades : Number.NaN
    return most >= trades || Number.isNaN(trades) ? most : trades
  }, Number.NaN)
}

/** The first days and the last ones: where they part is a midnight. */
function splitOf(range: SweepRange, days: number): SweepResult['split'] {
  if (days < LEAST_DAYS) return undefined
  const middle = Math.ceil(range[0] / DAY_MS) * DAY_MS + trainDays(days) * DAY_MS
  return { train: [range[0], middle], test: [middle, range[1]] }
}

function trainDays(days: number): number {
  return Math.round(days * TRAIN_SHARE)
}

function toTrial(
  { number, values, row, value, isRanked }: EndedTrial,
  plateau: number,
  split: SweepResult['split'],
): SweepTrial {
  const common = { trial: number, params: values satisfies readonly SweepValue[] }
  if (row.status === 'FAILED') return { ...common, status: 'FAILED', error: row.error, stack: row.stack }
  const days = split === undefined ? Number.NaN : trainDays(row.returns.length)
  const part = (from: number, to: number): number =>
    split === undefined ? Number.NaN : sharpe(row.returns.subarray(from, to))
  return {
    ...common,
    status: 'DONE',
    metrics: metricsOf(row),
    value,
    isRanked,
    plateau,
    train: part(0, days),
    test: part(days, row.returns.length),
  }
}

/** The ranked trial with the best plateau score, the first of equals. */
function plateauOf(
  trials: readonly EndedTrial[],
  scores: Float64Array,
  direction: 'higher' | 'lower',
): SweepChoice | undefined {
  let best: SweepChoice | undefined
  trials.forEach(({ number, isRanked }, k) => {
    const value = valueAt(scores, k)
    if (!isRanked || Number.isNaN(value)) return
    if (best === undefined || (direction === 'higher' ? value > best.value : value < best.value)) {
      best = { trial: number, value }
    }
  })
  return best
}

/** The best trial's trades; of one symbol only, since those of several overlap. */
function tradesOf(
  { setup, range }: SweepParts,
  best: EndedTrial | undefined,
): Pick<OverfittingInput, 'trades'> {
  if (best === undefined || setup.symbols.length > 1) return {}
  const result = replayTrial(setup, best.trial.params, range)
  return { trades: tradesIn(result) }
}

function tradesIn({ bars, rules, settings, trades, firstCall, end }: RunResult) {
  // What is decided on the bar of the first call is filled at the next one's open.
  const from = Math.min(firstCall + 1, end)
  const prices = new Float64Array(end - from + 1)
  prices.set(bars.open.subarray(from, end))
  prices[end - from] = valueAt(bars.close, end - 1)
  const scale = rules.priceScale * rules.quantityScale
  return {
    prices,
    spans: trades.map(({ entryBar, exitBar }) => ({ entry: entryBar - from, exit: exitBar - from })),
    nets: Float64Array.from(trades, ({ net }) => toNumber(net, scale)),
    cash: toNumber(settings.cash, scale),
  }
}

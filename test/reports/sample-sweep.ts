/** Made-up sweeps for the tests of their page: a grid of two parameters and a word, with or without an edge. */
import { plateauScores } from '../../engine/math/metrics/plateau.js'
import { sharpe } from '../../engine/math/metrics/return-ratios.js'
import { sweepOverfitting } from '../../engine/math/metrics/sweep-overfitting.js'
import { sweepVerdict } from '../../engine/math/metrics/sweep-verdict.js'
import { newRandom } from '../../engine/math/random.js'
import type {
  DoneTrial,
  SweepParam,
  SweepResult,
  SweepTrial,
  SweepWalkForward,
} from '../../engine/model/sweep-result.js'

const DAY = 86_400_000
const FROM = Date.UTC(2022, 0, 1)

/** What a sample is made of. */
export interface SampleSweepOptions {
  /** Stands wherever a name may. */
  readonly name?: string
  readonly fasts?: number
  readonly slows?: number
  readonly days?: number
  /** Mean of the best field's returns, in deviations. */
  readonly edge?: number
  readonly hasWalkForward?: boolean
  readonly hasFailures?: boolean
  /** Whether parameters were drawn from ranges. */
  readonly isRandom?: boolean
  readonly blocks?: number
}

const MADE = new Map<string, SweepResult>()

/** A finished sweep, the same for the same options. */
export function sampleSweepResult(options: SampleSweepOptions = {}): SweepResult {
  const key = JSON.stringify(options)
  const made = MADE.get(key) ?? makeSweep(options)
  MADE.set(key, made)
  return made
}

function makeSweep(options: SampleSweepOptions): SweepResult {
  const {
    name,
    fasts = 9,
    slows = 8,
    days = 730,
    edge = 0,
    hasWalkForward = true,
    isRandom = false,
  } = options
  const { hasFailures = true } = options
  const random = newRandom(5)
  const fastLevels = Array.from({ length: fasts }, (_, i) => 5 + 5 * i)
  const slowLevels = Array.from({ length: slows }, (_, i) => 20 + 20 * i)
  const exits = [name ?? 'cross', 'stop']
  const params: readonly SweepParam[] = [
    isRandom
      ? { kind: 'range', name: name ?? 'fast', min: 5, max: 50, isWhole: false }
      : { kind: 'levels', name: name ?? 'fast', values: fastLevels },
    isRandom
      ? { kind: 'range', name: `${name ?? 'slow'}`, min: 20, max: 200, isWhole: true }
      : { kind: 'levels', name: name ?? 'slow', values: slowLevels },
    { kind: 'levels', name: name ?? 'exit', values: exits },
    { kind: 'fixed', name: name ?? 'size', value: 1 },
  ]
  const market = new Float64Array(days).map(() => 0.02 * random.normal())
  const columns: Float64Array[] = []
  const trials: SweepTrial[] = []
  for (const exit of exits) {
    for (const [i, fast] of fastLevels.entries()) {
      for (const [j, slow] of slowLevels.entries()) {
        if (fast >= slow) continue
        const trial = trials.length + 1
        const values = isRandom
          ? [5 + 45 * random.uniform(), Math.floor(20 + 180 * random.uniform()), exit, 1]
          : [fast, slow, exit, 1]
        if (hasFailures && trial % 53 === 7) {
          const error = `${name ?? 'a value'} must be above 0, was -1`
          trials.push({
            status: 'FAILED',
            trial,
            params: values,
            error,
            stack: `Error: ${error}\n    at onBar (sample.ts:12:5)`,
          })
          continue
        }
        // Neighbours are alike, and the field in the middle has the edge.
        const near = Math.max(0, 1 - Math.hypot(i - fasts / 2, j - slows / 2) / 3)
        const returns = market.map((r) => 0.5 * r + 0.015 * (random.normal() + edge * near))
        columns.push(returns)
        const half = Math.floor(days * 0.7)
        const total = returns.reduce((growth, r) => growth * (1 + r), 1) - 1
        const done: DoneTrial = {
          status: 'DONE',
          trial,
          params: values,
          metrics: {
            sharpe: sharpe(returns),
            net_return: total,
            max_drawdown: 0.15 + 0.3 * random.uniform(),
            profit_factor: 1 + total / 2,
            turnover: 2000 / fast,
            trades: Math.round(3000 / slow),
          },
          value: sharpe(returns),
          isRanked: slow < 150,
          plateau: Number.NaN,
          train: sharpe(returns.subarray(0, half)),
          test: sharpe(returns.subarray(half)),
        }
        trials.push(done)
      }
    }
  }
  const scores = plateauScores(
    params,
    trials.map((one) => ({
      params: one.params,
      value: one.status === 'DONE' && one.isRanked ? one.value : Number.NaN,
    })),
    'higher',
  )
  const scored = trials.map(
    (one, i): SweepTrial => (one.status === 'DONE' ? { ...one, plateau: scores[i] ?? Number.NaN } : one),
  )
  const done = scored.filter((one) => one.status === 'DONE')
  const ranked = done.filter(({ isRanked }) => isRanked)
  const best = ranked.toSorted((a, b) => b.value - a.value)[0]
  const plateau = ranked
    .filter((one) => !Number.isNaN(one.plateau))
    .toSorted((a, b) => b.plateau - a.plateau)[0]
  const prices = new Float64Array(days * 24 + 1)
  let price = 100
  for (let i = 0; i < prices.length; i++) {
    price *= 1 + 0.004 * random.normal()
    prices[i] = price
  }
  const trialsEver = trials.length + 200
  const overfitting = sweepOverfitting({
    columns,
    best: best === undefined ? undefined : done.indexOf(best),
    trialsEver,
    seed: 1,
    blocks: options.blocks ?? 10,
    // A random walk's trades, so they are left out where there shall be an edge.
    ...(edge > 0
      ? {}
      : {
          trades: {
            prices,
            spans: Array.from({ length: 60 }, (_, i) => ({ entry: i * 200, exit: i * 200 + 90 })),
            nets: new Float64Array(60).map(() => 100 * random.normal()),
            cash: 10_000,
          },
        }),
  })
  const walkForward = hasWalkForward ? sampleWalkForward(days, params) : undefined
  const range = [FROM, FROM + days * DAY] as const
  const cut = FROM + Math.floor(days * 0.7) * DAY
  return {
    sweepId: name ?? '5e1f00d15ea5',
    engineVersion: name ?? '0.1.0',
    engineHash: name ?? 'abcdef012345',
    strategy: {
      name: name ?? 'sma-cross',
      file: name ?? 'strategies/sma-cross.ts',
      sha256: name ?? 'f'.repeat(64),
    },
    data: [
      {
        symbol: name ?? 'BTCUSDT',
        interval: name ?? '1h',
        from: range[0],
        to: range[1],
        bars: days * 24,
        gaps: 2,
        source: name ?? 'BTCUSDT-1h.csv.gz',
        sha256: name ?? 'e'.repeat(64),
      },
    ],
    settings: { alpha: 0.5, [name ?? 'taker-fee']: name ?? 0.001 },
    seed: 1,
    command: name ?? 'npx tsx run-sweep.ts sma-cross -p fast=5:45:5 -p slow=20:160:20 -p exit=cross,stop',
    sampler: name ?? 'grid',
    objective: 'sharpe',
    direction: 'higher',
    minTrades: 20,
    params,
    trials: scored,
    trialsEver,
    best: best && { trial: best.trial, value: best.value },
    plateau: plateau && { trial: plateau.trial, value: plateau.plateau },
    split: { train: [range[0], cut], test: [cut, range[1]] },
    holdout: undefined,
    overfitting,
    verdict: sweepVerdict({
      ...{ overfitting, trialsEver, best, direction: 'higher', walkForward, minTrades: 20 },
      mostTrades: done.reduce((most, { metrics }) => Math.max(most, metrics.trades ?? 0), 0),
    }),
    walkForward,
    returnsFile: 'returns.parquet',
    bestRuns: best
      ? [
          { trial: best.trial, runId: name ?? '0123456789ab', folder: name ?? 'best/0123456789ab' },
          { trial: plateau?.trial ?? 0, runId: name ?? 'ba9876543210', folder: name ?? 'best/ba9876543210' },
        ]
      : [],
  }
}

function sampleWalkForward(days: number, params: readonly SweepParam[]): SweepWalkForward {
  const random = newRandom(11)
  const folds = Array.from({ length: 6 }, (_, i) => {
    const test = FROM + (days / 2 + (i * days) / 12) * DAY
    const length = (days / 12) * DAY
    return {
      train: [test - (days / 2) * DAY, test] as const,
      test: [test, test + length] as const,
      params: params.map((param) => {
        if (param.kind === 'fixed') return param.value
        if (param.kind === 'range') return Math.round(param.min + (param.max - param.min) * random.uniform())
        return param.values[Math.floor(random.uniform() * param.values.length)] ?? 0
      }),
      inSample: 1.2 + random.normal() / 4,
      outOfSample: 0.4 + random.normal() / 2,
    }
  })
  let equity = 10_000
  const times = Array.from({ length: Math.floor(days / 2) }, (_, i) => FROM + (Math.ceil(days / 2) + i) * DAY)
  return {
    isAnchored: false,
    folds,
    stitched: {
      metrics: { sharpe: 0.52, net_return: 0.081, max_drawdown: 0.19 },
      times,
      equity: times.map(() => {
        equity *= 1 + 0.015 * random.normal()
        return equity
      }),
    },
    efficiency: 0.37,
  }
}

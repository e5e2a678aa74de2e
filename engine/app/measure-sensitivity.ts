/** `--sensitivity`: the run again over alpha × fee × delay, and where its profit ends. Floor 5. */
import { setImmediate } from 'node:timers/promises'
import { delayAsks } from '../backtest/delay-asks.js'
import { AskRecorder } from '../backtest/record-asks.js'
import type { Strategy } from '../core/strategy.js'
import { toNumber } from '../model/money.js'
import type { RunResult } from '../model/run-result.js'
import type {
  BreakEven,
  FeePair,
  Sensitivity,
  SensitivityCell,
  SensitivityLayer,
} from '../model/sensitivity.js'
import type { RunSettings } from '../model/settings.js'

/** What of a run's settings is varied. */
export type Costs = Pick<RunSettings, 'alpha' | 'makerFee' | 'takerFee'>

/** Runs a strategy at other costs. */
export type RunAt = (strategy: Strategy, costs: Costs) => RunResult

/** The run's own alpha and fees, times these. */
const FACTORS = [0, 0.5, 1, 1.5, 2]

/** What stands for a cost of 0, whose multiples say nothing: half a range, and 10 basis points. */
const STAND_IN: Costs = { alpha: 0.5, makerFee: 0.001, takerFee: 0.001 }

/** Bars that orders come late. */
const DELAYS = [0, 1]

/** How often the end of the grid is doubled in search of the end of the profit, and how often what is left is halved. */
const DOUBLINGS = 5
const HALVINGS = 10

/** Fees are fractions below 1. */
const MOST_FEE = 0.5

/** A function of one cost, and what is known of it from the grid. */
interface Slope {
  readonly known: readonly (readonly [cost: number, net: number])[]
  readonly most: number
  readonly netAt: (cost: number) => number
}

/**
 * Runs the strategy over the grid. Where it never looks at its account its asks are recorded once and made again
 * in every cell; else it decides again in every cell.
 */
export async function measureSensitivity(strategy: Strategy, own: Costs, runAt: RunAt): Promise<Sensitivity> {
  const recorder = new AskRecorder(strategy)
  runAt(recorder.strategy, own)
  const { replayed } = recorder
  const create = replayed ?? (() => strategy)
  const alphas = gridOf(own.alpha, STAND_IN.alpha)
  const fees = feesOf(own)
  const layers: SensitivityLayer[] = []
  for (const delayBars of DELAYS) {
    const measure = (costs: Costs): SensitivityCell => {
      const made = create()
      return cellOf(runAt(delayBars === 0 ? made : delayAsks(made), costs))
    }
    layers.push(await measureLayer(measure, { delayBars, own, alphas, fees }))
  }
  return {
    method: replayed ? 'DECISIONS' : 'REPLAY',
    alphas,
    fees,
    own: { alpha: alphas.indexOf(own.alpha), fee: placeOf(own, fees) },
    layers,
  }
}

async function measureLayer(
  measure: (costs: Costs) => SensitivityCell,
  {
    delayBars,
    own,
    alphas,
    fees,
  }: Pick<Sensitivity, 'alphas' | 'fees'> & { readonly delayBars: number; readonly own: Costs },
): Promise<SensitivityLayer> {
  const cells: SensitivityCell[][] = []
  for (const alpha of alphas) {
    const row: SensitivityCell[] = []
    for (const fee of fees) {
      row.push(measure({ alpha, ...costsOf(fee) }))
      await setImmediate()
    }
    cells.push(row)
  }
  const ownAlpha = alphas.indexOf(own.alpha)
  const ownFee = placeOf(own, fees)
  const base = baseFees(own)
  const atAlphas: Slope = {
    known: alphas.map((alpha, k) => [alpha, cells[k]?.[ownFee]?.netProfit ?? 0]),
    most: Number.POSITIVE_INFINITY,
    netAt: (alpha) => measure({ ...own, alpha }).netProfit,
  }
  const atFees: Slope = {
    known: fees.map((pair, k) => [largerOf(pair), cells[ownAlpha]?.[k]?.netProfit ?? 0]),
    most: MOST_FEE,
    netAt: (fee) => measure({ ...own, ...costsOf(scaled(base, fee / largerOf(base))) }).netProfit,
  }
  const breakEvenAlpha = breakEvenOf(atAlphas)
  await setImmediate()
  return { delayBars, cells, breakEvenAlpha, breakEvenFee: breakEvenOf(atFees) }
}

function gridOf(own: number, standIn: number): readonly number[] {
  return FACTORS.map((factor) => factor * (own === 0 ? standIn : own))
}

/** The run's own fees; where neither is charged, what stands for them. */
function baseFees({ makerFee, takerFee }: Costs): FeePair {
  const { makerFee: maker, takerFee: taker } =
    makerFee === 0 && takerFee === 0 ? STAND_IN : { makerFee, takerFee }
  return { maker, taker }
}

function feesOf(own: Costs): readonly FeePair[] {
  return FACTORS.map((factor) => scaled(baseFees(own), factor)).filter((pair) => largerOf(pair) < 1)
}

function placeOf({ makerFee, takerFee }: Costs, fees: readonly FeePair[]): number {
  return fees.findIndex(({ maker, taker }) => maker === makerFee && taker === takerFee)
}

function scaled({ maker, taker }: FeePair, factor: number): FeePair {
  return { maker: factor * maker, taker: factor * taker }
}

function costsOf({ maker, taker }: FeePair): Omit<Costs, 'alpha'> {
  return { makerFee: maker, takerFee: taker }
}

function largerOf({ maker, taker }: FeePair): number {
  return Math.max(maker, taker)
}

function cellOf({ equity, rules, settings, trades }: RunResult): SensitivityCell {
  const start = toNumber(settings.cash, rules.priceScale * rules.quantityScale)
  const end = equity.at(-1) ?? start
  return { netProfit: end - start, netReturn: end / start - 1, trades: trades.length }
}

/** Where the profit ends for the first time from 0 on, as far as the grid shows it. */
function breakEvenOf({ known, most, netAt }: Slope): BreakEven {
  const [first] = known
  if (!first || !(first[1] > 0)) return { kind: 'LOSES', value: null }
  const k = known.findIndex(([, net]) => !(net > 0))
  let [low, lowNet] = known.at(k === -1 ? -1 : k - 1) ?? first
  let [high, highNet] = known[k] ?? [low, lowNet]
  for (let doubled = 0; highNet > 0 && doubled < DOUBLINGS && high * 2 <= most; doubled++) {
    low = high
    lowNet = highNet
    high *= 2
    highNet = netAt(high)
  }
  if (highNet > 0) return { kind: 'BEYOND', value: high }
  for (let halved = 0; halved < HALVINGS; halved++) {
    const middle = (low + high) / 2
    const net = netAt(middle)
    if (net > 0) {
      low = middle
      lowNet = net
    } else {
      high = middle
      highNet = net
    }
  }
  return { kind: 'AT', value: low + ((high - low) * lowNet) / (lowNet - highNet) }
}

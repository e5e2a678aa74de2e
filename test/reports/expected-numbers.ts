/**
 * What a report's numbers must be, worked out from bars, fills, trades and equity alone, and written as a page does:
 * none of the code that a report is made with is used here.
 */
import { expect } from 'vitest'
import type { Trade } from '../../engine/model/fill.js'
import { sampleRun } from './sample-run.js'

/** Rows of a table, their cells as text. */
export type Rows = readonly (readonly string[])[]

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const COUNT = 24 * 120

/** How far below its entry each trade but the last had a stop. */
export const STOP = 0.025
export const input = sampleRun({ bars: COUNT, trades: 24, stop: STOP })
export const { bars, fills, orders, trades } = input.result
export const start = Date.UTC(2024, 0, 1)
export const CASH = 10_000
/** Value `i` is at the end of bar `i - 1`; value 0 is the start. */
export const equity = [CASH, ...input.result.equity]
export const closes = [bars.open[0] ?? 0, ...bars.close.subarray(0, COUNT)]
export const hold = closes.map((close) => (CASH * close) / (closes[0] ?? 1))
export const units = (amount: bigint): number => Number(amount) / 1e8
export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
export const mean = (values: readonly number[]): number => sum(values) / values.length
export const spread = (values: readonly number[]): number =>
  Math.sqrt(sum(values.map((value) => (value - mean(values)) ** 2)) / (values.length - 1))

/** Costs of the fills up to each value of equity, in quote. */
const costsUpTo = (pick: 'slippage' | 'fees'): number[] =>
  equity.map((_, i) =>
    sum(
      fills
        .filter(({ barIndex }) => barIndex < i)
        .map(({ slippage, commission, commissionAsset, price }) =>
          pick === 'slippage'
            ? units(slippage)
            : units(commission) * (commissionAsset === 'BTC' ? units(price) : 1),
        ),
    ),
  )
export const slippage = costsUpTo('slippage')
export const fees = costsUpTo('fees')
export const gross = equity.map((value, i) => value + (slippage[i] ?? 0) + (fees[i] ?? 0))

export function depthsOf(values: readonly number[]): number[] {
  let peak = 0
  return values.map((value) => {
    peak = Math.max(peak, value)
    return 1 - value / peak
  })
}
export const depths = depthsOf(equity)

// The numbers as a page writes them, written again.
export const fixed = (value: number, decimals = 2): string => {
  if (!Number.isFinite(value)) return '–'
  const [whole = '', part] = Math.abs(value).toFixed(decimals).split('.')
  const digits = `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${part === undefined ? '' : `.${part}`}`
  return value < 0 && /[1-9]/.test(digits) ? `−${digits}` : digits
}
export const percent = (value: number, decimals = 2): string =>
  Number.isFinite(value) ? `${fixed(value * 100, decimals)}%` : '–'
export const signed = (value: number): string => `${value > 0 ? '+' : ''}${percent(value)}`
export const moment = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ')
export const day = (time: number): string => moment(time).slice(0, 10)
export const span = (ms: number): string => {
  const [size, name] =
    ms >= DAY ? [DAY, 'd'] : ms >= HOUR ? [HOUR, 'h'] : ms >= 60_000 ? [60_000, 'min'] : [1000, 's']
  return `${fixed(ms / size, 1).replace('.0', '')} ${name}`
}

export const timeOf = (i: number): number => start + i * HOUR
const months = ['2024-01', '2024-02', '2024-03', '2024-04']
/** Places of the first and the last value of a month: one's end is the next one's start. */
export const bounds = months.map((name, k) => {
  const from = (Date.parse(`${name}-01`) - start) / HOUR
  const to = k === 3 ? COUNT : (Date.parse(`${months[k + 1]}-01`) - start) / HOUR
  return { name, from, to }
})
export const at = (values: readonly number[], i: number): number => values[i] ?? Number.NaN
export const monthReturns = (values: readonly number[]): number[] =>
  bounds.map(({ from, to }) => at(values, to) / at(values, from) - 1)
export const midnights = Array.from({ length: COUNT / 24 + 1 }, (_, k) => 24 * k)
export const daily = (values: readonly number[]): number[] =>
  midnights.slice(1).map((i) => at(values, i) / at(values, i - 24) - 1)
/** The last midnight of each month that the run has: the first of the next one, or the run's end. */
export const ends = [...bounds.map(({ to }) => to)]

/** Rows of a histogram: its own edges, which must be even and hold all values, with counts made anew. */
export function histogram(rows: Rows, values: readonly number[], print: (edge: number) => string) {
  const edges = [...rows.map(([from = '']) => numberOf(from)), numberOf(rows.at(-1)?.[1] ?? '')]
  const step = at(edges, 1) - at(edges, 0)
  for (const [i, edge] of edges.entries()) expect(edge).toBeCloseTo(at(edges, 0) + i * step, 8)
  const counts = new Array<number>(rows.length).fill(0)
  for (const value of values) {
    const bin = Math.min(rows.length - 1, Math.max(0, Math.floor((value - at(edges, 0)) / step + 1e-9)))
    expect(value).toBeGreaterThanOrEqual(at(edges, bin) - 1e-9 * Math.abs(value))
    expect(value).toBeLessThanOrEqual(at(edges, bin + 1) + 1e-9 * Math.abs(value))
    counts[bin] = at(counts, bin) + 1
  }
  return rows.map((_, i) => [print(at(edges, i)), print(at(edges, i + 1)), fixed(at(counts, i), 0)])
}
const numberOf = (text: string): number => {
  const value = Number(text.replaceAll(',', '').replace('−', '-').replace('%', ''))
  return text.endsWith('%') ? value / 100 : value
}

const quantile = (sorted: readonly number[], share: number): number => {
  const place = share * (sorted.length - 1)
  const low = at(sorted, Math.floor(place))
  return low + (place - Math.floor(place)) * (at(sorted, Math.ceil(place)) - low)
}
const won = ({ net }: Trade): boolean => net > 0n
export const quartileRows = (
  name: string,
  pick: (trade: Trade) => number,
  print: (value: number) => string,
  of: readonly Trade[] = trades,
) =>
  [won, (trade: Trade) => !won(trade)].map((holds, k) => {
    const values = of
      .filter(holds)
      .map(pick)
      .sort((a, b) => a - b)
    return [
      `${name}, ${k === 0 ? 'won' : 'did not win'}`,
      fixed(values.length, 0),
      ...[0, 0.25, 0.5, 0.75, 1].map((share) => print(quantile(values, share))),
    ]
  })

/** Trades with a stop, and what they made in units of its distance. */
export const risked = trades.slice(0, -1)
export const inRisk = ({ net, quantity, entryPrice }: Trade): number =>
  units(net) / (units(quantity) * entryPrice * STOP)
export const adverseRisk = ({ mae }: Trade): number => mae / STOP

export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}

export function groupRow(name: string, part: readonly Trade[]): string[] {
  const nets = part.map(({ net }) => units(net))
  const losses = -sum(nets.filter((net) => net < 0))
  return [
    name,
    fixed(part.length, 0),
    percent(part.filter(won).length / part.length, 1),
    fixed(sum(nets)),
    percent(mean(part.map((trade) => trade.return))),
    fixed(losses === 0 ? Number.NaN : sum(nets.filter((net) => net > 0)) / losses),
    fixed(mean(part.map((trade) => trade.bars)), 1),
  ]
}
export const groupRows = (names: readonly string[], keyOf: (trade: Trade) => number): string[][] =>
  names.flatMap((name, key) => {
    const part = trades.filter((trade) => keyOf(trade) === key)
    return part.length === 0 ? [] : [groupRow(name, part)]
  })
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
export const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`)

/** All falls below a peak: their places, the deepest first. */
export function falls(): { peak: number; valley: number; end: number | undefined; depth: number }[] {
  const all: { peak: number; valley: number; end: number | undefined; depth: number }[] = []
  let peak = 0
  for (let i = 1; i <= COUNT; i++) {
    const own = all.at(-1)
    if (own !== undefined && own.end === undefined) {
      if (at(equity, i) >= at(equity, own.peak)) {
        own.end = i
        peak = i
      } else if (at(depths, i) > own.depth) Object.assign(own, { valley: i, depth: at(depths, i) })
    } else if (at(equity, i) < at(equity, peak))
      all.push({ peak, valley: i, end: undefined, depth: at(depths, i) })
    else if (at(equity, i) > at(equity, peak)) peak = i
  }
  return all.sort((a, b) => b.depth - a.depth)
}
export const lengthOf = ({ peak, end }: { peak: number; end: number | undefined }): number =>
  ((end ?? COUNT) - peak) * HOUR
export const LENGTHS: readonly (readonly [string, number])[] = [
  ['≤ 1 h', HOUR],
  ['≤ 1 d', DAY],
  ['≤ 7 d', 7 * DAY],
  ['≤ 30 d', 30 * DAY],
  ['≤ 90 d', 90 * DAY],
  ['≤ 1 y', 365 * DAY],
  ['> 1 y', Number.POSITIVE_INFINITY],
]

export function streaks(): string[][] {
  const runs =
    trades
      .map((trade) => (won(trade) ? 'W' : 'L'))
      .join('')
      .match(/W+|L+/g) ?? []
  const longest = Math.max(...runs.map(({ length }) => length))
  return Array.from({ length: longest }, (_, k) => {
    const count = (letter: string) => runs.filter((run) => run === letter.repeat(k + 1)).length
    return [fixed(k + 1, 0), fixed(count('W'), 0), fixed(count('L'), 0)]
  })
}

export function rolling(end: number): string[] {
  const [own, market] = [daily(equity), daily(hold)]
  return [30, 90].flatMap((window) => {
    const [r, b] = [own, market].map((all) => all.slice(end / 24 - window, end / 24))
    if (r === undefined || b === undefined || end / 24 < window) return ['–', '–', '–']
    const both = sum(r.map((value, i) => (value - mean(r)) * (at(b, i) - mean(b)))) / (window - 1)
    return [
      fixed((mean(r) / spread(r)) * Math.sqrt(365)),
      percent(spread(r) * Math.sqrt(365)),
      fixed(both / spread(b) ** 2),
    ]
  })
}

/** The values under the pointer, in lines that stay where they are. Floor 4. */
import type { ChartManifest } from './chart-manifest.js'
import { heldAt } from './draw-trades.js'
import { compact, fixed, momentText, percent, signed } from './format.js'
import { barUnder, type Picture } from './picture.js'
import type { PositionColumns, TradeColumns } from './trade-columns.js'

/** One entry of the legend: a name and a value; `look` of a line in the price pane, else −1. */
export interface LegendEntry {
  readonly name: string
  readonly value: string
  readonly look: number
}

/** Entries for the bar at a moment. */
export function legendAt(
  picture: Picture,
  moment: number,
  manifest: ChartManifest,
  position: PositionColumns | undefined,
): readonly LegendEntry[] {
  const entries: LegendEntry[] = []
  const add = (name: string, value: string, look = -1): void => {
    entries.push({ name, value, look })
  }
  const bar = barUnder(picture.bars, moment)
  if (bar === undefined) return entries
  const { block, level } = bar.segment
  const price = (column: Float64Array): string => fixed(column[bar.row] ?? Number.NaN, manifest.shownDecimals)
  const open = block.open[bar.row] ?? Number.NaN
  const close = block.close[bar.row] ?? Number.NaN
  add('UTC', `${momentText(bar.time, bar.ms)} · ${manifest.levels[level]?.name ?? ''}`)
  add('Open', price(block.open))
  add('High', price(block.high))
  add('Low', price(block.low))
  add('Close', price(block.close))
  add('Change', `${close > open ? '+' : ''}${percent(close / open - 1)}`)
  const line = barUnder(picture.lines, Math.max(moment, bar.time))
  if (manifest.hasVolume && line !== undefined) {
    const volume = line.segment.block.volume[line.row] ?? Number.NaN
    const length = line.ms === bar.ms ? '' : ` in ${manifest.levels[line.segment.level]?.name ?? ''}`
    add('Volume', `≈ ${compact(volume)}${length}`)
  }
  const looks = new Map<number, number>()
  for (const [i, { name, pane, decimals }] of manifest.series.entries()) {
    const columns = line?.segment.block.lines[i]
    const isDrawdown = i === manifest.series.length - 1
    const isEquity = i === manifest.series.length - 2
    const look = looks.get(pane) ?? 0
    looks.set(pane, look + 1)
    const value = (isDrawdown ? columns?.high : columns?.last)?.[line?.row ?? 0] ?? Number.NaN
    if (isDrawdown) add(name, Number.isNaN(value) ? '–' : percent(-value))
    else if (isEquity) add(name, fixed(value, manifest.moneyDecimals))
    else
      add(
        name,
        fixed(
          value,
          Math.min(decimals, pane === 0 ? Math.max(2, manifest.shownDecimals) : fourDigits(value)),
        ),
        look,
      )
  }
  if (position !== undefined) {
    const held = heldAt(position, bar.time + bar.ms - 1)
    add('Position', `${compactBase(held)} ${manifest.baseAsset.slice(0, 12)}`)
  }
  return entries
}

/** A trade in a sentence. */
export function tradeText(
  trades: TradeColumns,
  row: number,
  { shownDecimals, moneyDecimals, quoteAsset }: ChartManifest,
): string {
  const at = (column: Float64Array): number => column[row] ?? Number.NaN
  const moment = (time: number): string => momentText(time, 60_000)
  const bought = `Trade ${fixed(at(trades.number), 0)}: bought ${moment(at(trades.entryTime))} at ${fixed(at(trades.entryPrice), shownDecimals)}`
  if (Number.isNaN(at(trades.exitTime))) return `${bought}, open at the end.`
  return `${bought}, sold ${moment(at(trades.exitTime))} at ${fixed(at(trades.exitPrice), shownDecimals)}, net ${signed(at(trades.net), moneyDecimals)} ${quoteAsset.slice(0, 12)} (${at(trades.return) > 0 ? '+' : ''}${percent(at(trades.return))}).`
}

/** The view in a sentence. */
export function viewText(picture: Picture, manifest: ChartManifest): string {
  const { view } = picture.frame
  const drawn = [...new Set(picture.bars.map(({ level }) => manifest.levels[level]?.name ?? ''))].join(
    ' and ',
  )
  const total = picture.trades?.total ?? 0
  const minute = (time: number): string =>
    momentText(Math.round(Math.min(manifest.to, Math.max(manifest.from, time)) / 60_000) * 60_000, 1)
  const span = `${minute(view.from)} to ${minute(view.to)} UTC`
  const hidden = picture.orders?.hidden ?? 0
  const closer =
    hidden === 0 ? '' : ` · ${fixed(hidden, 0)} ${hidden === 1 ? 'order' : 'orders'} on a closer look`
  const depth = Number.isNaN(picture.deepest) ? '–' : percent(-picture.deepest)
  return `${span} · ${drawn || 'no'} bars · ${fixed(total, 0)} ${total === 1 ? 'trade' : 'trades'}${closer} · deepest drawdown ${depth}`
}

/** Decimals that show four digits of a value. */
function fourDigits(value: number): number {
  const size = Math.abs(value)
  return size > 0 ? Math.max(0, Math.min(8, 3 - Math.floor(Math.log10(size)))) : 0
}

function compactBase(value: number): string {
  return value >= 10_000
    ? compact(value)
    : fixed(value, value === 0 ? 0 : value >= 100 ? 2 : value >= 0.001 ? 5 : 8)
}

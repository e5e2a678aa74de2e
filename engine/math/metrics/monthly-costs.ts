/** What each month earned before and after costs. Floor 1. */
import { openTimeAt, valueAt } from '../../model/bars.js'
import { toNumber } from '../../model/money.js'
import type { RunResult } from '../../model/run-result.js'
import { feeOf } from './costs.js'
import { barEnd, endedBars } from './daily-marks.js'

/** One UTC month, or the part of it that a run covers. Amounts in quote. */
export interface MonthCosts {
  /** First moment of the month, UTC milliseconds. */
  readonly time: number
  /** net + fees + slippage. */
  readonly gross: number
  readonly slippage: number
  readonly fees: number
  /** Change of equity, open positions at the month's last close. */
  readonly net: number
}

/**
 * Months from the first open to the end, oldest first. A fill belongs to the month of its time, equity to
 * the last bar that ended by the month's end; the nets add up to the change of equity.
 */
export function monthlyCosts(result: RunResult): readonly MonthCosts[] {
  const { bars, fills, first, end, equity, rules, settings } = result
  const scale = rules.priceScale * rules.quantityScale
  const months: MonthCosts[] = []
  let worth = toNumber(settings.cash, scale)
  let ended = first
  let at = 0
  const stop = barEnd(bars, end - 1)
  for (let time = monthStart(openTimeAt(bars, first), 0); time < stop; time = monthStart(time, 1)) {
    const next = monthStart(time, 1)
    ended = endedBars({ bars, first: ended, end, time: next })
    const before = worth
    if (ended > first) worth = valueAt(equity, ended - 1 - first)
    let fees = 0n
    let slippage = 0n
    for (let fill = fills[at]; fill && fill.time < next; fill = fills[++at]) {
      fees += feeOf(fill, rules)
      slippage += fill.slippage
    }
    const net = worth - before
    const costs = { fees: toNumber(fees, scale), slippage: toNumber(slippage, scale) }
    months.push({ time, gross: net + costs.fees + costs.slippage, ...costs, net })
  }
  return months
}

function monthStart(time: number, later: number): number {
  const day = new Date(time)
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + later, 1)
}

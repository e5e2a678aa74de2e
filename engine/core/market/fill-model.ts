/** At what price a market order fills. Floor 2. */
import { type Amount, multiply, numberOf, roundToAmount, wholeAmount } from '../../model/amount.js'
import { NOISE, ONE, type Rounding, roundNoisy } from '../../model/money.js'
import type { Side } from '../../model/order.js'
import type { MarketSettings } from '../../model/settings.js'
import type { MarketRules } from '../../model/symbol-rules.js'

const UNITS = Number(ONE)

/** The lowest and highest price of the bar that fills. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * Price of a market fill: reference (the bar's open, or its close at the end of a run) ± alpha · ATR, plus for BUY,
 * minus for SELL; then rounded to the tick against the trader; then kept inside the bar when the settings clamp; never
 * below one tick. The range is not read when alpha is 0. Source: Nextbar's contract of execution, README.
 */
export function marketPrice(
  side: Side,
  reference: number,
  atr: number,
  bar: Bounds,
  settings: Pick<MarketSettings, 'alpha' | 'clamp'>,
  rules: MarketRules,
): Amount {
  const slip = settings.alpha === 0 ? 0 : settings.alpha * atr
  const raw = side === 'BUY' ? reference + slip : reference - slip
  const price = roundToTick(raw, side === 'BUY' ? 'up' : 'down', rules)
  const kept = settings.clamp === 'bar' ? clampToBar(price, bar, rules) : price
  return kept < rules.tickSize ? rules.tickSize : kept
}

/** A price in quote as a multiple of the tick; noise of a few steps of its precision decides nothing. */
export function roundToTick(price: number, rounding: Rounding, rules: MarketRules): Amount {
  const units = (price / rules.priceScale) * UNITS
  if (rules.tickSize === 1) return wholeAmount(roundNoisy(units, rounding, Math.abs(units) * NOISE))
  const ticks = units / Number(rules.tickSize)
  const count = roundNoisy(ticks, rounding, Math.abs(ticks) * NOISE)
  return multiply(wholeAmount(count), rules.tickSize)
}

/** Whether a price lies outside its bar's range. Both are the doubles next to their decimals. */
export function isOutsideBar(price: Amount, { low, high }: Bounds, rules: MarketRules): boolean {
  const filled = numberOf(price, rules.priceScale)
  return filled > high || filled < low
}

function clampToBar(price: Amount, bar: Bounds, rules: MarketRules): Amount {
  const high = roundToAmount(bar.high, 'nearest', rules.priceScale)
  const low = roundToAmount(bar.low, 'nearest', rules.priceScale)
  return price > high ? high : price < low ? low : price
}

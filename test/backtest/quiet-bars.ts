/** Orders worked out by hand: twelve bars of open 100, high 101, low 99, close 100, but for those a case changes. */
import type { Context } from '../../engine/core/context.js'
import type { ParamSpecs, ParamValues } from '../../engine/core/params.js'
import type { PlainState } from '../../engine/core/strategy.js'
import type { RunSettings } from '../../engine/model/settings.js'
import type { SymbolRules } from '../../engine/model/symbol-rules.js'
import { barsOf, scripted } from '../market.js'

/** What is asked for, by call: 0 is made at the close of bar 2. */
export type Asks = Readonly<Record<number, (context: Context<ParamValues<ParamSpecs>, PlainState>) => void>>

/** A run's parts; `changes` are bars by index. */
export function quietRun(
  asks: Asks,
  changes: Readonly<Record<number, readonly number[]>> = {},
  settings: Partial<RunSettings> = {},
  rules?: SymbolRules,
) {
  const bars = barsOf(Array.from({ length: 12 }, (_, i) => changes[i] ?? [100, 101, 99, 100]))
  return { strategy: scripted(asks), bars, settings, ...(rules && { rules }) }
}

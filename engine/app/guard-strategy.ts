/** Whose fault it is when a strategy's functions throw outside of `onBar`. Floor 5. */
import { NextbarError, StrategyError } from '../model/errors.js'

/**
 * Calls what calls a strategy's own functions, such as `allow`, `indicators` and `state`. What they throw
 * becomes a StrategyError that names the strategy; Nextbar's own errors go through.
 */
export function guardStrategy<Value>(name: string, call: () => Value): Value {
  try {
    return call()
  } catch (cause) {
    if (cause instanceof NextbarError) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new StrategyError(`${name} must not throw before its first bar, threw: ${message}`, { cause })
  }
}

/** A copy of what a session remembers. Floor 2. */
import { StrategyError } from '../model/errors.js'

/** Copies it. Throws a StrategyError when a strategy keeps what cannot be copied: all else in it is plain data. */
export function copyState<State>(state: State): State {
  try {
    return structuredClone(state)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new StrategyError(
      `a strategy's state must be plain data (numbers, text, true, false, null, lists and records of these): ${what}`,
      { cause },
    )
  }
}

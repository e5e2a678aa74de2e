/** What a strategy must not do when it is called, in words that say where. Floor 2. */
import { closeTimeAt } from '../model/bars.js'
import { NextbarError, StrategyError } from '../model/errors.js'
import { formatTime } from '../model/time.js'
import type { Track } from './track.js'

type Place = Pick<Track, 'bars' | 'cursor'>

/** What a strategy threw, as a StrategyError; an error of Nextbar's own is what it was. */
export function faultOf(cause: unknown, strategy: string, place: Place): unknown {
  if (cause instanceof NextbarError) return cause
  const what = cause instanceof Error ? cause.message : String(cause)
  return new StrategyError(`strategy ${strategy} must not throw; ${whereIs(place)} it threw: ${what}`, {
    cause,
  })
}

/** Throws a StrategyError for a promise: a decision that comes later, and the bars would pass without it. */
export function refusePromise(answer: unknown, strategy: string, place: Place): void {
  if (typeof answer !== 'object' || answer === null || !('then' in answer)) return
  throw new StrategyError(
    `strategy ${strategy} must decide at once; ${whereIs(place)} it gave a promise: take out what waits`,
  )
}

function whereIs({ bars, cursor: { index } }: Place): string {
  return `at the close of bar ${index} (${formatTime(closeTimeAt(bars, index))}, ${bars.symbol})`
}

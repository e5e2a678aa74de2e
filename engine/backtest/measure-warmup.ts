/**
 * How much history a strategy really needs: the fewest bars after which it decides as it does with all
 * of them. A recursive indicator never quite forgets its seed, so the declared warm-up may be too short.
 * Floor 3.
 */

import { declaredHistory } from '../core/first-call.js'
import { newRandom } from '../math/random.js'
import { sliceBars } from '../model/bars.js'
import type { Decision } from '../model/decision.js'
import { Replay, type ReplaySetup, type ReplayState } from './replay.js'

/** What was measured. */
export interface WarmupReport {
  /** Bars before the first call, as the indicators and the execution range declare them. */
  readonly declared: number
  /** Fewest bars of history with the same decisions at every place; undefined when none tried was enough. */
  readonly measured: number | undefined
  /** Most bars of history that were tried. */
  readonly tried: number
  /** Places in the range where the history was cut, as bars. */
  readonly places: readonly number[]
  /** Decisions that were compared at those places. */
  readonly decisions: number
}

const PLACES = 6
/** Bars decided again behind each place. */
const STRETCH = 5000
/** How many times the declared warm-up is tried at the most. */
const MOST = 32

/** A place, the state there, and what is decided behind it with the whole history. */
interface Place {
  readonly bar: number
  readonly state: ReplayState
  readonly behind: number
  readonly expected: readonly Decision[]
}

/** Measures over bars `setup.first` to `end` (excluded). `seed` says where the history is cut. */
export function measureWarmup(setup: ReplaySetup, end: number, seed: number): WarmupReport {
  const { strategy, params, settings, bars } = setup
  const declared = declaredHistory(strategy, params, settings, bars.interval)
  const places = choosePlaces(setup, end, declared, seed)
  const most = Math.min(declared * MOST, ...places.map(({ bar }) => bar))
  // An order that waits at a place is priced by the execution range: less history than that needs was never enough.
  const least = settings.atrPeriod + (settings.atrSource === 'signal' ? 1 : 0)
  const isEnough = (history: number) =>
    history >= least && places.every((place) => decidesTheSame(setup, place, history))
  return {
    declared,
    measured: places.length === 0 ? undefined : smallest(isEnough, declared, most),
    tried: most,
    places: places.map(({ bar }) => bar),
    decisions: places.reduce((sum, { expected }) => sum + expected.length, 0),
  }
}

/** Places in the later half of each stretch of the range, so that there is history to cut. */
function choosePlaces(setup: ReplaySetup, end: number, declared: number, seed: number): readonly Place[] {
  const random = newRandom(seed)
  const from = Math.max(setup.first, declared) + 1
  const behind = Math.min(STRETCH, Math.floor((end - from) / (PLACES + 1)))
  if (behind < 1) return []
  const replay = new Replay(setup)
  const stretch = (end - behind - from) / PLACES
  const states = Array.from({ length: PLACES }, (_, k) => {
    replay.advance(from + Math.floor((k + (1 + random.uniform()) / 2) * stretch))
    return replay.snapshot()
  })
  replay.advance(end)
  const { decisions, bars } = replay.finish()
  return states.map((state) => {
    const bar = state.end
    const since = bars.openTime[bar] ?? 0
    const until = bars.openTime[bar + behind] ?? Number.POSITIVE_INFINITY
    return { bar, state, behind, expected: decisions.filter(({ time }) => time >= since && time < until) }
  })
}

function decidesTheSame(setup: ReplaySetup, place: Place, history: number): boolean {
  const bars = sliceBars(setup.bars, place.bar - history, place.bar + place.behind)
  const { ledger: _, ...rest } = setup
  const replay = new Replay({ ...rest, bars, first: history, settings: { ...setup.settings, warmup: 0 } })
  replay.takeOver(place.state, history)
  replay.advance(bars.length)
  return textOf(replay.finish().decisions) === textOf(place.expected)
}

/** Orders are numbered and sized by the books, which a shorter range may price otherwise: asks are compared. */
function textOf(decisions: readonly Decision[]): string {
  return JSON.stringify(
    decisions.map(({ time, ask, tag }) => [time, ask.kind === 'TARGET' ? ask : ask.kind, tag]),
  )
}

/** The smallest history that is enough: doubled from the declared one, then halved in between. */
function smallest(
  isEnough: (history: number) => boolean,
  declared: number,
  most: number,
): number | undefined {
  let short = 0
  let enough = Math.min(declared, most)
  while (!isEnough(enough)) {
    if (enough === most) return undefined
    short = enough
    enough = Math.min(most, 2 * enough)
  }
  while (enough - short > 1) {
    const middle = (short + enough) >> 1
    if (isEnough(middle)) enough = middle
    else short = middle
  }
  return enough
}

/** What comes out of the one queue. Floor 3. */
import type { Bar } from '../../model/bars.js'
import type { BrokerEvent, Intervention, RulesEvent, SessionEvent } from '../../model/event.js'
import type { EpochMs } from '../../model/time.js'
import type { LiveSession } from './live-session.js'

/** One input of a live session. */
export type LiveInput =
  /** The bars that closed at one moment, by symbol. */
  | { readonly kind: 'MOMENT'; readonly bars: readonly (Bar | undefined)[] }
  | { readonly kind: 'INTERVENTION'; readonly event: Intervention }
  /** From the exchange; a simulated market tells of its own while a moment passes. */
  | { readonly kind: 'BROKER'; readonly event: BrokerEvent }
  /** The exchange has changed the rules of a symbol. */
  | { readonly kind: 'RULES'; readonly event: RulesEvent }
  /** Time has passed, where an exchange trades: a simulated market counts its bars instead. */
  | { readonly kind: 'TIMER'; readonly time: EpochMs }

/** Gives an input to a session. */
export function applyInput(session: LiveSession, input: LiveInput): void {
  switch (input.kind) {
    case 'MOMENT':
      session.passMoment(input.bars)
      break
    case 'INTERVENTION':
      session.intervene(input.event)
      break
    case 'BROKER':
      session.onBrokerEvent(input.event)
      break
    case 'RULES':
      session.changeRules(input.event)
      break
    case 'TIMER':
      session.wake(input.time)
      break
  }
}

/**
 * Puts recorded events together to the inputs that they came from: bars of one moment are one. An input is given when
 * the next begins, for what followed from it stands between the two.
 */
export class InputReader {
  readonly #symbolCount: number
  /** A simulated market makes its events again; the exchange's come from the record alone. */
  readonly #isSimulated: boolean
  #moment: { readonly openTime: number; readonly bars: (Bar | undefined)[] } | undefined
  /** The input of one event that has begun. */
  #single: LiveInput | undefined

  constructor(symbolCount: number, isSimulated: boolean) {
    this.#symbolCount = symbolCount
    this.#isSimulated = isSimulated
  }

  /** Takes the next event, and gives the input that is whole now. */
  read(event: SessionEvent): readonly LiveInput[] {
    switch (event.kind) {
      case 'BAR': {
        const { symbolIndex, bar } = event
        const whole = this.#moment?.openTime === bar.openTime ? [] : this.end()
        this.#moment ??= {
          openTime: bar.openTime,
          bars: Array.from({ length: this.#symbolCount }, () => undefined),
        }
        this.#moment.bars[symbolIndex] = bar
        return whole
      }
      case 'ORDER':
      case 'FILL':
        return this.#isSimulated ? [] : this.#begin({ kind: 'BROKER', event })
      case 'RULES':
        return this.#begin({ kind: 'RULES', event })
      case 'TIMER':
        return this.#isSimulated ? [] : this.#begin({ kind: 'TIMER', time: event.time })
      default:
        return this.#begin({ kind: 'INTERVENTION', event })
    }
  }

  /** No more events: gives the input that was still open. */
  end(): readonly LiveInput[] {
    const [moment, single] = [this.#moment, this.#single]
    this.#moment = undefined
    this.#single = undefined
    if (moment) return [{ kind: 'MOMENT', bars: moment.bars }]
    return single ? [single] : []
  }

  #begin(input: LiveInput): readonly LiveInput[] {
    const whole = this.end()
    this.#single = input
    return whole
  }
}

/**
 * Takes orders to the exchange. An order comes here when the ledger holds it, and is sent once, alone or in its list;
 * whatever is not certain afterwards is found out by asking, never by sending again. Floor 3.
 */
import type { SignedAnswer } from '../../venue/signed-rest.js'
import { failpoint } from '../failpoint.js'
import { type ExchangeLine, POLL_MS, sleep } from './exchange-line.js'
import type { ExchangeMarket, Outbox } from './exchange-market.js'
import type { FilterFault } from './filter-fault.js'
import { orderFacts } from './order-facts.js'
import type { GatewayPatience, OrderInquiry } from './order-inquiry.js'
import { listOf, pairsOf, placementOf, reportsOf } from './order-list.js'
import type { TellOrders } from './order-news.js'
import type { OrderTrack } from './order-track.js'
import { replaceAnswer } from './replace-answer.js'
import type { WireNews } from './wire-news.js'

/** What the gateway works with. */
export interface GatewayParts {
  readonly market: ExchangeMarket
  readonly line: ExchangeLine
  readonly inquiry: OrderInquiry
  /** What keeps orders that go together back now; undefined lets all go. Asked at the last moment before they are sent. */
  readonly forbids: (group: readonly [OrderTrack, ...OrderTrack[]]) => string | undefined
  /** Whether the gate is open, the order itself apart. */
  readonly isOpen: () => boolean
  /** Orders of a symbol that have traded, and nobody has told of it; undefined when that cannot be known now. */
  readonly missedTrades: (symbol: string) => Promise<readonly OrderTrack[] | undefined>
  /** Whether a symbol's rules are others than at a moment of the process's own clock; the exchange is asked. */
  readonly hasNewRules: (symbol: string, since: number) => Promise<boolean>
  /** Why nothing new of a symbol is let in by the exchange now; undefined where it is. */
  readonly heldBy: (symbol: string) => string | undefined
  /** Whether a refusal says that nothing is let in now, and nothing against the order. */
  readonly isShut: (symbol: string, message: string) => boolean
  readonly onAccepted: () => void
  /** The filter that the exchange would refuse it by; undefined lets it go. */
  readonly filterFault: (track: OrderTrack) => FilterFault | undefined
  /** Whether orders that were asked for at this moment of the process's own clock are of a time that is over. */
  readonly isStale: (group: readonly OrderTrack[], askedAt: number) => boolean
  readonly tell: TellOrders
  readonly note: (news: WireNews) => void
  /** No order may be sent any more: a person must look. */
  readonly halt: (reason: string) => void
  /** Runs what nobody waits for. */
  readonly run: (work: Promise<unknown>) => void
  readonly patience: GatewayPatience
}

/** An order that has waited so long for its turn is of another moment. */
const MOST_WAIT_MS = 15_000
/** The exchange was asked too much, for orders or at all: the limiter waits, and the order itself is no fault. */
const LIMIT_CODES: ReadonlySet<number> = new Set([-1003, -1015])
/** It is not what a filter of its symbol asks for. */
const FILTER_CODE = -1013
/** So many refusals in a row of one symbol are no accident. */
const MOST_REFUSALS = 3
const MUST_REST = /immediately match and take/i
const DUPLICATE = /duplicate order/i
/** Nothing was asked of the exchange: it was taken back before. */
const NOT_SENT = 'NOT_SENT'
/** The exchange lets nothing new in. */
const PAUSED = 'GATE_PAUSED'
/** It was sized for rules that are no more. */
const OUTDATED = 'GATE_RULES'
/** It was sized for a position that is no more. */
const STALE = 'GATE_STALE'

const RESULTS = { DONE: 'done', REFUSED: 'refused', UNKNOWN: 'unknown', HALT: 'halt' } as const

/** Orders that go together: one, or those of a list. */
type Group = readonly [OrderTrack, ...OrderTrack[]]

/** The way of one session's orders. */
export class OrderGateway {
  readonly #parts: GatewayParts
  readonly #lanes = new Map<string, Promise<void>>()
  readonly #canceling = new Set<OrderTrack>()
  readonly #refusals = new Map<string, number>()

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  /** Orders of which nobody knows whether they are there. */
  get unknown(): readonly OrderTrack[] {
    return this.#parts.market.open.filter(({ phase }) => phase === 'UNKNOWN')
  }

  /** Takes what the session has asked for, at a moment of the process's own clock; the ledger holds it. */
  take({ submits, cancels }: Outbox, askedAt: number): void {
    for (const group of pairsOf(submits)) {
      const { symbol } = group[0]
      const before = this.#lanes.get(symbol) ?? Promise.resolve()
      const turn = before.then(() => this.#submit(group, askedAt))
      this.#parts.run(turn)
      this.#lanes.set(
        symbol,
        turn.catch(() => undefined),
      )
    }
    for (const track of cancels) this.#parts.run(this.#cancel(track))
  }

  /** Orders that the ledger holds from before: each is found out, and those that are wanted back are taken back. */
  async adopt(): Promise<void> {
    const { market, inquiry, run } = this.#parts
    const tracks = market.open
    for (const track of tracks) inquiry.adopt(track)
    await Promise.all(tracks.map((track) => inquiry.resolve(track, true)))
    for (const track of tracks) if (track.isCancelWanted) run(this.#cancel(track))
  }

  async #submit(group: Group, askedAt: number): Promise<void> {
    const { tell, line } = this.#parts
    while (!group.every(({ isItsTurn }) => isItsTurn) && !line.isEnded) await sleep(POLL_MS)
    if (line.isEnded && !line.isSilent) return
    const { inPlaceOf, symbol } = group[0]
    if (inPlaceOf && (inPlaceOf.phase === 'OVER' || group[0].isStale)) {
      this.#stay(group, 'it is over, or has traded')
      return
    }
    const missed = group.some(({ isStale }) => isStale)
      ? { reason: STALE, why: 'the order before traded while it was taken back' }
      : await this.#missed(group)
    if (missed) {
      const ids = group.map(({ id }) => id).join(', ')
      tell('kept back', isExit(group) ? 'page' : 'note', `${ids} not sent: ${missed.why}`)
      this.#refuse(group, 'REJECTED', missed.reason)
      return
    }
    const fault = group.map((track) => this.#parts.filterFault(track)).find((one) => one !== undefined)
    if (fault?.isTooSmall === true && !isExit(group)) {
      // Neither a refusal nor an accident: the strategy may wish for it at every bar.
      tell('kept back', 'note', `${symbol}: too small for ${fault.filter}, nothing was sent`, {
        about: fault.filter,
      })
      this.#refuse(group, 'REJECTED', fault.filter)
      return
    }
    if (fault !== undefined) {
      const message = `Filter failure: ${fault.filter}; seen here, nothing was sent`
      await this.#takeRefusal(group, { code: FILTER_CODE, message }, askedAt)
      return
    }
    failpoint('before-send')
    const answer = await this.#place(group, askedAt)
    failpoint('after-answer')
    if (inPlaceOf) await this.#takeReplaced(group, inPlaceOf, { answer, askedAt })
    else await this.#take(group, answer, askedAt)
  }

  /**
   * Why an order may be sized for a position that is no more: while others are open a fill may have been lost on the way,
   * so that the account is asked first. A sale behind purchases goes all the same: there is more to sell than it asks for.
   */
  async #missed(group: Group): Promise<{ readonly reason: string; readonly why: string } | undefined> {
    const { market, isOpen, missedTrades } = this.#parts
    const [{ symbol, inPlaceOf, order }] = group
    // What the gate keeps back anyway needs no look.
    if (!isOpen()) return undefined
    if (!market.openOf(symbol).some((one) => one !== inPlaceOf && !group.includes(one))) return undefined
    const missed = await missedTrades(symbol)
    if (!missed) {
      const why = 'the trades of the account could not be looked at'
      return order.side === 'BUY' ? { reason: 'GATE: RECONCILIATION', why } : undefined
    }
    const other = missed.find((one) => order.side === 'BUY' || one.order.side === 'SELL')
    return other && { reason: STALE, why: `${other.id} had traded, and nobody had told of it` }
  }

  /** The order in whose place another was to go stays as it is. */
  #stay(group: Group, why: string): void {
    const [{ id, inPlaceOf }] = group
    this.#parts.tell(
      'kept back',
      'note',
      `${id} not sent: ${inPlaceOf?.id ?? ''} could not be taken back: ${why}`,
    )
    this.#refuse(group, 'REJECTED', 'CANCEL_FAILED')
  }

  /** An order went in another's place. Whatever the answer does not say of the two is asked for. */
  async #takeReplaced(
    group: Group,
    old: OrderTrack,
    { answer, askedAt }: { readonly answer: SignedAnswer; readonly askedAt: number },
  ): Promise<void> {
    const { inquiry, run, onAccepted } = this.#parts
    const halves = 'json' in answer ? replaceAnswer(answer.json) : undefined
    if (halves?.canceled) inquiry.hear(old, halves.canceled)
    if (answer.kind === 'DONE' && halves?.placed) {
      this.#refusals.delete(old.symbol)
      onAccepted()
      inquiry.hear(group[0], halves.placed)
    } else if (answer.kind === 'REFUSED' && halves) {
      if (halves.refusal) await this.#takeRefusal(group, halves.refusal, askedAt)
      else this.#stay(group, answer.message)
    } else await this.#take(group, answer, askedAt)
    run(this.#askAfter(group[0], old))
  }

  /** Asks how an order stands once it is known what became of the one that was to take its place. */
  async #askAfter(track: OrderTrack, old: OrderTrack): Promise<void> {
    while (!/^(OPEN|OVER)$/.test(track.phase) && !this.#parts.line.isEnded) await sleep(POLL_MS)
    if (old.phase !== 'OVER') await this.#parts.inquiry.resolve(old, true)
  }

  async #place(group: Group, askedAt: number): Promise<SignedAnswer> {
    const { line, note } = this.#parts
    const { symbol } = group[0]
    let sentAt: number | undefined
    const forbids = (): string | undefined => {
      const forbidden = this.#forbidden(group, askedAt)
      if (forbidden !== undefined) return forbidden
      for (const track of group) track.send()
      const isFirst = sentAt === undefined
      sentAt = performance.now()
      if (isFirst) note({ kind: 'SENT', symbol, afterMs: sentAt - askedAt })
      return undefined
    }
    const isGivenUp = () => group.some(({ isCancelWanted }) => isCancelWanted)
    const answer = await line.send({ ...placementOf(group), forbids, isGivenUp, mostWaitMs: MOST_WAIT_MS })
    if (sentAt !== undefined && answer.kind !== 'FORBIDDEN')
      note({ kind: 'ANSWERED', symbol, result: RESULTS[answer.kind], ms: performance.now() - sentAt })
    return answer
  }

  /** Why they may not go now; undefined lets them go. Of a list all go, or none. */
  #forbidden(group: Group, askedAt: number): string | undefined {
    if (group.some(({ isCancelWanted }) => isCancelWanted)) return NOT_SENT
    if (this.#parts.isStale(group, askedAt))
      return 'GATE_PAUSED: it was decided before the process stood still'
    const open = this.#parts.market.openOf(group[0].symbol)
    const doubted = open.find((one) => one.phase === 'UNKNOWN' && !group.includes(one))
    if (doubted) return `GATE_FROZEN: nobody knows yet what became of ${doubted.id}`
    const held = this.#parts.heldBy(group[0].symbol)
    if (held !== undefined) return `${PAUSED}: ${held}`
    const forbidden = this.#parts.forbids(group)
    return forbidden === undefined ? undefined : `GATE: ${forbidden}`
  }

  async #take(group: Group, answer: SignedAnswer, askedAt: number): Promise<void> {
    const { tell, inquiry, onAccepted } = this.#parts
    switch (answer.kind) {
      case 'DONE': {
        this.#refusals.delete(group[0].symbol)
        onAccepted()
        const reports = group.length > 1 ? reportsOf(answer.json) : [orderFacts(answer.json)]
        for (const track of group) {
          const facts = reports.find((one) => one?.order.clientOrderId === track.id)
          if (facts) inquiry.hear(track, facts)
          else inquiry.doubt(track, 'the answer does not tell of it')
        }
        break
      }
      case 'FORBIDDEN':
        if (answer.reason === NOT_SENT) this.#refuse(group, 'CANCELED', NOT_SENT)
        else {
          const ids = group.map(({ id }) => id).join(', ')
          // A pause is told by itself.
          const urgency = answer.reason.startsWith(PAUSED) && !isExit(group) ? 'note' : 'page'
          tell('kept back', urgency, `${ids} not sent: ${answer.reason}`, { about: answer.reason })
          this.#refuse(group, 'REJECTED', answer.reason.slice(0, 300))
        }
        break
      case 'HALT':
        this.#refuse(group, 'REJECTED', 'GATE: the exchange has ended all requests')
        break
      case 'REFUSED':
        await this.#takeRefusal(group, answer, askedAt)
        break
      case 'UNKNOWN':
        for (const track of group) inquiry.doubt(track, answer.reason)
        break
    }
  }

  async #takeRefusal(
    group: Group,
    { code, message }: { readonly code: number; readonly message: string },
    askedAt: number,
  ): Promise<void> {
    const { tell, halt, inquiry, hasNewRules, isShut } = this.#parts
    if (DUPLICATE.test(message)) {
      // An open order has this id: it is ours, however it came there.
      for (const track of group) inquiry.doubt(track, message)
      return
    }
    const { symbol } = group[0]
    const ids = group.map(({ id }) => id).join(', ')
    const bare = isExit(group) ? '; what is held has no such exit on the exchange' : ''
    tell('refused', isExit(group) ? 'page' : 'note', `${ids} refused: ${code} ${message}${bare}`)
    const mustRest = MUST_REST.test(message)
    const isShutNow = isShut(symbol, message)
    // The session has the new rules before it hears that the order is over: whatever it asks for then goes by them.
    const isOutdated = code === FILTER_CODE && (await hasNewRules(symbol, askedAt))
    if (isOutdated) this.#refusals.delete(symbol)
    // Nothing else is tried in its place: the strategy decides anew.
    const kept = isShutNow ? `${PAUSED}: ` : isOutdated ? `${OUTDATED}: ` : undefined
    this.#refuse(
      group,
      'REJECTED',
      mustRest ? 'WOULD_MATCH_IMMEDIATELY' : `${kept ?? ''}${code}: ${message}`.slice(0, 200),
    )
    if (mustRest || kept !== undefined || LIMIT_CODES.has(code)) return
    const count = (this.#refusals.get(symbol) ?? 0) + 1
    this.#refusals.set(symbol, count)
    if (count >= MOST_REFUSALS)
      halt(`${symbol}: ${count} orders in a row were refused, the last with ${code} ${message}`)
  }

  #refuse(group: Group, status: 'REJECTED' | 'CANCELED', reason: string): void {
    for (const track of group) this.#parts.inquiry.refuse(track, status, reason)
  }

  /** Takes an order back, and with it all of its list; asks until it is over. */
  async #cancel(track: OrderTrack): Promise<void> {
    const { market, line, inquiry, tell, patience } = this.#parts
    if (this.#canceling.has(track)) return
    const list = listOf(track, market)
    for (const one of list) this.#canceling.add(one)
    let [wait, tries] = [patience.firstQueryMs, 0]
    try {
      while (list.some(({ phase }) => phase !== 'OVER') && !line.isEnded) {
        const isKnown = list.every(({ phase, lacksFills }) => !lacksFills && /^(OPEN|OVER)$/.test(phase))
        if (!isKnown) {
          // Not there yet, or in doubt: whoever sent it finds out first.
          await sleep(POLL_MS)
          continue
        }
        tries++
        // An order that is taken back takes its whole list with it.
        const one = list.find(({ phase }) => phase === 'OPEN') ?? track
        const answer = await line.send({
          method: 'DELETE',
          path: '/api/v3/order',
          params: { symbol: one.symbol, origClientOrderId: one.id },
          weight: 1,
        })
        const facts = answer.kind === 'DONE' ? orderFacts(answer.json) : undefined
        if (facts?.order.clientOrderId === one.id) inquiry.hear(one, facts)
        // Refused is no word on how it ended, and no answer none at all: ask.
        for (const other of list) {
          if (other !== one || !facts || other.lacksFills) await inquiry.resolve(other, true)
        }
        const open = list.filter(({ phase }) => phase === 'OPEN').map(({ id }) => id)
        if (tries === MOST_REFUSALS && open.length > 0) {
          const ids = open.join(', ')
          tell('unknown', 'page', `${ids} could not be taken back ${tries} times`, { about: ids })
        }
        if (open.length > 0) await sleep(wait)
        wait = Math.min(patience.longestQueryMs, 2 * wait)
      }
    } finally {
      for (const one of list) this.#canceling.delete(one)
    }
  }
}

/** Whether they are to end a position: without them nothing does. */
function isExit(group: Group): boolean {
  return group.some(({ order }) => order.side === 'SELL' && order.type.startsWith('STOP_LOSS'))
}

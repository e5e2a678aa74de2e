/**
 * Orders that are over in the ledger and not on the exchange: what the ledger took for their end was none. Such an order
 * is taken back, and the session halts; nothing of it is booked by itself. Floor 3.
 */
import type { ExchangeLine } from './exchange-line.js'
import type { ExchangeMarket } from './exchange-market.js'
import type { Facts } from './order-facts.js'
import type { OrderInquiry } from './order-inquiry.js'
import type { TellOrders } from './order-news.js'
import { isOpenStatus, type OrderTrack } from './order-track.js'

/** What it works with. */
export interface ReopenedParts {
  readonly market: ExchangeMarket
  readonly line: ExchangeLine
  readonly inquiry: OrderInquiry
  readonly tell: TellOrders
  readonly halt: (reason: string) => void
}

/** Once may be a list that lags behind the order's end; twice is an order. */
const MOST_SIGHTS = 2

/** One for each session. */
export class ReopenedOrders {
  readonly #parts: ReopenedParts
  #sights: ReadonlyMap<string, number> = new Map()

  constructor(parts: ReopenedParts) {
    this.#parts = parts
  }

  /**
   * Looks for such orders in the exchange's list of open ones; each is asked for by itself before it counts. The second
   * look that finds it takes it back and halts; `isStart` takes the first. Gives why it halted, or undefined.
   */
  async look(symbol: string, open: readonly Facts[], isStart = false): Promise<string | undefined> {
    const { market, inquiry, tell } = this.#parts
    const sights = new Map([...this.#sights].filter(([id]) => market.byId(id)?.symbol !== symbol))
    let reason: string | undefined
    for (const { order } of open) {
      const track = market.byId(order.clientOrderId)
      if (track?.phase !== 'OVER') continue
      const said = await inquiry.ask(track)
      if (!said || !isOpenStatus(said.order.status)) continue
      const count = (this.#sights.get(track.id) ?? 0) + 1
      sights.set(track.id, count)
      const what = `the order ${track.id} is open on the exchange, and over in the ledger`
      if (count >= MOST_SIGHTS || isStart) reason = await this.#takeBack(track, what)
      else
        tell('reconcile', 'ticket', `${what}; looked at again before anything is done`, { about: track.id })
    }
    this.#sights = sights
    return reason
  }

  /** Whether one was seen when it was last looked, or is looked at again. */
  get isAny(): boolean {
    return this.#sights.size > 0
  }

  /** Halts when one of these trades came behind the end of its order. Gives why, or undefined. */
  hear(track: OrderTrack, { trades }: Pick<Facts, 'trades'>): string | undefined {
    const [late] = track.lateOf(trades)
    return late && this.#halt(`the order ${track.id} traded (${late.tradeId}) behind its end in the ledger`)
  }

  /** A trade of nobody's came: orders that count as never there are asked for once more. Gives why it halted. */
  async askAbsent(symbol: string): Promise<string | undefined> {
    const { market, inquiry } = this.#parts
    for (const track of market.absentOf(symbol)) {
      const said = await inquiry.ask(track)
      if (said) return this.#halt(`the order ${track.id} is on the exchange (${said.order.status}) after all`)
    }
    return undefined
  }

  async #takeBack(track: OrderTrack, what: string): Promise<string> {
    const answer = await this.#parts.line.send({
      method: 'DELETE',
      path: '/api/v3/order',
      params: { symbol: track.symbol, origClientOrderId: track.id },
      weight: 1,
    })
    return this.#halt(`${what}; it was ${answer.kind === 'DONE' ? '' : 'not '}taken back`)
  }

  #halt(what: string): string {
    const { tell, halt } = this.#parts
    const reason = `${what}: what it may have traded is in no book; look at the account before going on`
    tell('reconcile', 'page', reason)
    halt(reason)
    return reason
  }
}

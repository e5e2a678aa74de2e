/** What the stream of the account tells: reports of orders, ends of lists, assets that come and go. Floor 3. */
import type { AccountWatch } from './account-watch.js'
import type { ExchangeMarket } from './exchange-market.js'
import { listFacts, reportFacts } from './order-facts.js'
import type { OrderInquiry } from './order-inquiry.js'
import type { TellOrders } from './order-news.js'

/** What events are given to. */
export interface AccountEventsParts {
  readonly market: ExchangeMarket
  readonly inquiry: OrderInquiry
  readonly watch: AccountWatch
  /** Looks at the account now. */
  readonly look: () => Promise<void>
  readonly tell: TellOrders
}

/** The orders of a list that is over tell of their ends themselves, a moment before or after. */
const LIST_MS = 500

/** Takes what comes, in the order in which it comes. */
export class AccountEvents {
  readonly #parts: AccountEventsParts

  constructor(parts: AccountEventsParts) {
    this.#parts = parts
  }

  /** Takes one event; kinds that are not known are none of ours. */
  hear(event: Readonly<Record<string, unknown>>): void {
    switch (event.e) {
      case 'executionReport':
        this.#hearReport(event)
        break
      case 'listStatus':
        this.#hearList(event)
        break
      case 'balanceUpdate':
        this.#parts.tell(
          'external',
          'ticket',
          `${String(event.d)} ${String(event.a)} came to the account or left it: the session's books stay as they are`,
          { about: `balance ${String(event.a)} ${String(event.T)}` },
        )
        break
      default:
    }
  }

  #hearReport(event: Readonly<Record<string, unknown>>): void {
    const { look, tell, watch } = this.#parts
    const facts = reportFacts(event)
    if (facts) {
      watch.hear(facts)
      return
    }
    tell('status', 'page', 'an execution report came that cannot be read: the account is asked instead')
    void look()
  }

  /** A list is over: whatever of it is still taken for open is asked for. */
  #hearList(event: Readonly<Record<string, unknown>>): void {
    const { inquiry, market } = this.#parts
    const list = listFacts(event)
    if (!list?.isOver) return
    const tracks = list.ids.flatMap((id) => market.byId(id) ?? [])
    const ask = () => {
      for (const track of tracks) if (track.phase === 'OPEN') void inquiry.resolve(track, true)
    }
    setTimeout(ask, LIST_MS).unref()
  }
}

/** What happens to orders on their way, for logs, metrics and alerts. Floor 3. */

/** How urgent: someone is woken, someone looks in the morning, or it is only written down. */
export type Urgency = 'page' | 'ticket' | 'note'

/** Something about orders or the account that those who watch should know. */
export interface OrderNews {
  readonly kind: 'ORDERS'
  readonly topic:
    | 'unknown'
    | 'resolved'
    | 'refused'
    | 'kept back'
    | 'external'
    | 'reconcile'
    | 'stream'
    | 'status'
    | 'limit'
    | 'rules'
    | 'venue'
  readonly urgency: Urgency
  /** The same for the same trouble; an alert is told once until `isOver`. */
  readonly about: string
  readonly isOver: boolean
  readonly message: string
}

/** Tells of it; must not throw. */
export type TellOrders = (
  topic: OrderNews['topic'],
  urgency: Urgency,
  message: string,
  more?: { readonly about?: string; readonly isOver?: boolean },
) => void

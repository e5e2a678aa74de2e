/**
 * A world around one maker-first wish: an exchange that fills, refuses and loses what it likes, and a wire that
 * delivers in any order, late, twice or not at all. Every choice is a move; a test walks all of them.
 */
import type { MakerFirstReport } from '../../../engine/core/policy/maker-first.js'
import type { MakerFirst, MakerFirstAction } from '../../../engine/core/policy/maker-first-state.js'
import { toEpochMs } from '../../../engine/model/time.js'

export const NOW = toEpochMs(1_000)

/** What is true of one order. `WIRE` is under way to the exchange, `LOST` never came there. */
export interface Truth {
  readonly status: 'WIRE' | 'OPEN' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'REJECTED' | 'LOST'
  readonly isPost: boolean
  readonly quantity: bigint
  readonly executed: bigint
}

/** A request on its way, or a report that has not been delivered. */
type Request = { readonly kind: 'CANCEL' | 'QUERY'; readonly attempt: number }

export interface World {
  readonly orders: readonly Truth[]
  readonly requests: readonly Request[]
  readonly reports: readonly MakerFirstReport[]
  readonly alerts: readonly string[]
}

export const EMPTY: World = { orders: [], requests: [], reports: [], alerts: [] }

/** What the machine asks of the world. Amounts are base, at a price of 1. */
export function obey(world: World, actions: readonly MakerFirstAction[]): World {
  let next = world
  for (const action of actions) {
    if (action.kind === 'POST' || action.kind === 'ESCALATE') {
      const order: Truth = {
        status: 'WIRE',
        isPost: action.kind === 'POST',
        quantity: action.rest,
        executed: 0n,
      }
      if (action.attempt !== next.orders.length + 1) throw new Error(`attempt ${action.attempt} out of turn`)
      next = { ...next, orders: [...next.orders, order] }
    } else if (action.kind === 'CANCEL' || action.kind === 'QUERY') {
      next = { ...next, requests: [...next.requests, { kind: action.kind, attempt: action.attempt }] }
    } else if (action.kind === 'ALERT') next = { ...next, alerts: [...next.alerts, action.reason] }
  }
  return next
}

/** Everything that may happen next in the world by itself. */
export function movesOf(world: World): readonly World[] {
  return [
    ...world.orders.flatMap((order, k) => movesOfOrder(world, order, k + 1)),
    ...world.requests.flatMap((request, k) => {
      const without = { ...world, requests: world.requests.filter((_, i) => i !== k) }
      const lost = told(without, { kind: 'UNKNOWN', ...about(request.attempt) })
      return [lost, ...answersOf(without, request)]
    }),
  ]
}

/** The world's next move where nothing goes wrong; undefined when it waits for the machine. */
export function goodMove(world: World): World | undefined {
  const wire = world.orders.findIndex(({ status }) => status === 'WIRE')
  const order = world.orders[wire]
  if (order) return movesOfOrder(world, order, wire + 1)[0]
  const [request, ...requests] = world.requests
  if (request) return answersOf({ ...world, requests }, request)[0]
  const taking = world.orders.findIndex(({ status, isPost }) => status === 'OPEN' && !isPost)
  const taker = world.orders[taking]
  return taker && movesOfOrder(world, taker, taking + 1)[0]
}

function movesOfOrder(world: World, order: Truth, attempt: number): readonly World[] {
  const unknown = { kind: 'UNKNOWN', ...about(attempt) } as const
  const put = (changes: Partial<Truth>): World => ({
    ...world,
    orders: world.orders.map((one, k) => (k === attempt - 1 ? { ...one, ...changes } : one)),
  })
  if (order.status === 'WIRE') {
    const accepted = put({ status: 'OPEN' })
    const refused = put({ status: 'REJECTED' })
    const ack = { kind: 'ACK', ...about(attempt) } as const
    return [
      told(accepted, ack),
      // The answer is lost on its way; the stream's own word of it comes, or does not.
      told(accepted, unknown),
      told(told(accepted, unknown), ack),
      told(refused, { kind: 'REJECTED', ...about(attempt) }),
      told(refused, unknown),
      told(put({ status: 'LOST' }), unknown),
    ]
  }
  if (order.status !== 'OPEN') return []
  const more = order.executed + 1n
  const isFinal = more === order.quantity
  const filled = put({ executed: more, status: isFinal ? 'FILLED' : 'OPEN' })
  const fill = { kind: 'FILL', isFinal, executed: more, spent: more, ...about(attempt) } as const
  const { executed } = order
  const expired = { kind: 'EXPIRED', executed, spent: executed, ...about(attempt) } as const
  return [told(filled, fill), told(put({ status: 'EXPIRED' }), expired)]
}

function answersOf(world: World, { kind, attempt }: Request): readonly World[] {
  const order = world.orders[attempt - 1]
  if (!order) throw new Error(`no order ${attempt}`)
  const { status, executed } = order
  if (kind === 'QUERY') {
    const report = truthOf(order, attempt)
    // Not there yet: nothing is proven, and the query is made again.
    return [report ? told(world, report) : told(world, { kind: 'UNKNOWN', ...about(attempt) })]
  }
  if (status !== 'OPEN') return [told(world, { kind: 'CANCEL_REFUSED', ...about(attempt) })]
  const gone = {
    ...world,
    orders: world.orders.map((one, k) =>
      k === attempt - 1 ? ({ ...one, status: 'CANCELED' } as const) : one,
    ),
  }
  const canceled = { kind: 'CANCELED', executed, spent: executed, ...about(attempt) } as const
  const unknown = { kind: 'UNKNOWN', ...about(attempt) } as const
  return [told(gone, canceled), told(gone, unknown), told(told(gone, canceled), unknown)]
}

/** What a query finds; undefined while the order is under way. */
function truthOf({ status, executed }: Truth, attempt: number): MakerFirstReport | undefined {
  const totals = { executed, spent: executed, ...about(attempt) }
  switch (status) {
    case 'WIRE':
      return undefined
    case 'OPEN':
      return { kind: 'FOUND_OPEN', ...totals }
    case 'FILLED':
      return { kind: 'FILL', isFinal: true, ...totals }
    case 'CANCELED':
    case 'EXPIRED':
      return { kind: status, ...totals }
    case 'REJECTED':
      return { kind: 'REJECTED', ...about(attempt) }
    case 'LOST':
      return { kind: 'ABSENT', ...about(attempt) }
  }
}

function about(attempt: number): { readonly attempt: number; readonly time: typeof NOW } {
  return { attempt, time: NOW }
}

/** Two equal reports under way are as one: any can come twice. */
function told(world: World, report: MakerFirstReport): World {
  const key = textOf(report)
  if (world.reports.some((one) => textOf(one) === key)) return world
  return { ...world, reports: [...world.reports, report] }
}

/** What has truly been traded. */
export function tradedIn({ orders }: World): bigint {
  return orders.reduce((sum, { executed }) => sum + executed, 0n)
}

/** Orders that can still trade, whatever anyone knows. */
export function liveIn({ orders }: World): number {
  return orders.filter(({ status }) => status === 'WIRE' || status === 'OPEN').length
}

/** A value as text: equal texts are equal values. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}` : one))
}

/** A state of machine and world as text: equal texts go on alike. Reports are a bag, so their order is none. */
export function keyOf({ terms: _, ...machine }: MakerFirst, world: World): string {
  const bag = (items: readonly unknown[]) => items.map(textOf).sort().join()
  return [textOf(machine), textOf(world.orders), bag(world.requests), bag(world.reports)].join('|')
}

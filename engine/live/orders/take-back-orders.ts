/** Takes back all orders that a session has on an exchange, without the session: by the exchange's own list. Floor 3. */
import { HaltedError } from '../../model/errors.js'
import type { SignedAnswer, SignedRequest } from '../../venue/signed-rest.js'
import { ordersFacts } from './order-facts.js'

/** Whatever sends what is signed. */
export interface TakeBackLine {
  send(request: SignedRequest): Promise<SignedAnswer>
}

/** What became of a session's open orders, by their client order ids. */
export interface TakenBack {
  readonly takenBack: readonly string[]
  /** Still open, or nobody knows; undefined where the exchange did not show them. */
  readonly left: readonly string[] | undefined
}

/** An order that has just come may not be in the list yet, and an answer may be lost. */
const ROUNDS = 3

/**
 * Takes back a symbol's orders that are of the session of an epoch, and looks again until none is left, three times at
 * most. Throws a HaltedError when the exchange has ended all requests.
 */
export async function takeBackOrders(
  line: TakeBackLine,
  { symbol, epoch }: { readonly symbol: string; readonly epoch: number },
): Promise<TakenBack> {
  const seen = new Set<string>()
  for (let round = 0; ; round++) {
    const open = await openIds(line, symbol, `nb${epoch}-`)
    const takenBack = [...seen].filter((id) => open && !open.includes(id))
    if (open?.length === 0 || round === ROUNDS) return { takenBack, left: open }
    for (const id of open ?? []) {
      seen.add(id)
      // Its list goes with it; what that refuses for the others the next look tells.
      const params = { symbol, origClientOrderId: id }
      refuseEnd(await line.send({ method: 'DELETE', path: '/api/v3/order', params, weight: 1 }))
    }
  }
}

async function openIds(
  line: TakeBackLine,
  symbol: string,
  prefix: string,
): Promise<readonly string[] | undefined> {
  const answer = await line.send({
    ...{ method: 'GET', path: '/api/v3/openOrders', params: { symbol }, weight: 6 },
  })
  refuseEnd(answer)
  if (answer.kind !== 'DONE' || !Array.isArray(answer.json)) return undefined
  return ordersFacts(answer.json)
    .map(({ order }) => order.clientOrderId)
    .filter((id) => id.startsWith(prefix))
}

function refuseEnd(answer: SignedAnswer): void {
  if (answer.kind !== 'HALT') return
  throw new HaltedError(
    `the exchange must take orders back, has ended all requests: ${answer.reason}; take them back on its own page`,
  )
}

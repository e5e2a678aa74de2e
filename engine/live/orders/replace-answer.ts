/** What the exchange says of an order in another's place: each half has an answer of its own. Floor 3. */
import { z } from 'zod'
import { type Facts, orderFacts } from './order-facts.js'

/** How both halves went. */
export interface ReplaceAnswer {
  /** The order that was taken back; undefined where it was not, or the answer does not show it. */
  readonly canceled: Facts | undefined
  /** The order in its place. */
  readonly placed: Facts | undefined
  /** Why that one was refused; undefined where it was placed, or never tried. */
  readonly refusal: { readonly code: number; readonly message: string } | undefined
}

const HALVES = z.object({
  cancelResult: z.string(),
  newOrderResult: z.string(),
  cancelResponse: z.unknown(),
  newOrderResponse: z.unknown(),
})
/** With an error the halves are in `data`. */
const ANSWER = z.union([HALVES, z.object({ data: HALVES }).transform(({ data }) => data)])
const REFUSAL = z.object({ code: z.number(), msg: z.string() })

/** The answer of `cancelReplace`, done or refused; undefined where it tells of no halves. */
export function replaceAnswer(json: unknown): ReplaceAnswer | undefined {
  const { success, data } = ANSWER.safeParse(json)
  if (!success) return undefined
  const refused = REFUSAL.safeParse(data.newOrderResponse)
  return {
    canceled: orderFacts(data.cancelResponse),
    placed: orderFacts(data.newOrderResponse),
    refusal: refused.success ? { code: refused.data.code, message: refused.data.msg } : undefined,
  }
}

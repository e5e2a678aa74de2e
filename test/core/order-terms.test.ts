/** What a strategy says of an order, where no compiler has looked at it. */
import { expect, it } from 'vitest'
import type { OrderTerms } from '../../engine/core/context.js'
import { pricesOf } from '../../engine/core/order-terms.js'
import { marketRules, openRules } from '../../engine/model/symbol-rules.js'

const RULES = marketRules(openRules('BTCUSDT', 'BTC', 'USDT'))

/** Terms as a program in plain JavaScript may give them. */
const read = (json: string): OrderTerms => JSON.parse(json)

it.each([
  ['{}', undefined],
  ['{"type":"MARKET"}', undefined],
  ['{"type":"LIMIT","price":5}', 'LIMIT'],
  ['{"type":"STOP_LOSS","trailingDelta":100}', 'STOP_LOSS'],
])('takes %s', (json, type) => {
  expect(pricesOf('SELL', read(json), RULES)?.type).toBe(type)
})

it.each([
  ['{"type":"LIMITT","price":5}', /type of an order must be one of MARKET, LIMIT, .*was LIMITT/],
  ['{"price":5}', /with a price must say its type/],
  ['{"type":"MARKET","stopPrice":5}', /with a price must say its type/],
  ['{"type":"LIMIT"}', /price must be a price above 0, was undefined/],
  ['{"type":"STOP_LOSS"}', /STOP_LOSS must have a stopPrice or a trailingDelta/],
])('refuses %s in place of an order at market', (json, message) => {
  expect(() => pricesOf('BUY', read(json), RULES)).toThrow(message)
})

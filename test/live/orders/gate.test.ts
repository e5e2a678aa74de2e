/** The gate: what it says of each condition, and each limit at its edge; `gate-matrix.test.ts` has all combinations. */
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Gate, type GateTerms, type GateView } from '../../../engine/live/gate/gate.js'
import { writeArm } from '../../../engine/live/gate/permits.js'
import { ONE } from '../../../engine/model/money.js'
import type { Order } from '../../../engine/model/order.js'
import { toEpochMs } from '../../../engine/model/time.js'
import { temporaryFolder } from '../../app/command.js'

const NOW = 1_800_000_000_000
const TERMS = 'c0ffee'
const LIMITS = {
  maxOrderQuote: 1000n * ONE,
  maxPositionQuote: 2000n * ONE,
  maxDailyLoss: 100n * ONE,
  maxOrdersPerMinute: 3,
}
const VIEW: GateView = { isReconciled: true, isHeard: true, closes: [100, 100], lastPrice: 100 }

function orderOf(change: Partial<{ side: 'BUY' | 'SELL'; price: bigint; quantity: bigint }> = {}): Order {
  return {
    ...{
      number: 1,
      symbolIndex: 0,
      side: 'BUY',
      type: 'LIMIT_MAKER',
      price: 100n * ONE,
      quantity: ONE,
      tag: '',
    },
    ...{ decisionTime: toEpochMs(NOW), decisionOpenTime: toEpochMs(NOW - 60_000) },
    ...change,
  } as Order
}

/** A live gate in a folder with everything that opens it. */
function openGate(terms: Partial<GateTerms> = {}) {
  const folder = path.join(temporaryFolder(), 'state')
  mkdirSync(folder)
  const promotion = path.join(folder, 'promotion.json')
  writeFileSync(promotion, JSON.stringify({ schema: 'nextbar/promotion@1', isPromoted: true, terms: TERMS }))
  const arm = {
    ...{ terms: TERMS, account: 'mine', priceCollar: 0.02 },
    armed: new Date(NOW - 1000).toISOString(),
    expires: new Date(NOW + 1000).toISOString(),
  }
  writeArm(path.join(folder, 'arm.json'), arm)
  const time = { now: NOW }
  const all: GateTerms = {
    ...{ mode: 'live', symbols: ['BTCUSDT'], folder, promotion, terms: TERMS, permit: 'BTCUSDT' },
    ...{ limits: LIMITS, priceCollar: 0.02, ...terms },
  }
  const gate = () => {
    const own = new Gate(all, () => time.now)
    own.setAccount('mine')
    return own
  }
  return { folder, promotion, arm, time, terms: all, gate }
}

describe('the gate', () => {
  it.each([
    ['maxOrderQuote', '--max-order-quote'],
    ['maxPositionQuote', '--max-position-quote'],
    ['maxDailyLoss', '--max-daily-loss'],
    ['maxOrdersPerMinute', '--max-orders-per-minute'],
  ] as const)('is closed without %s, and says %s', (limit, flag) => {
    const { terms } = openGate({ limits: { ...LIMITS, [limit]: undefined } })
    expect(new Gate(terms, () => NOW).missing()).toEqual([`${flag} must be given`])
  })

  it.each<readonly [string, Partial<GateTerms>, RegExp]>([
    ['another symbol permitted', { permit: 'ETHUSDT' }, /NEXTBAR_LIVE must be BTCUSDT, was ETHUSDT/],
    ['more symbols permitted', { permit: 'BTCUSDT,ETHUSDT' }, /NEXTBAR_LIVE/],
    ['a session of other terms', { terms: 'decaf' }, /promotion.json is of another session/],
    ['another collar than the armed', { priceCollar: 0.5 }, /another price collar/],
  ])('is closed with %s', (_name, change, words) => {
    const { terms } = openGate(change)
    expect(new Gate(terms, () => NOW).missing().join('; ')).toMatch(words)
  })

  it('is closed with an arming for another account, as soon as it is known whose this is', () => {
    const { terms } = openGate()
    const gate = new Gate(terms, () => NOW)
    expect([gate.missing(), gate.forbids([orderOf()], VIEW)]).toEqual([[], expect.stringMatching(/^ACCOUNT/)])
    gate.setAccount('mine')
    expect([gate.missing(), gate.forbids([orderOf()], VIEW)]).toEqual([[], undefined])
    const other = openGate().gate()
    other.setAccount('yours')
    expect(other.missing().join()).toMatch(
      /arm\.json is of another account, or of one on another venue: arm anew/,
    )
    expect(other.forbids([orderOf()], VIEW)).toMatch(/another account/)
  })

  it.each(['HALT', 'KILL'])('is closed by a %s that is a link to nowhere', (name) => {
    const parts = openGate()
    symlinkSync('/nowhere/at/all', path.join(parts.folder, name))
    expect(parts.gate().forbids([orderOf()], VIEW)).toBe(name)
    expect(parts.gate().missing().join()).toContain(`no ${name} may be in the state folder`)
  })

  it.each(['arm.json', 'promotion.json'])('is closed by a %s that others may write', (name) => {
    const parts = openGate()
    const file = path.join(parts.folder, name)
    chmodSync(file, 0o622)
    expect(parts.gate().missing().join()).toMatch(/must be writable by its owner alone, is by others/)
    chmodSync(file, 0o644)
    expect(parts.gate().missing()).toEqual([])
    // Only root can give a file away.
    if (process.getuid?.() !== 0) return
    chownSync(file, 4711, 4711)
    expect(parts.gate().missing().join()).toMatch(
      /must belong to the user who runs this, belongs to user 4711/,
    )
  })

  it('lets a sale go when the arming has expired, and no purchase', () => {
    const parts = openGate()
    const gate = parts.gate()
    expect(gate.forbids([orderOf()], VIEW)).toBe(undefined)
    parts.time.now = NOW + 2000
    expect(gate.forbids([orderOf()], VIEW)).toMatch(/expired/)
    expect(gate.forbids([orderOf({ side: 'SELL' })], VIEW)).toBe(undefined)
  })

  it('counts orders of a minute, and holds each to its worth and to the collar', () => {
    const parts = openGate()
    const gate = parts.gate()
    expect(gate.forbids([orderOf({ quantity: 11n * ONE })], VIEW)).toBe('MAX_ORDER_QUOTE')
    expect(gate.forbids([orderOf({ quantity: 10n * ONE })], VIEW)).toBe(undefined)
    expect(gate.forbids([orderOf({ price: 103n * ONE })], VIEW)).toMatch(
      /PRICE_COLLAR: 103 is too far from 100/,
    )
    expect(gate.forbids([orderOf({ price: 98n * ONE })], VIEW)).toBe(undefined)
    expect(gate.forbids([orderOf()], { ...VIEW, closes: [10_000, 100], lastPrice: 10_000 })).toMatch(
      /PRICE_COLLAR|MAX_ORDER/,
    )
    expect(gate.forbids([orderOf()], VIEW)).toBe(undefined)
    expect(gate.forbids([orderOf({ side: 'SELL' })], VIEW)).toBe('MAX_ORDERS_PER_MINUTE')
    parts.time.now = NOW + 60_001
    expect(gate.forbids([orderOf({ side: 'SELL' })], VIEW)).toBe(undefined)
  })

  it('lets a list go as a whole or not at all, and counts nothing of one that stays', () => {
    const gate = openGate().gate()
    const far = { ...orderOf({ price: 103n * ONE }), number: 3 }
    const sale = orderOf({ side: 'SELL' })
    for (let k = 0; k < 3; k++) expect(gate.forbids([orderOf(), sale, far], VIEW)).toMatch(/PRICE_COLLAR/)
    expect(gate.forbids([orderOf(), sale], VIEW)).toBe(undefined)
    // One more may go, and two may not.
    expect(gate.forbids([orderOf(), sale], VIEW)).toBe('MAX_ORDERS_PER_MINUTE')
    expect(gate.forbids([sale], VIEW)).toBe(undefined)
    expect(gate.forbids([sale], VIEW)).toBe('MAX_ORDERS_PER_MINUTE')
  })

  it('lets the target of a list be far above the market, and not below it', () => {
    const { gate } = openGate()
    const target = (price: bigint) => ({ ...orderOf({ side: 'SELL', price: price * ONE }), list: 1 })
    expect(gate().forbids([target(150n)], VIEW)).toBe(undefined)
    expect(gate().forbids([target(97n)], VIEW)).toMatch(/PRICE_COLLAR/)
    expect(gate().forbids([orderOf({ side: 'SELL', price: 150n * ONE })], VIEW)).toMatch(/PRICE_COLLAR/)
  })
})

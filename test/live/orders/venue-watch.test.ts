/** Whether the exchange lets orders in: the words it may say, how slowly it is asked, and what comes before ready. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { VENUE_PATIENCE, VenueWatch } from '../../../engine/live/orders/venue-watch.js'
import { ExchangeError, InvariantError } from '../../../engine/model/errors.js'
import { closedBy } from '../../../engine/venue/exchange-info.js'

const answer = (symbol: string, fields: object) => ({ symbols: [{ symbol, ...fields }] })
const MINUTE_MS = 60_000

/** A watch of an exchange that answers as it is told to; its clock is turned by hand. */
function watched(symbols: readonly string[] = ['BTCUSDT']) {
  const status = new Map<string, string | Error>(symbols.map((symbol) => [symbol, 'TRADING']))
  const asked: number[] = []
  const told: string[] = []
  const world = { isSettled: true, settled: 0 }
  const watch = new VenueWatch({
    symbols,
    async ask(symbol) {
      asked.push(performance.now())
      const said = status.get(symbol)
      if (said instanceof Error) throw said
      return answer(symbol, { status: said })
    },
    onAnswer: () => undefined,
    async settle() {
      world.settled++
      return world.isSettled
    },
    isSilent: () => false,
    tell: (_topic, urgency, message, { about = '', isOver = false } = {}) =>
      void told.push(`${isOver ? 'over' : urgency} ${about || message}`),
    run: (work) => void work.catch((error: unknown) => expect.fail(String(error))),
    patience: VENUE_PATIENCE,
  })
  watch.start()
  return { watch, status, asked, told, world }
}

describe('an exchangeInfo answer', () => {
  const fields: readonly (readonly [object, string | undefined])[] = [
    [{ status: 'TRADING' }, undefined],
    [{ status: 'TRADING', isSpotTradingAllowed: true }, undefined],
    [{ status: 'TRADING', isSpotTradingAllowed: false }, 'spot trading of it is not allowed'],
    ...['BREAK', 'HALT', 'END_OF_DAY', 'CANCEL_ONLY', 'trading', 'TRADING_SOON', ''].map(
      (status) => [{ status }, `its status is ${status}`] as const,
    ),
    [{}, 'its status is nothing'],
    [{ status: 1 }, 'its status is 1'],
  ]

  it.each(fields)('of %j says %s', (has, reason) => {
    expect(closedBy(answer('BTCUSDT', has), 'BTCUSDT')).toBe(reason)
  })

  it.each([undefined, {}, { symbols: 1 }, answer('ETHUSDT', { status: 'TRADING' })])(
    'that has not the symbol lets none in: %j',
    (json) => expect(closedBy(json, 'BTCUSDT')).toBe('the exchange does not list it'),
  )
})

describe('a watch of the exchange', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('asks once a minute while all is well', async () => {
    const { asked, told } = watched()
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    expect(asked.length).toBe(10)
    expect(told).toEqual([])
  })

  it('asks ten minutes of maintenance ever more slowly, wakes someone after five, and settles before it is ready', async () => {
    const { watch, status, asked, told, world } = watched()
    status.set('BTCUSDT', new ExchangeError('it answered 503'))
    watch.nudge()
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    const gaps = asked.slice(1).map((at, k) => Math.round((at - (asked[k] ?? 0)) / 1000))
    // At once, then after 1, 2, 4, 8 and 16 s, then each 30 s for the rest of 600 s: 31 + 18 · 30 = 571.
    expect(gaps).toEqual([1, 2, 4, 8, 16, ...Array.from({ length: 18 }, () => 30)])
    expect(watch.reason).toBe('the exchange cannot be reached: it answered 503')
    expect(told).toEqual(['ticket pause the exchange', ...told.slice(1)])
    expect(new Set(told.slice(1))).toEqual(new Set(['page long pause the exchange']))
    status.set('BTCUSDT', 'CANCEL_ONLY')
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
    expect([watch.reason, world.settled]).toEqual(['BTCUSDT: its status is CANCEL_ONLY', 0])
    status.set('BTCUSDT', 'TRADING')
    world.isSettled = false
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
    expect(world.settled).toBeGreaterThan(3)
    expect(watch.reason).toMatch(/the account is looked at first/)
    world.isSettled = true
    await vi.advanceTimersByTimeAsync(5_000)
    expect(watch.reason).toBeUndefined()
    expect(told.slice(-2)).toEqual(['over pause BTCUSDT', 'over long pause BTCUSDT'])
    const before = asked.length
    await vi.advanceTimersByTimeAsync(3 * MINUTE_MS)
    expect(asked.length, 'once a minute again').toBe(before + 3)
  })

  it('asks no more than once a second, however often something is not answered', async () => {
    const { watch, asked } = watched()
    for (let k = 0; k < 100; k++) {
      watch.nudge()
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(asked.length).toBeLessThanOrEqual(11)
    expect(asked.length).toBeGreaterThan(5)
  })

  it('believes the refusal of an order for longer each time in a row, until one is let in', async () => {
    const { watch } = watched(['BTCUSDT', 'ETHUSDT'])
    const holdMs = async (message: string) => {
      expect(watch.hearRefusal('BTCUSDT', message)).toBe(true)
      const from = performance.now()
      while (watch.heldBy('BTCUSDT') !== undefined) await vi.advanceTimersByTimeAsync(500)
      return performance.now() - from
    }
    const first = await holdMs('Rest API trading is not enabled.')
    const second = await holdMs('Rest API trading is not enabled.')
    expect(first).toBeGreaterThanOrEqual(30_000)
    expect(second).toBeGreaterThanOrEqual(60_000)
    watch.hearAccepted()
    expect(await holdMs('Market is closed.')).toBeLessThan(61_000)
    expect(watch.hearRefusal('BTCUSDT', 'Account has insufficient balance for requested action.')).toBe(false)
    expect(watch.heldBy('BTCUSDT')).toBeUndefined()
  })

  it('holds the symbol that is shut and no other; words against the whole exchange hold all', async () => {
    const { watch, status } = watched(['BTCUSDT', 'ETHUSDT'])
    status.set('ETHUSDT', 'BREAK')
    await watch.ask()
    expect([watch.heldBy('BTCUSDT'), watch.heldBy('ETHUSDT')]).toEqual([undefined, 'its status is BREAK'])
    expect(watch.reason).toBeUndefined()
    watch.hearRefusal('BTCUSDT', 'Rest API trading is not enabled.')
    expect(watch.reason).toMatch(/^BTCUSDT: .*not enabled.*; ETHUSDT: its status is BREAK$/)
  })

  it('a fault of the program is no pause', async () => {
    const { watch, status } = watched()
    status.set('BTCUSDT', new InvariantError('a fault'))
    await expect(watch.ask()).rejects.toThrow('a fault')
    expect(watch.reason).toBeUndefined()
  })
})

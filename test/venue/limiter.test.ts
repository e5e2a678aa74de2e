/** Request limits: windows on the clock, what answers say, and when nothing goes out any more. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExchangeError } from '../../engine/model/errors.js'
import { LimitWindows, type RateLimit } from '../../engine/venue/limit-windows.js'
import { Limiter } from '../../engine/venue/limiter.js'

const WEIGHT: RateLimit = { kind: 'REQUEST_WEIGHT', windowMs: 60_000, limit: 100 }

/** A limiter on a clock that stands still but for what is slept. */
function limiterOf(limits: readonly RateLimit[], start = 0) {
  let time = start
  const sleeps: number[] = []
  const limiter = new Limiter({
    limits,
    now: () => time,
    sleep: async (ms) => {
      sleeps.push(ms)
      time += ms
    },
  })
  return { limiter, sleeps, now: () => time }
}

describe('LimitWindows', () => {
  it('never lets more into a window of the clock than its limit, and waits no longer than to its end', () => {
    const costs = fc.array(fc.record({ cost: fc.integer({ min: 0, max: 100 }), later: fc.nat(20_000) }), {
      minLength: 1,
      maxLength: 200,
    })
    fc.assert(
      fc.property(costs, fc.nat(1e6), (requests, start) => {
        const windows = new LimitWindows([WEIGHT, { kind: 'RAW_REQUESTS', windowMs: 10_000, limit: 5 }])
        const sent: { readonly at: number; readonly cost: number }[] = []
        let now = start
        for (const { cost, later } of requests) {
          now += later
          const need = { REQUEST_WEIGHT: cost, RAW_REQUESTS: 1 }
          const wait = windows.waitFor(need, now)
          expect(wait).toBeLessThanOrEqual(60_000)
          now += wait
          expect(windows.waitFor(need, now)).toBe(0)
          windows.spend(need, now)
          sent.push({ at: now, cost })
        }
        for (const [length, limit, weigh] of [
          [60_000, 100, (one: { cost: number }) => one.cost],
          [10_000, 5, () => 1],
        ] as const) {
          const used = new Map<number, number>()
          for (const one of sent) {
            const window = Math.floor(one.at / length)
            used.set(window, (used.get(window) ?? 0) + weigh(one))
          }
          expect(Math.max(...used.values())).toBeLessThanOrEqual(limit)
        }
      }),
    )
  })

  it('takes over what the exchange has counted, in its window only', () => {
    const windows = new LimitWindows([WEIGHT])
    windows.spend({ REQUEST_WEIGHT: 10 }, 5000)
    windows.correct('REQUEST_WEIGHT', 60_000, 95, 6000)
    expect(windows.waitFor({ REQUEST_WEIGHT: 6 }, 7000)).toBe(53_000)
    expect(windows.waitFor({ REQUEST_WEIGHT: 5 }, 7000)).toBe(0)
    windows.correct('ORDERS', 10_000, 99, 7000)
    expect(windows.used('REQUEST_WEIGHT', 60_000, 7000)).toBe(95)
    expect(windows.used('REQUEST_WEIGHT', 60_000, 60_000)).toBe(0)
  })

  it('keeps its window when the clock goes back', () => {
    const windows = new LimitWindows([WEIGHT])
    windows.spend({ REQUEST_WEIGHT: 100 }, 60_500)
    expect(windows.waitFor({ REQUEST_WEIGHT: 1 }, 59_000)).toBe(61_000)
  })

  it('lets what can wait take seven tenths of a window, whoever has used them, and the rest to what cannot', () => {
    const windows = new LimitWindows([WEIGHT, { kind: 'RAW_REQUESTS', windowMs: 10_000, limit: 10 }])
    windows.correct('REQUEST_WEIGHT', 60_000, 69, 5000)
    expect(windows.waitFor({ REQUEST_WEIGHT: 1 }, 5000, true)).toBe(0)
    windows.spend({ REQUEST_WEIGHT: 1 }, 5000)
    expect(windows.waitFor({ REQUEST_WEIGHT: 1 }, 5000, true)).toBe(55_000)
    expect(windows.waitFor({ REQUEST_WEIGHT: 1 }, 5000)).toBe(0)
    expect(windows.waitFor({ RAW_REQUESTS: 1 }, 5000, true)).toBe(0)
    windows.spend({ RAW_REQUESTS: 7 }, 5000)
    expect(windows.waitFor({ RAW_REQUESTS: 1 }, 5000, true)).toBe(5000)
    expect(windows.waitFor({ REQUEST_WEIGHT: 1 }, 60_000, true)).toBe(0)
  })

  it('takes other limits and keeps what is counted', () => {
    const windows = new LimitWindows([WEIGHT])
    windows.spend({ REQUEST_WEIGHT: 40 }, 5000)
    windows.setLimits([
      { ...WEIGHT, limit: 50 },
      { kind: 'ORDERS', windowMs: 10_000, limit: 2 },
    ])
    expect(windows.share('REQUEST_WEIGHT', 5000)).toBe(0.8)
    expect(windows.waitFor({ REQUEST_WEIGHT: 11 }, 5000)).toBe(55_000)
    windows.spend({ ORDERS: 2 }, 5000)
    expect(windows.waitFor({ ORDERS: 1 }, 5000)).toBe(5000)
    expect([windows.share('ORDERS', 5000), windows.share('RAW_REQUESTS', 5000)]).toEqual([1, 0])
  })

  it('keeps the limits of a kind of which nothing is said', () => {
    const windows = new LimitWindows([WEIGHT, { kind: 'ORDERS', windowMs: 10_000, limit: 2 }])
    windows.setLimits([{ ...WEIGHT, limit: 50 }])
    windows.spend({ ORDERS: 2 }, 5000)
    expect(windows.waitFor({ ORDERS: 1 }, 5000)).toBe(5000)
    windows.blockOrders(11_000, undefined)
    expect([windows.waitFor({ ORDERS: 1 }, 11_000), windows.waitFor({ REQUEST_WEIGHT: 1 }, 11_000)]).toEqual([
      9000, 0,
    ])
  })

  it('refuses a request that no window could take', () => {
    expect(() => new LimitWindows([WEIGHT]).waitFor({ REQUEST_WEIGHT: 101 }, 0)).toThrow('at most 100')
  })
})

describe('Limiter', () => {
  it('holds requests back to the next window, in the order they came', async () => {
    const { limiter, now } = limiterOf([WEIGHT], 15_000)
    const sent: (readonly [number, number])[] = []
    const all = [60, 60, 30, 90].map((weight, i) =>
      limiter.take({ REQUEST_WEIGHT: weight }).then(() => sent.push([i, now()])),
    )
    await Promise.all(all)
    expect(sent).toEqual([
      [0, 15_000],
      [1, 60_000],
      [2, 60_000],
      [3, 120_000],
    ])
  })

  it('reads used weight from the headers', async () => {
    const { limiter, sleeps } = limiterOf([WEIGHT], 1000)
    limiter.answered({ status: 200, headers: { 'x-mbx-used-weight-1m': '99', 'x-mbx-used-weight': '1' } })
    await limiter.take({ REQUEST_WEIGHT: 2 })
    expect(sleeps).toEqual([59_000])
  })

  it('waits after 429 as long as it is told, else twice as long each time until one succeeds', async () => {
    const { limiter, sleeps } = limiterOf([])
    limiter.answered({ status: 429, headers: { 'retry-after': '3' } })
    await limiter.take({})
    for (let k = 0; k < 3; k++) {
      limiter.answered({ status: 429, headers: {} })
      await limiter.take({})
    }
    limiter.answered({ status: 200, headers: {} })
    limiter.answered({ status: 429, headers: { 'retry-after': 'soon' } })
    await limiter.take({})
    expect(sleeps).toEqual([3000, 2000, 4000, 8000, 1000])
    expect(limiter.counts).toEqual({ hits: { 429: 5, 418: 0, 403: 0 }, waitedMs: 18_000 })
  })

  it('waits a longer time than a timer can hold in pieces, and none of them for nothing', async () => {
    const { limiter, sleeps, now } = limiterOf([])
    limiter.answered({ status: 429, headers: { 'retry-after': '3000000' } })
    await limiter.take({})
    expect([now(), sleeps.every((ms) => ms > 0 && ms < 2 ** 31)]).toEqual([3_000_000_000, true])
  })

  it.each([
    ['as long as it is told', { 'retry-after': '4' }, [4000]],
    ['to the end of the shortest window of orders', {}, [8000]],
  ])('holds orders alone after −1015, %s', async (_, headers, waits) => {
    const limits: readonly RateLimit[] = [
      WEIGHT,
      { kind: 'ORDERS', windowMs: 10_000, limit: 5 },
      { kind: 'ORDERS', windowMs: 86_400_000, limit: 9 },
    ]
    const { limiter, sleeps } = limiterOf(limits, 2000)
    limiter.answered({ status: 429, code: -1015, headers })
    await limiter.take({ REQUEST_WEIGHT: 1 })
    expect(sleeps).toEqual([])
    await limiter.take({ ORDERS: 1 })
    expect(sleeps).toEqual(waits)
    expect(limiter.counts.hits[429]).toBe(1)
  })

  it('lets a cancel pass by orders and readings that wait', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const limits: readonly RateLimit[] = [WEIGHT, { kind: 'ORDERS', windowMs: 10_000, limit: 1 }]
    const limiter = new Limiter({ limits, now: () => 0, sleep: () => promise })
    await limiter.take({ ORDERS: 1, REQUEST_WEIGHT: 80 })
    const waiting = [limiter.take({ ORDERS: 1 }), limiter.take({ REQUEST_WEIGHT: 1 }, { canWait: true })]
    expect(await limiter.take({ REQUEST_WEIGHT: 1 })).toBe(true)
    expect(() => limiter.answered({ status: 418, headers: {} })).toThrow('418')
    resolve()
    for (const one of waiting) await expect(one).rejects.toThrow('418')
  })

  it('gives what nobody wants any more no turn, and takes nothing for it', async () => {
    const { limiter, sleeps } = limiterOf([{ kind: 'ORDERS', windowMs: 10_000, limit: 1 }], 1000)
    await limiter.take({ ORDERS: 1 })
    const stale = limiter.take({ ORDERS: 1 }, { isGivenUp: () => sleeps.length > 0 })
    const next = limiter.take({ ORDERS: 1 })
    expect([await stale, await next]).toEqual([false, true])
    expect(sleeps).toEqual([9000])
  })

  it('gives up what would wait too long, and counts nothing for it', async () => {
    const { limiter, sleeps } = limiterOf([{ kind: 'ORDERS', windowMs: 86_400_000, limit: 1 }], 1000)
    expect(await limiter.take({ ORDERS: 1 }, { mostWaitMs: 15_000 })).toBe(true)
    expect(await limiter.take({ ORDERS: 1 }, { mostWaitMs: 15_000 })).toBe(false)
    expect([sleeps, limiter.share('ORDERS')]).toEqual([[], 1])
  })

  it.each([418, 403])('sends nothing any more after %i until it is cleared', async (status) => {
    const { limiter } = limiterOf([])
    expect(() => limiter.answered({ status, headers: { 'retry-after': '60' } })).toThrow(ExchangeError)
    await expect(limiter.take({})).rejects.toThrow(`(${status}`)
    await expect(limiter.take({})).rejects.toThrow(ExchangeError)
    limiter.clear()
    await limiter.take({})
    expect(limiter.counts.hits).toEqual({ 429: 0, 418: 0, 403: 0, [status]: 1 })
  })
})

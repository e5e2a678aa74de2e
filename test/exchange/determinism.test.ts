/** The same data, seed, script and calls give the same journal, and nobody's looking changes the market. */
import { describe, expect, it } from 'vitest'
import { parseFaults } from '../../engine/exchange/faults/fault.js'
import { connect, listing, someBars, started } from './started.js'

const SCRIPT = parseFaults(
  [
    { on: 'market', do: 'deposit', asset: 'USDT', amount: '500', atBar: 3 },
    { on: 'POST /api/v3/order', do: 'answer', code: -1007, when: 'after-accept', skip: 4 },
    { on: 'book BTCUSDT', do: 'thin', quantity: '0.02', count: 0 },
  ],
  'script',
)

async function session({ seed = 1, isWatched = false } = {}) {
  const { client, address } = await started({ dates: 'original', seed, faults: SCRIPT })
  if (isWatched) await connect(`${address.stream}/ws/btcusdt@kline_1m`)
  const send = (params: Record<string, string>) =>
    client.signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', ...params })
  const { body } = await client.get('/api/v3/ticker/price', { symbol: 'BTCUSDT' })
  const far = (Number(body.price) * 1.5).toFixed(2)
  await send({ side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: far })
  for (let k = 1; k <= 8; k++) {
    const price = (Number(body.price) * (1 - 0.0002 * k)).toFixed(2)
    await send({ side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.4', price })
    await client.control('POST', '/advance', { bars: 1, steps: k })
    await send({ side: 'SELL', type: 'MARKET', quantity: '0.05' })
  }
  await client.signed('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' })
  const journal = (await client.control('GET', '/journal')).body.entries
  const depth = (await client.get('/api/v3/depth', { symbol: 'BTCUSDT' })).body
  const { marketTime } = (await client.control('GET', '/status')).body
  return { journal, depth, marketTime }
}

describe('the journal', () => {
  it('is the same for the same calls, and another for another seed', async () => {
    const first = await session()
    const kinds = new Set(first.journal.map(({ kind }: { kind: string }) => kind))
    expect([...kinds]).toEqual(
      expect.arrayContaining(['ORDER', 'TRADE', 'FAULT', 'DEPOSIT', 'EXPIRED', 'CANCELED']),
    )
    expect(await session()).toEqual(first)
    expect((await session({ seed: 2 })).journal).not.toEqual(first.journal)
  })

  it('does not depend on who listens', async () => {
    expect(await session({ isWatched: true })).toEqual(await session())
  })
})

describe('bars that nobody looks at', () => {
  it('leave the market where bars that were walked leave it', async () => {
    const state = async (isWatched: boolean) => {
      const { client, address } = await started({ dates: 'original', symbols: [listing(someBars())] })
      if (isWatched) await connect(`${address.stream}/ws/btcusdt@trade`)
      await client.control('POST', '/advance', { bars: 25 })
      const { body } = await client.get('/api/v3/aggTrades', { symbol: 'BTCUSDT', limit: 40 })
      const depth = (await client.get('/api/v3/depth', { symbol: 'BTCUSDT' })).body
      return { body, depth, status: (await client.control('GET', '/status')).body }
    }
    expect(await state(false)).toEqual(await state(true))
  })
})

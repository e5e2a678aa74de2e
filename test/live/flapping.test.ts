/** A server that lets everybody in and out again at once: nobody who comes back every moment is let in for long. */
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import { PATIENCE, StreamLink } from '../../engine/live/feed/stream-link.js'
import { UserStream } from '../../engine/live/orders/user-stream.js'

const BACKOFF = { firstBackoffMs: 10, longestBackoffMs: 160 }
const KLINE =
  '{"e":"kline","E":1700000000000,"s":"BTCUSDT","k":{"t":1699999980000,"i":"1m","x":false,"o":"1","h":"1","l":"1","c":"1","v":"0","q":"0","n":0,"V":"0","Q":"0"}}'

/** Counts who comes; says one thing to each, at once or to its request, and closes. */
async function flapping(word: string, isAnswer = false) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const seen = { count: 0 }
  server.on('connection', (socket) => {
    seen.count++
    const say = (text: string) => socket.send(text, () => setTimeout(() => socket.close(), 5))
    if (isAnswer) socket.once('message', (text) => say(word.replace('ID', JSON.parse(String(text)).id)))
    else say(word)
  })
  onTestFinished(() => void server.close())
  return { seen, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

// 10, 20, 40, 80 and then 160 ms, half of it by chance: some ten in 700 ms, where 10 ms each time make fifty.
describe('a connection that is always closed again', () => {
  it('to market streams is opened anew more and more rarely', async () => {
    const { seen, url } = await flapping(KLINE)
    const link = new StreamLink(
      url,
      { watched: ['btcusdt@kline_1m'] },
      { onMessage: () => undefined, onReconnect: () => undefined, onBadMessage: () => undefined },
      { ...PATIENCE, ...BACKOFF },
    )
    onTestFinished(() => link.close())
    link.open()
    await pause(700)
    expect(seen.count).toBeGreaterThan(2)
    expect(seen.count).toBeLessThan(16)
  })

  it('to the account is opened anew more and more rarely', async () => {
    const { seen, url } = await flapping('{"id":"ID","status":200}', true)
    let opened = 0
    const stream = new UserStream(
      {
        ...{ url, now: () => 0, recvWindowMs: 5000, ...BACKOFF },
        signer: { kind: 'HMAC', apiKey: () => 'key', sign: () => 'signature' },
      },
      {
        onOpen: () => void opened++,
        onEvent: () => undefined,
        onDown: () => undefined,
        onRefused: () => undefined,
        onUntimely: () => undefined,
      },
    )
    onTestFinished(() => stream.close())
    stream.open()
    await pause(700)
    expect(seen.count).toBeGreaterThan(2)
    expect(seen.count).toBeLessThan(16)
    expect(opened, 'each was let in').toBeGreaterThan(2)
  })
})

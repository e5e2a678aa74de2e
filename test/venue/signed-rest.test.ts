import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Limiter } from '../../engine/venue/limiter.js'
import { parseExact, type SignedAnswer, SignedRest } from '../../engine/venue/signed-rest.js'
import { isSignatureOf, signPayload } from '../../engine/venue/signing.js'

const KEY = {
  kind: 'HMAC',
  secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
} as const
const NOW = 1_700_000_000_000

type Handler = (request: IncomingMessage, response: ServerResponse) => void

async function open(handler: Handler) {
  const asked: { method: string; url: string; key: string | undefined }[] = []
  const server = createServer((request, response) => {
    asked.push({
      method: request.method ?? '',
      url: request.url ?? '',
      key: request.headers['x-mbx-apikey'] as string | undefined,
    })
    handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const limiter = new Limiter({ now: () => NOW, sleep: async () => undefined })
  const rest = new SignedRest({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    signer: { apiKey: () => 'the-key', sign: (payload) => signPayload(payload, KEY) },
    limiter,
    now: () => NOW + 0.7,
    timeoutMs: 300,
  })
  onTestFinished(async () => {
    await rest.close()
    server.closeAllConnections()
    server.close()
  })
  const place = (): Promise<SignedAnswer> =>
    rest.send({
      method: 'POST',
      path: '/api/v3/order',
      params: { symbol: '１２', note: "a b'*" },
      weight: 1,
      orders: 1,
    })
  return { asked, place, limiter, rest }
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body))
  }

describe('a signed request', () => {
  it('signs the very bytes that it sends, with the time in whole milliseconds and a recvWindow of 5000', async () => {
    const { asked, place } = await open(json(200, { orderId: 1 }))
    expect(await place()).toEqual({ kind: 'DONE', status: 200, json: { orderId: 1 } })
    const [{ method, url, key } = { method: '', url: '', key: '' }] = asked
    expect([method, key]).toEqual(['POST', 'the-key'])
    const [, payload = '', signature = ''] = /\?(.*)&signature=(\w+)$/.exec(url) ?? []
    expect(payload).toBe(`symbol=%EF%BC%91%EF%BC%92&note=a%20b%27%2A&recvWindow=5000&timestamp=${NOW}`)
    expect(isSignatureOf(payload, signature, KEY)).toBe(true)
  })

  it.each([
    [
      '−2010, insufficient balance',
      400,
      { code: -2010, msg: 'Account has insufficient balance for requested action.' },
      'REFUSED',
    ],
    ['−1013, a filter', 400, { code: -1013, msg: 'Filter failure: LOT_SIZE' }, 'REFUSED'],
    ['−2011, unknown order', 400, { code: -2011, msg: 'Unknown order sent.' }, 'REFUSED'],
    ['−1021, the clock', 400, { code: -1021, msg: 'Timestamp' }, 'REFUSED'],
    ['−1015, too many orders', 429, { code: -1015, msg: 'Too many new orders.' }, 'REFUSED'],
    ['429 without a body', 429, '', 'REFUSED'],
    ['a number that nobody knows', 400, { code: -1009, msg: 'Order is being looked at' }, 'UNKNOWN'],
    ['0', 400, { code: 0, msg: '' }, 'UNKNOWN'],
    ['−1102, a parameter', 400, { code: -1102, msg: 'Mandatory parameter' }, 'REFUSED'],
    ['−1007 as 400', 400, { code: -1007, msg: 'Timeout' }, 'UNKNOWN'],
    ['−1006', 400, { code: -1006, msg: 'Unexpected response' }, 'UNKNOWN'],
    ['−1008, busy', 503, { code: -1008, msg: 'Server is overloaded' }, 'UNKNOWN'],
    ['504 with a code', 504, { code: -1007, msg: 'Timeout' }, 'UNKNOWN'],
    ['500 with a code that is otherwise certain', 500, { code: -2010, msg: 'x' }, 'UNKNOWN'],
    ['503 in HTML', 503, '<html>busy</html>', 'UNKNOWN'],
    ['400 without a code', 400, '<html>bad</html>', 'UNKNOWN'],
    ['200 with half of its JSON', 200, '{"orderId":1,"status":"NE', 'UNKNOWN'],
    ['−2015, the key', 401, { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }, 'HALT'],
    ['−2014, the key’s form', 401, { code: -2014, msg: 'API-key format invalid.' }, 'HALT'],
    ['−1022, the signature', 400, { code: -1022, msg: 'Signature for this request is not valid.' }, 'HALT'],
    ['418', 418, { code: -1003, msg: 'banned' }, 'HALT'],
    ['403 of the firewall', 403, '<html>no</html>', 'HALT'],
    ['a redirect', 302, '', 'HALT'],
  ] as const)('tells apart: %s', async (_, status, body, kind) => {
    const { asked, place } = await open(json(status, body, { location: 'http://127.0.0.1:1/' }))
    expect((await place()).kind).toBe(kind)
    expect(asked).toHaveLength(1)
  })

  it('does not know what became of it when the reply is cut, late, or never comes', async () => {
    const cut = await open((request) => request.socket.destroy())
    expect(await cut.place()).toMatchObject({ kind: 'UNKNOWN' })
    const half = await open((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"orderId"')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await half.place()).toMatchObject({ kind: 'UNKNOWN' })
    const mute = await open(() => undefined)
    expect(await mute.place()).toEqual({ kind: 'UNKNOWN', reason: 'no answer within 300 ms' })
    expect([cut, half, mute].map(({ asked }) => asked.length)).toEqual([1, 1, 1])
  })

  it('that is forbidden at the last moment is not sent, and takes nothing of any limit', async () => {
    const { asked, rest, limiter } = await open(json(200, {}))
    const wanted = { method: 'POST', path: '/api/v3/order', params: {}, weight: 1, orders: 1 } as const
    const forbidden = await rest.send({ ...wanted, forbids: () => 'GATE: HALT' })
    expect([forbidden, asked]).toEqual([{ kind: 'FORBIDDEN', reason: 'GATE: HALT' }, []])
    const shares = () =>
      (['ORDERS', 'REQUEST_WEIGHT', 'RAW_REQUESTS'] as const).map((kind) => limiter.share(kind))
    expect(shares()).toEqual([0, 0, 0])
    await rest.send(wanted)
    // One of fifty orders in ten seconds, of 6,000 of weight in a minute, of 300,000 requests in five.
    expect(shares()).toEqual([1 / 50, 1 / 6000, 1 / 300_000])
  })

  it('sends nothing more after a ban', async () => {
    const { asked, place } = await open(json(418, { code: -1003, msg: 'banned' }, { 'retry-after': '120' }))
    expect([(await place()).kind, (await place()).kind]).toEqual(['HALT', 'HALT'])
    expect(asked).toHaveLength(1)
  })

  it('shows neither key nor signature in what it says of a failure', async () => {
    const { place } = await open((request) => request.socket.destroy())
    expect(JSON.stringify(await place())).not.toMatch(/the-key|signature|[0-9a-f]{64}/)
  })
})

describe('parseExact', () => {
  it('keeps whole numbers beyond 2^53 as the text that they were', () => {
    expect(parseExact('{"id":9007199254740993,"t":1700000000000,"x":1e3,"s":"9007199254740993"}')).toEqual({
      id: '9007199254740993',
      t: 1_700_000_000_000,
      x: 1000,
      s: '9007199254740993',
    })
    expect(parseExact('{"a":')).toBeUndefined()
  })
})

/** Fetching over a real HTTP server: what it brings, what it refuses, and what it does when it is cut off. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ArchiveClient } from '../../data/fetch/archive-client.js'
import { type FetchReport, fetchKlines } from '../../data/fetch/fetch-klines.js'
import { fetchTrades } from '../../data/fetch/fetch-trades.js'
import { openStore } from '../../data/storage/store.js'
import { dataMain } from '../../engine/app/data-verbs/data-main.js'
import { newRandom } from '../../engine/math/random.js'
import { DataError, ExchangeError } from '../../engine/model/errors.js'
import { Limiter } from '../../engine/venue/limiter.js'
import { PublicRest } from '../../engine/venue/public-rest.js'
import { ROOT } from '../shared.js'
import {
  archiveOf,
  type Fault,
  type HistoryServer,
  HOUR,
  hoursBetween,
  LISTED,
  NOW,
  startHistoryServer,
  sumOf,
  wholeCsv,
} from './history-server.js'
import { zipOf } from './kline-files.js'

const home = mkdtempSync(path.join(tmpdir(), 'nextbar-fetch-'))
let server: HistoryServer
let expected = ''
let folders = 0

beforeAll(async () => {
  server = await startHistoryServer()
  const csv = path.join(home, 'MADEUSDT-1h.csv')
  writeFileSync(csv, wholeCsv())
  const store = path.join(home, 'imported')
  const silent = { write: () => true, isTTY: false }
  expect(
    await dataMain(['import', csv, '--store', store], { stdout: silent, stderr: silent, environment: {} }),
  ).toBe(0)
  expected = (await openStore(store).read({ symbol: 'MADEUSDT', interval: '1h' })).manifest.sha256
})

afterAll(async () => {
  await server.close()
  rmSync(home, { recursive: true, force: true })
})

afterEach(() => {
  server.fault = undefined
  server.delayMs = 0
  server.requests.length = 0
})

const newStore = (): string => path.join(home, `store-${++folders}`)

async function fetchInto(
  store: string,
  { from = 0, to = NOW + HOUR, waits = [] as number[], symbol = 'MADEUSDT' } = {},
): Promise<FetchReport> {
  const sleep = async (ms: number) => void waits.push(ms)
  // A clock that moves with what was slept, so that waiting for a window ends.
  const now = () => NOW + waits.reduce((sum, ms) => sum + ms, 0)
  const archives = new ArchiveClient({ url: server.url, sleep, idleMs: 400, tries: 3 })
  const rest = new PublicRest({
    url: server.url,
    limiter: new Limiter({ now, sleep }),
    sleep,
    timeoutMs: 400,
    tries: 3,
  })
  try {
    const parts = { archives, rest, prefer: 'archive', onProgress: () => {}, note: () => {} } as const
    return await fetchKlines({ symbol, interval: '1h', from, to }, { ...parts, store: openStore(store) })
  } finally {
    await archives.close()
    await rest.close()
  }
}

const heldIn = async (store: string) => openStore(store).read({ symbol: 'MADEUSDT', interval: '1h' })
const nothingIn = (store: string) => openStore(store).manifest({ symbol: 'MADEUSDT', interval: '1h' })

describe('fetchKlines', () => {
  it('brings every bar that has closed, from months, days and REST, the same as importing them', async () => {
    const store = newStore()
    const report = await fetchInto(store)
    const { manifest, bars } = await heldIn(store)
    expect(manifest.sha256).toBe(expected)
    expect(bars.openTime[bars.length - 1]).toBe(Math.floor(NOW / HOUR) * HOUR - HOUR)
    const archived = hoursBetween(LISTED, Date.UTC(2025, 1, 8)).length
    expect(manifest.origins).toEqual({ archive: archived, rest: bars.length - archived })
    // November (from the first bar) by days, December whole, and the days of 2025.
    expect(report).toMatchObject({ added: bars.length, changed: 0, archives: 19 + 1 + 31 + 7, since: LISTED })
    expect(manifest.gaps).toHaveLength(2)
  })

  it('asks for nothing that it has, and for the bars that have closed since', async () => {
    const store = newStore()
    await fetchInto(store, { to: Date.UTC(2025, 1, 9, 12) })
    server.requests.length = 0
    const report = await fetchInto(store)
    expect(server.requests.filter((asked) => asked.startsWith('/data/')).join()).toContain('2025-02-09')
    expect(server.requests.join()).not.toMatch(/2024-12|2025-01/)
    expect(report.same).toBe(0)
    expect((await heldIn(store)).manifest.sha256).toBe(expected)
    server.requests.length = 0
    const again = await fetchInto(store)
    expect(again).toMatchObject({ added: 0, changed: 0, same: 0, archives: 0 })
  })

  it('comes to the same store in whatever pieces it was asked', async () => {
    const store = newStore()
    await fetchInto(store, { from: Date.UTC(2025, 0, 3, 7), to: Date.UTC(2025, 0, 3, 9) })
    await fetchInto(store, { from: Date.UTC(2025, 1, 9), to: NOW })
    await fetchInto(store, { from: Date.UTC(2024, 11, 1), to: Date.UTC(2025, 0, 4) })
    await fetchInto(store)
    expect((await heldIn(store)).manifest.sha256).toBe(expected)
  })

  it('takes of a delisted symbol what the archives hold, and of an unknown one nothing', async () => {
    server.fault = (asked, _count, answer) => {
      if (!asked.startsWith('/api/v3/klines')) return false
      answer.writeHead(400).end('{"code":-1121,"msg":"Invalid symbol."}')
      return true
    }
    const store = newStore()
    await fetchInto(store, { from: Date.UTC(2024, 11, 1), to: Date.UTC(2025, 0, 3) })
    expect((await heldIn(store)).bars.length).toBe(
      hoursBetween(Date.UTC(2024, 11, 1), Date.UTC(2025, 0, 3)).length,
    )
  })
})

const only =
  (part: string, times: number, act: (...args: Parameters<Fault>) => void): Fault =>
  (asked, count, answer, truth) => {
    if (!asked.includes(part) || count > times) return false
    act(asked, count, answer, truth)
    return true
  }
const DECEMBER = 'MADEUSDT-1h-2024-12.zip'
const RANGE = { from: Date.UTC(2024, 11, 1), to: Date.UTC(2025, 0, 1) }
const REST_RANGE = { from: Date.UTC(2025, 1, 8), to: Date.UTC(2025, 1, 9) }

describe('a fault that passes', () => {
  const faults: readonly [string, Fault, { from: number; to: number }][] = [
    ['an answer of 500', only(DECEMBER, 1, (_a, _c, answer) => answer.writeHead(500).end()), RANGE],
    ['a cut connection', only(DECEMBER, 1, (_a, _c, answer) => answer.destroy()), RANGE],
    [
      'a connection cut within the file',
      only(`${DECEMBER}`, 2, (_a, _c, answer, { body }) => {
        answer.writeHead(200, { 'content-length': body.length })
        answer.write(body.subarray(0, 1000), () => answer.destroy())
      }),
      RANGE,
    ],
    ['a server that says nothing', only(DECEMBER, 1, () => undefined), RANGE],
    [
      'a stale checksum',
      only(`${DECEMBER}.CHECKSUM`, 1, (_a, _c, answer) => answer.end(`${'0'.repeat(64)}  ${DECEMBER}`)),
      RANGE,
    ],
    [
      'half an archive under a whole answer',
      only(DECEMBER, 1, (asked, _c, answer, { body }) =>
        answer.end(asked.endsWith('CHECKSUM') ? body : body.subarray(0, 500)),
      ),
      RANGE,
    ],
    [
      'REST that answers 503',
      only('/api/v3/klines', 2, (_a, _c, answer) => answer.writeHead(503).end()),
      REST_RANGE,
    ],
    ['REST that is cut', only('/api/v3/klines', 2, (_a, _c, answer) => answer.destroy()), REST_RANGE],
    ['REST that says nothing', only('/api/v3/klines', 1, () => undefined), REST_RANGE],
  ]
  it.each(faults)('is overcome: %s', async (_name, fault, range) => {
    server.fault = fault
    const store = newStore()
    await fetchInto(store, range)
    expect((await heldIn(store)).bars.length).toBe(hoursBetween(range.from, range.to).length)
  })

  it('waits as long as 429 says, and no request goes out meanwhile', async () => {
    server.fault = only('/api/v3/klines', 1, (_a, _c, answer) =>
      answer.writeHead(429, { 'retry-after': '7' }).end('{"code":-1003,"msg":"Too many requests."}'),
    )
    const waits: number[] = []
    const store = newStore()
    await fetchInto(store, { ...REST_RANGE, waits })
    expect(Math.max(...waits)).toBeGreaterThan(6000)
    expect((await heldIn(store)).bars.length).toBe(24)
  })
})

describe('a fault that stays', () => {
  const bytes = Buffer.from('1,2,3\n')
  const withSum =
    (zip: Buffer): Fault =>
    (asked, _count, answer) => {
      if (!asked.includes(DECEMBER)) return false
      answer.end(asked.endsWith('CHECKSUM') ? `${sumOf(zip)}  ${DECEMBER}` : zip)
      return true
    }
  const real = archiveOf(DECEMBER) ?? Buffer.alloc(0)
  const faults: readonly [string, Fault, RegExp][] = [
    [
      'a wrong checksum',
      only('.CHECKSUM', 99, (_a, _c, answer) => answer.end(`${'0'.repeat(64)}  ${DECEMBER}`)),
      /SHA-256 .* had .* not stored/,
    ],
    [
      'a damaged zip',
      withSum(Buffer.concat([real.subarray(0, 300), Buffer.alloc(300), real.subarray(600)])),
      /2024-12\.zip/,
    ],
    [
      'a name that climbs',
      withSum(zipOf([{ name: '../MADEUSDT-1h-2024-12.csv', bytes }])),
      /invalid relative path/,
    ],
    ['another symbol inside', withSum(zipOf([{ name: 'BTCUSDT-1h-2024-12.csv', bytes }])), /MADEUSDT/],
    [
      'two files inside',
      withSum(
        zipOf([
          { name: 'a.csv', bytes },
          { name: 'b.csv', bytes },
        ]),
      ),
      /exactly one file/,
    ],
    [
      'a bomb',
      withSum(zipOf([{ name: 'MADEUSDT-1h-2024-12.csv', bytes: Buffer.alloc(80_000_000) }])),
      /2024-12/,
    ],
    [
      'a line without an end',
      withSum(zipOf([{ name: 'MADEUSDT-1h-2024-12.csv', bytes: Buffer.from('1'.repeat(3_000_000)) }])),
      /2024-12/,
    ],
    [
      'seconds in place of milliseconds',
      withSum(
        zipOf([
          {
            name: 'MADEUSDT-1h-2024-12.csv',
            bytes: Buffer.from('1733011200,1,1,1,1,1,1733014799,1,1,1,1,0\n'),
          },
        ]),
      ),
      /2024-12/,
    ],
    [
      'a missing checksum',
      only('.CHECKSUM', 99, (_a, _c, answer) => answer.writeHead(404).end()),
      /CHECKSUM is missing/,
    ],
  ]
  it.each(faults)('is named, and nothing is stored: %s', async (_name, fault, message) => {
    server.fault = fault
    const store = newStore()
    const refused = fetchInto(store, RANGE)
    await expect(refused).rejects.toThrow(message)
    expect(nothingIn(store)).toBeUndefined()
    server.fault = undefined
    await fetchInto(store, RANGE)
    expect((await heldIn(store)).bars.length).toBe(hoursBetween(RANGE.from, RANGE.to).length)
  })

  it.each([
    [
      '418',
      only('/api/v3/', 1, (_a, _c, answer) => answer.writeHead(418, { 'retry-after': '120' }).end('{}')),
      /banned .* for 120 s/,
    ],
    [
      '403',
      only('/api/v3/', 1, (_a, _c, answer) => answer.writeHead(403).end('<html>')),
      /403, its firewall/,
    ],
  ])('ends it at once after %s: no further request', async (_name, fault, message) => {
    server.fault = fault
    const refused = fetchInto(newStore())
    await expect(refused).rejects.toThrow(ExchangeError)
    await expect(refused).rejects.toThrow(message)
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    [
      'a redirect',
      only('/api/v3/klines', 9, (_a, _c, answer) =>
        answer.writeHead(302, { location: 'http://example.com/' }).end(),
      ),
      /was redirected \(302\)/,
    ],
    [
      'no JSON',
      only('/api/v3/klines', 9, (_a, _c, answer) => answer.end('<html>')),
      /must be answered in JSON/,
    ],
    [
      'a row that is none',
      only('/api/v3/klines', 9, (_a, _c, answer) => answer.end('[[1,2]]')),
      /must be an array of 12 values/,
    ],
    [
      'a price that is none',
      only('/api/v3/klines', 9, (_a, _c, answer) =>
        answer.end('[[1733011200000,"1e5","1","1","1","1",1733014799999,"1",1,"1","1","0"]]'),
      ),
      /open: must be a decimal/,
    ],
    [
      'out of reach',
      only('/api/v3/klines', 99, (_a, _c, answer) => answer.destroy()),
      /was not after 3 tries/,
    ],
  ])('of REST is named: %s', async (_name, fault, message) => {
    server.fault = fault
    const store = newStore()
    const refused = fetchInto(store, REST_RANGE)
    await expect(refused).rejects.toThrow(message)
    await expect(refused.catch((error: unknown) => error)).resolves.toSatisfy(
      (error: unknown) => error instanceof ExchangeError || error instanceof DataError,
    )
    expect(nothingIn(store)).toBeUndefined()
  })
})

describe('run-data.ts fetch', () => {
  const words = (store: string) => [
    ...['fetch', 'MADEUSDT', '--interval', '1h', '--from', '2024-11-01', '--to', '2025-02-11'],
    ...['--store', store, '--archive-url', server.url, '--rest-url', server.url],
  ]

  it('says what it brought, keeps the rules of the day, and prints JSON', async () => {
    const store = newStore()
    let out = ''
    const terminal = {
      stdout: {
        isTTY: false,
        write(text: string) {
          out += text
          return true
        },
      },
      stderr: { write: () => true, isTTY: false },
      environment: {},
    }
    expect(await dataMain(words(store), terminal)).toBe(0)
    expect(out).toBe(
      'MADEUSDT 1h  2,165 bars added, 0 changed, 0 the same (58 archives, 1 page from REST); the store holds 2,165 bars from 2024-11-12 05:00 to 2025-02-10 12:00\n',
    )
    expect(readdirSync(path.join(store, 'MADEUSDT', 'exchangeInfo'))).toEqual(['2025-02-10.json'])
    out = ''
    expect(await dataMain([...words(store), '--json'], terminal)).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      schema: 'nextbar/data-fetch@1',
      series: [{ symbol: 'MADEUSDT', interval: '1h', added: 0, sha256: expected }],
    })
    const wrong = words(store).map((word) => (word === server.url ? 'http://example.com' : word))
    expect(await dataMain(wrong, terminal)).toBe(2)
    expect(await dataMain(['fetch', 'NOSUCHUSDT', ...words(newStore()).slice(2)], terminal)).toBe(3)
  })

  it('killed at random, is whole each time, and comes to the same bars', async () => {
    const store = newStore()
    const random = newRandom(5)
    server.delayMs = 4
    let ended = false
    for (let cycle = 0; cycle < 3 && !ended; cycle++) {
      const child = spawn(process.execPath, ['--import', 'tsx', 'run-data.ts', ...words(store), '--quiet'], {
        cwd: ROOT,
        stdio: 'ignore',
      })
      const gone = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
      const timer = setTimeout(() => child.kill('SIGKILL'), 600 + 500 * random.uniform())
      ended = (await gone) === 0
      clearTimeout(timer)
      if (existsSync(path.join(store, 'MADEUSDT', '1h', 'manifest.json'))) await heldIn(store)
    }
    server.delayMs = 0
    await fetchInto(store)
    expect((await heldIn(store)).manifest.sha256).toBe(expected)
  }, 30_000)
})

describe('fetchTrades', () => {
  it('keeps archives as they are, and days without one from REST, whole days only', async () => {
    const folder = path.join(newStore(), 'MADEUSDT', 'aggTrades')
    const sleep = async () => {}
    const archives = new ArchiveClient({ url: server.url, sleep })
    const rest = new PublicRest({ url: server.url, limiter: new Limiter({ now: () => NOW, sleep }), sleep })
    const wanted = { symbol: 'MADEUSDT', from: Date.UTC(2025, 1, 6, 5), to: NOW }
    const notes: string[] = []
    const parts = {
      folder,
      archives,
      rest,
      onProgress: () => {},
      note: (text: string) => void notes.push(text),
    }
    const report = await fetchTrades(wanted, parts)
    const files = [
      'MADEUSDT-aggTrades-2025-02-06.zip',
      'MADEUSDT-aggTrades-2025-02-07.zip',
      'MADEUSDT-aggTrades-2025-02-08.csv.gz',
      'MADEUSDT-aggTrades-2025-02-09.csv.gz',
    ]
    expect(report).toEqual({ files, added: 4 })
    expect(notes.join()).toContain('end with the last UTC day that is over')
    expect(await fetchTrades(wanted, parts)).toEqual({ files, added: 0 })
    await archives.close()
    await rest.close()
    const store = newStore()
    const silent = { write: () => true, isTTY: false }
    const terminal = { stdout: silent, stderr: silent, environment: {} }
    expect(
      await dataMain(['import', ...files.map((name) => path.join(folder, name)), '--store', store], terminal),
    ).toBe(0)
    const { bars } = await openStore(store).read({ symbol: 'MADEUSDT', interval: '1m' })
    expect(bars.length).toBe(4 * 1440)
  })
})

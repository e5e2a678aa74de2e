/** Fetching over a real HTTP server: what it brings, what it refuses, and what it does when it is cut off. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ArchiveClient } from '../../data/fetch/archive-client.js'
import { fetchKlines } from '../../data/fetch/fetch-klines.js'
import type { FetchReport } from '../../data/fetch/fetch-parts.js'
import { fetchTrades } from '../../data/fetch/fetch-trades.js'
import { loadBars } from '../../data/load-bars.js'
import { openStore } from '../../data/storage/store.js'
import { dataMain } from '../../engine/app/data-verbs/data-main.js'
import { newRandom } from '../../engine/math/random.js'
import { DataError, ExchangeError } from '../../engine/model/errors.js'
import type { Interval } from '../../engine/model/time.js'
import { Limiter } from '../../engine/venue/limiter.js'
import { PublicRest } from '../../engine/venue/public-rest.js'
import { HAS_SHARED, ROOT, sharedPath } from '../shared.js'
import {
  archiveOf,
  type Fault,
  type HistoryServer,
  HOUR,
  hoursBetween,
  LISTED,
  NOW,
  rowAt,
  SECOND,
  startHistoryServer,
  sumOf,
  wholeCsv,
} from './history-server.js'
import { zipOf } from './kline-files.js'

/** `NEXTBAR_KILL_CYCLES=50` kills as often. */
const KILLS = Number(process.env.NEXTBAR_KILL_CYCLES ?? 3)

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
  {
    from = 0,
    to = NOW + HOUR,
    waits = [] as number[],
    symbol = 'MADEUSDT',
    interval = '1h' as Interval,
    skipsBadArchives = false,
    notes = [] as string[],
  } = {},
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
    const note = (text: string): void => void notes.push(text)
    const parts = { archives, rest, prefer: 'archive', onProgress: () => {}, note } as const
    return await fetchKlines(
      { symbol, interval, from, to },
      { ...parts, store: openStore(store), skipsBadArchives },
    )
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
    // November from the first bar on, December, and the days of 2025.
    expect(report).toMatchObject({ added: bars.length, changed: 0, archives: 1 + 1 + 31 + 7, since: LISTED })
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

  it('asks for months as 1mo, keeps them as 1mo, and waits for the month that has not ended', async () => {
    const store = newStore()
    const wanted = { from: Date.UTC(2024, 11, 1), interval: '1M' } as const
    // Until a day on which the month had not ended, though the day itself is over.
    await fetchInto(store, { ...wanted, to: Date.UTC(2025, 1, 5) })
    expect(server.requests.join()).toContain('klines/MADEUSDT/1mo/MADEUSDT-1mo-2024-12.zip')
    expect(readdirSync(path.join(store, 'MADEUSDT'))).toEqual(['1mo'])
    const months = async () => openStore(store).read({ symbol: 'MADEUSDT', interval: '1M' })
    expect((await months()).bars.length).toBe(2)
    const { ranges } = JSON.parse(readFileSync(path.join(store, 'MADEUSDT', '1mo', '_fetched.json'), 'utf8'))
    expect(ranges).toEqual([{ from: Date.UTC(2024, 11, 1), to: Date.UTC(2025, 1, 1) }])
  })

  it('keeps two fetches of one series at the same time apart, and both have their part', async () => {
    const store = newStore()
    const [middle, notes] = [Date.UTC(2025, 0, 3), [] as string[]]
    await Promise.all([fetchInto(store, { to: middle, notes }), fetchInto(store, { from: middle, notes })])
    expect((await heldIn(store)).manifest.sha256).toBe(expected)
    server.requests.length = 0
    await fetchInto(store)
    expect(server.requests.filter((asked) => asked.startsWith('/data/'))).toEqual([])
    expect(readdirSync(path.join(store, '.downloads'))).toEqual([])
  })

  it('takes away what a killed fetch left, and nothing of one that lives', async () => {
    const store = newStore()
    const home = path.join(store, '.downloads')
    const dead = [hostname(), 2 ** 30, '1', 'x'].join('~')
    const alive = [hostname(), process.pid, '', 'x'].join('~')
    for (const name of [dead, alive]) mkdirSync(path.join(home, name), { recursive: true })
    await fetchInto(store, REST_RANGE)
    expect(readdirSync(home)).toEqual([alive])
  })

  it('takes days in place of a month that fails its checksum when told to, and says so', async () => {
    server.fault = only(`${DECEMBER}.CHECKSUM`, 99, (_a, _c, answer) => answer.writeHead(404).end())
    const [store, notes] = [newStore(), [] as string[]]
    const report = await fetchInto(store, { skipsBadArchives: true, notes })
    expect(report.refused).toEqual([DECEMBER])
    expect(notes.join()).toMatch(/left out, days and REST in its place: MADEUSDT-1h-2024-12\.zip must have/)
    expect((await heldIn(store)).manifest.sha256).toBe(expected)
  })

  it('refuses a page with bars that were not asked for, and leaves no hole behind it', async () => {
    server.fault = only('/api/v3/klines', 2, (_a, count, answer, { body }) => {
      const page = JSON.parse(body.toString())
      // The first request is for the symbol's first bar.
      answer.end(
        JSON.stringify(count === 1 && page.length < 100 ? [rowAt(REST_RANGE.from - HOUR), ...page] : page),
      )
    })
    const store = newStore()
    await expect(fetchInto(store, REST_RANGE)).rejects.toThrow(/must answer with bars that open from/)
    await fetchInto(store, REST_RANGE)
    expect((await heldIn(store)).bars.length).toBe(24)
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
      /must have a \.CHECKSUM beside it/,
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

  it('of the archives: a redirect is not followed', async () => {
    server.fault = only(DECEMBER, 9, (_a, _c, answer) =>
      answer.writeHead(302, { location: 'http://example.com/' }).end(),
    )
    const store = newStore()
    await expect(fetchInto(store, RANGE)).rejects.toThrow(
      /must be there or be missing \(404\), was answered with 302/,
    )
    expect(nothingIn(store)).toBeUndefined()
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
      'MADEUSDT 1h  2,165 bars added, 0 changed, 0 the same (40 archives, 1 page from REST); the store holds 2,165 bars from 2024-11-12 05:00 to 2025-02-10 12:00\n',
    )
    expect(readdirSync(path.join(store, 'MADEUSDT', 'exchangeInfo'))).toEqual(['2025-02-10.json'])
    out = ''
    expect(await dataMain([...words(store), '--json'], terminal)).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      schema: 'nextbar/data-fetch@1',
      series: [{ symbol: 'MADEUSDT', interval: '1h', added: 0, sha256: expected }],
    })
    const both = ['fetch', 'MADEUSDT', SECOND, ...words(store).slice(2)]
    out = ''
    expect(await dataMain(both, terminal)).toBe(0)
    expect(out).toMatch(/^MADEUSDT 1h {2}0 bars added.*\nOTHERUSDT 1h {2}2,165 bars added/)
    const wrong = words(store).map((word) => (word === server.url ? 'http://example.com' : word))
    expect(await dataMain(wrong, terminal)).toBe(2)
    expect(await dataMain(['fetch', 'NOSUCHUSDT', ...words(newStore()).slice(2)], terminal)).toBe(3)
  })

  /** Runs a fetch and signals it after some time, or when it has asked the server so often. */
  async function fetchUntil(
    store: string,
    signal?: NodeJS.Signals,
    { afterMs = 0, afterRequests = 0 }: { readonly afterMs?: number; readonly afterRequests?: number } = {},
  ) {
    const from = server.requests.length
    const child = spawn(process.execPath, ['--import', 'tsx', 'run-data.ts', ...words(store)], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (text) => (said += text))
    const gone = new Promise<number | NodeJS.Signals | null>((resolve) =>
      child.on('exit', (code, by) => resolve(code ?? by)),
    )
    const start = performance.now()
    const timer = setInterval(() => {
      const isTime = performance.now() - start >= afterMs && server.requests.length - from >= afterRequests
      if (signal === undefined || !isTime) return
      clearInterval(timer)
      child.kill(signal)
    }, 5)
    const ended = await gone
    clearInterval(timer)
    return { ended, said }
  }

  it(
    `killed at random ${KILLS} times, is whole each time, and comes to the same bars`,
    async () => {
      const random = newRandom(5)
      let halfway = 0
      for (let cycle = 0; cycle < KILLS; ) {
        const store = newStore()
        server.delayMs = 12
        // Until it comes to its end: what a kill left is what the next one begins with.
        for (let isOver = false; !isOver && cycle < KILLS; cycle++) {
          // By the clock, which a slow machine spends on starting, and by what it has asked.
          const moment =
            cycle % 2 === 0
              ? { afterMs: 300 + 2700 * random.uniform() }
              : { afterRequests: 1 + Math.floor(12 * random.uniform()) }
          isOver = (await fetchUntil(store, 'SIGKILL', moment)).ended === 0
          if (!existsSync(path.join(store, 'MADEUSDT', '1h', '_manifest.json'))) continue
          const { bars } = await openStore(store).read({ ...SERIES, isFromFiles: true })
          if (bars.length < 2165) halfway++
          checkNoHole(store, bars.openTime.subarray(0, bars.length))
        }
        server.delayMs = 0
        await fetchInto(store)
        const { manifest } = await openStore(store).read({ ...SERIES, isFromFiles: true })
        expect(manifest.sha256).toBe(expected)
        expect(readdirSync(path.join(store, '.downloads'))).toEqual([])
      }
      if (KILLS >= 20) expect(halfway).toBeGreaterThan(0)
    },
    30_000 + 10_000 * KILLS,
  )

  it('ends with 130 after Ctrl-C, says how to go on, and goes on', async () => {
    const store = newStore()
    server.delayMs = 40
    const { ended, said } = await fetchUntil(store, 'SIGINT', { afterRequests: 10 })
    expect(ended).toBe(130)
    expect(said).toMatch(/interrupted; the same command goes on/)
    server.delayMs = 0
    await fetchInto(store)
    expect((await heldIn(store)).manifest.sha256).toBe(expected)
  }, 30_000)
})

const SERIES = { symbol: 'MADEUSDT', interval: '1h' } as const

/** Every bar of the ranges that are written down as done must be there. */
function checkNoHole(store: string, openTimes: Float64Array): void {
  const log = path.join(store, 'MADEUSDT', '1h', '_fetched.json')
  if (!existsSync(log)) return
  const has = new Set(openTimes)
  for (const { from, to } of JSON.parse(readFileSync(log, 'utf8')).ranges) {
    const missing = hoursBetween(from, Math.min(to, NOW - HOUR)).filter((time) => !has.has(time))
    expect(missing).toEqual([])
  }
}

describe('fetchTrades', () => {
  it('keeps archives as they are, and days without one from REST, whole days only', async () => {
    const kept = newStore()
    const folder = path.join(kept, 'MADEUSDT', 'aggTrades')
    const sleep = async () => {}
    const archives = new ArchiveClient({ url: server.url, sleep })
    const rest = new PublicRest({ url: server.url, limiter: new Limiter({ now: () => NOW, sleep }), sleep })
    const wanted = { symbol: 'MADEUSDT', from: Date.UTC(2025, 1, 6, 5), to: NOW }
    const notes: string[] = []
    const parts = {
      store: kept,
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
    expect(report).toEqual({ folder, files, added: 4 })
    expect(notes.join()).toContain('end with the last UTC day that is over')
    expect(await fetchTrades(wanted, parts)).toEqual({ folder, files, added: 0 })
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

describe.skipIf(!HAS_SHARED)('real bars', () => {
  it('of archives in milliseconds, then microseconds, and of REST are those of the file', async () => {
    const text = gunzipSync(readFileSync(sharedPath('data', 'klines', 'BTCUSDT-1h.csv.gz'))).toString()
    const [header = '', ...lines] = text.trim().split('\n')
    const rows = lines
      .map((line) => line.split(',').map((cell, k) => (k === 0 || k === 6 || k === 8 ? Number(cell) : cell)))
      .filter(([time]) => Number(time) >= Date.UTC(2024, 10) && Number(time) < NOW)
    const real = await startHistoryServer(new Map([['BTCUSDT/1h', rows]]))
    const store = newStore()
    const words = ['fetch', 'BTCUSDT', '--interval', '1h', '--archive-url', real.url, '--rest-url', real.url]
    const silent = { write: () => true, isTTY: false }
    const terminal = { stdout: silent, stderr: silent, environment: {} }
    expect(await dataMain([...words, '--to', '2025-03-01', '--store', store], terminal)).toBe(0)
    await real.close()
    const file = path.join(home, 'BTCUSDT-1h.csv')
    writeFileSync(file, `${[header, ...rows.slice(0, -1).map((row) => row.join(','))].join('\n')}\n`)
    const { sha256 } = await loadBars({ patterns: [file] })
    const { manifest } = await openStore(store).read({ symbol: 'BTCUSDT', interval: '1h' })
    expect(manifest.sha256).toBe(sha256)
    expect(manifest.origins).toEqual({ archive: manifest.rows - 60, rest: 60 })
  })
})

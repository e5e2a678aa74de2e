/** Binance's archives and public REST over made-up hours, on loopback, with faults to order. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { zipOf } from './kline-files.js'

export const HOUR = 3_600_000
/** First bar of the made-up symbol, and the moment at which the server stands: in the middle of an hour. */
export const LISTED = Date.UTC(2024, 10, 12, 5)
export const NOW = Date.UTC(2025, 1, 10, 12, 34, 56)
/** Hours that are missing: a maintenance inside an archive, and one inside what only REST has. */
const OUTAGES = new Set([Date.UTC(2024, 11, 5, 3), Date.UTC(2025, 1, 9, 22)])
const SYMBOL = 'MADEUSDT'

/** What a request is answered with in place of the truth; undefined lets it be. `count` is how often it came. */
export type Fault = (
  path: string,
  count: number,
  answer: ServerResponse,
  truth: { readonly status: number; readonly body: Buffer },
) => boolean

/** A row of the twelve columns, times in milliseconds. */
export function rowAt(openTime: number): readonly (string | number)[] {
  const i = (openTime - LISTED) / HOUR
  const open = 100 + (i % 17) + i / 1000
  const text = (value: number) => value.toFixed(8)
  return [
    ...[openTime, text(open), text(open + 2), text(open - 1.5), text(open + 0.5), text(10 + (i % 5))],
    ...[openTime + HOUR - 1, text(1000 + i), 40 + (i % 9), text(4), text(400), '0'],
  ]
}

/** Open times of every bar from `from` to `to` (excluded) that there is. */
export function hoursBetween(from: number, to: number): readonly number[] {
  const times: number[] = []
  const first = Math.max(LISTED, Math.ceil(from / HOUR) * HOUR)
  for (let time = first; time < to; time += HOUR) if (!OUTAGES.has(time)) times.push(time)
  return times
}

/** Every bar that has closed, as a CSV file in Binance's layout. */
export function wholeCsv(): string {
  return csvOf(hoursBetween(LISTED, NOW - HOUR))
}

function csvOf(times: readonly number[]): string {
  return times.map((time) => `${inFileUnits(rowAt(time), time).join(',')}\n`).join('')
}

/** Archives have microseconds from 2025 on. */
function inFileUnits(row: readonly (string | number)[], time: number): readonly (string | number)[] {
  if (time < Date.UTC(2025, 0, 1)) return row
  return row.map((cell, k) => (k === 0 ? `${cell}000` : k === 6 ? `${cell}999` : cell))
}

/** Aggregate trades of a day: one a minute. */
export function tradesOf(day: number): readonly Record<string, unknown>[] {
  return Array.from({ length: 1440 }, (_, i) => {
    const id = day / 60_000 + i
    return {
      a: id,
      p: (10 + (i % 7) / 10).toFixed(4),
      q: '1.5',
      f: id,
      l: id,
      T: day + i * 60_000,
      m: i % 2 === 0,
      M: true,
    }
  })
}

/** The server; `requests` are the paths that were asked for. */
export interface HistoryServer {
  readonly url: string
  readonly requests: string[]
  /** Setting it begins to count anew. */
  fault: Fault | undefined
  /** Milliseconds before each answer. */
  delayMs: number
  close(): Promise<void>
}

/** Starts a server. Monthly archives end with 2024, daily ones with 2025-02-07. */
export async function startHistoryServer(): Promise<HistoryServer> {
  const counts = new Map<string, number>()
  const requests: string[] = []
  const server = createServer((asked, answer) => {
    const truth = answerTo(asked)
    const path = asked.url ?? ''
    const count = (counts.get(path) ?? 0) + 1
    counts.set(path, count)
    requests.push(path)
    setTimeout(() => {
      if (handle.fault?.(path, count, answer, truth)) return
      answer.writeHead(truth.status, { 'content-length': truth.body.length, 'x-mbx-used-weight-1m': '2' })
      answer.end(truth.body)
    }, handle.delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  let fault: Fault | undefined
  const handle: HistoryServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    get fault() {
      return fault
    },
    set fault(next) {
      counts.clear()
      fault = next
    },
    delayMs: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return handle
}

/** An archive of that name; undefined where the server has none. */
export function archiveOf(name: string): Buffer | undefined {
  const [, kind, stamp = ''] = /^MADEUSDT-(1h|aggTrades)-(\d{4}-\d{2}(?:-\d{2})?)\.zip$/.exec(name) ?? []
  const from = Date.parse(stamp.length === 7 ? `${stamp}-01` : stamp)
  if (kind === undefined || Number.isNaN(from)) return undefined
  const isMonth = stamp.length === 7
  const date = new Date(from)
  const to = isMonth ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) : from + 24 * HOUR
  if (isMonth ? to > Date.UTC(2025, 0, 1) : from > Date.UTC(2025, 1, 7)) return undefined
  if (kind === 'aggTrades' && isMonth) return undefined
  const text =
    kind === '1h'
      ? csvOf(hoursBetween(from, to))
      : tradesOf(from)
          .map(
            (one) =>
              `${[one.a, one.p, one.q, one.f, one.l, `${one.T}000`, one.m ? 'True' : 'False', 'True'].join(',')}\n`,
          )
          .join('')
  if (text === '') return undefined
  return zipOf([{ name: name.replace('.zip', '.csv'), bytes: Buffer.from(text) }])
}

function answerTo({ url = '' }: IncomingMessage): { status: number; body: Buffer } {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1')
  const ok = (json: unknown) => ({ status: 200, body: Buffer.from(JSON.stringify(json)) })
  const number = (key: string, otherwise: number) => Number(searchParams.get(key) ?? otherwise)
  if (pathname.startsWith('/data/spot/')) {
    const name = pathname.split('/').at(-1) ?? ''
    const zip = archiveOf(name.replace(/\.CHECKSUM$/, ''))
    if (!zip) return { status: 404, body: Buffer.from('<Error><Code>NoSuchKey</Code></Error>') }
    if (!name.endsWith('.CHECKSUM')) return { status: 200, body: zip }
    return { status: 200, body: Buffer.from(`${sumOf(zip)}  ${name.replace('.CHECKSUM', '')}`) }
  }
  if (pathname === '/api/v3/time') return ok({ serverTime: NOW })
  if (searchParams.get('symbol') !== SYMBOL) {
    return { status: 400, body: Buffer.from('{"code":-1121,"msg":"Invalid symbol."}') }
  }
  if (pathname === '/api/v3/exchangeInfo') return ok({ timezone: 'UTC', symbols: [{ symbol: SYMBOL }] })
  if (pathname === '/api/v3/klines') {
    const to = Math.min(number('endTime', NOW) + 1, NOW)
    return ok(hoursBetween(number('startTime', 0), to).slice(0, number('limit', 500)).map(rowAt))
  }
  if (pathname === '/api/v3/aggTrades') {
    const id = number('fromId', -1)
    const start = id >= 0 ? id * 60_000 : number('startTime', 0)
    const day = Math.floor(start / (24 * HOUR)) * 24 * HOUR
    const all = [...tradesOf(day), ...tradesOf(day + 24 * HOUR)]
    const to = id >= 0 ? Number.POSITIVE_INFINITY : number('endTime', 0)
    return ok(
      all.filter((one) => Number(one.T) >= start && Number(one.T) <= to).slice(0, number('limit', 500)),
    )
  }
  return { status: 404, body: Buffer.from('{}') }
}

/** SHA-256 in hex. */
export function sumOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

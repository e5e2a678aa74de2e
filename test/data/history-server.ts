/** Binance's archives and public REST over made-up bars or real ones, on loopback, with faults to order. */
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
/** A second symbol of the same hours, with another volume. */
export const SECOND = 'OTHERUSDT'

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

/** A row of the twelve columns. */
export type Row = readonly (string | number)[]

/** Rows by `SYMBOL/interval`, times in milliseconds, the bar under way at the end. */
export type World = ReadonlyMap<string, readonly Row[]>

const MONTHS = [Date.UTC(2024, 11), Date.UTC(2025, 0), Date.UTC(2025, 1), Date.UTC(2025, 2)]

/** Two symbols of hours, and months of the first. */
const MADE_UP: World = new Map<string, readonly Row[]>([
  [`${SYMBOL}/1h`, hoursBetween(LISTED, NOW).map(rowAt)],
  [`${SECOND}/1h`, hoursBetween(LISTED, NOW).map((time) => rowAt(time).with(5, '3.00000000'))],
  [`${SYMBOL}/1M`, MONTHS.slice(0, -1).map((time, k) => rowAt(time).with(6, (MONTHS[k + 1] ?? 0) - 1))],
])

function csvOf(times: readonly number[]): string {
  return csvOfRows(times.map(rowAt))
}

function csvOfRows(rows: readonly Row[]): string {
  return rows.map((row) => `${inFileUnits(row, Number(row[0])).join(',')}\n`).join('')
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
export async function startHistoryServer(world: World = MADE_UP): Promise<HistoryServer> {
  const counts = new Map<string, number>()
  const requests: string[] = []
  const server = createServer((asked, answer) => {
    const truth = answerTo(asked, world)
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

const ARCHIVE_NAME = /^([A-Z]+)-(\w+)-(\d{4}-\d{2}(?:-\d{2})?)\.zip$/

/** An archive of that name; undefined where the server has none. */
export function archiveOf(name: string, world: World = MADE_UP): Buffer | undefined {
  const [, symbol = '', kind = '', stamp = ''] = ARCHIVE_NAME.exec(name) ?? []
  const from = Date.parse(stamp.length === 7 ? `${stamp}-01` : stamp)
  if (Number.isNaN(from)) return undefined
  const isMonth = stamp.length === 7
  const date = new Date(from)
  const to = isMonth ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) : from + 24 * HOUR
  // The month of `1mo` is archived longer, so that its microseconds are met.
  const lastMonth = kind === '1mo' ? Date.UTC(2025, 1, 1) : Date.UTC(2025, 0, 1)
  if (isMonth ? to > lastMonth : from > Date.UTC(2025, 1, 7)) return undefined
  if (kind === 'aggTrades' ? isMonth || symbol !== SYMBOL : kind === '1mo' && !isMonth) return undefined
  const text =
    kind === 'aggTrades'
      ? tradesCsv(from)
      : csvOfRows(rowsBetween(world, `${symbol}/${kind === '1mo' ? '1M' : kind}`, from, to))
  if (text === '') return undefined
  return zipOf([{ name: name.replace('.zip', '.csv'), bytes: Buffer.from(text) }])
}

function tradesCsv(day: number): string {
  const flag = (value: unknown) => (value ? 'True' : 'False')
  return tradesOf(day)
    .map(({ a, p, q, f, l, T, m }) => `${[a, p, q, f, l, `${T}000`, flag(m), 'True'].join(',')}\n`)
    .join('')
}

function rowsBetween(world: World, series: string, from: number, to: number): readonly Row[] {
  return (world.get(series) ?? []).filter(([time]) => Number(time) >= from && Number(time) < to)
}

function answerTo({ url = '' }: IncomingMessage, world: World): { status: number; body: Buffer } {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1')
  const ok = (json: unknown) => ({ status: 200, body: Buffer.from(JSON.stringify(json)) })
  const number = (key: string, otherwise: number) => Number(searchParams.get(key) ?? otherwise)
  if (pathname.startsWith('/data/spot/')) {
    const name = pathname.split('/').at(-1) ?? ''
    const zip = archiveOf(name.replace(/\.CHECKSUM$/, ''), world)
    if (!zip) return { status: 404, body: Buffer.from('<Error><Code>NoSuchKey</Code></Error>') }
    if (!name.endsWith('.CHECKSUM')) return { status: 200, body: zip }
    return { status: 200, body: Buffer.from(`${sumOf(zip)}  ${name.replace('.CHECKSUM', '')}`) }
  }
  if (pathname === '/api/v3/time') return ok({ serverTime: NOW })
  const symbol = searchParams.get('symbol') ?? ''
  if (![...world.keys()].some((key) => key.startsWith(`${symbol}/`))) {
    return { status: 400, body: Buffer.from('{"code":-1121,"msg":"Invalid symbol."}') }
  }
  if (pathname === '/api/v3/exchangeInfo') return ok({ timezone: 'UTC', symbols: [{ symbol }] })
  if (pathname === '/api/v3/klines') {
    const series = `${symbol}/${searchParams.get('interval')}`
    const rows = rowsBetween(world, series, number('startTime', 0), number('endTime', NOW) + 1)
    return ok(rows.slice(0, number('limit', 500)))
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

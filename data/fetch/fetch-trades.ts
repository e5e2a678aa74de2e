/**
 * Aggregate trades of a symbol as files, in the archives' own layout: monthly and daily archives as they are, and
 * from REST a file for each day that no archive holds. A file is there when it is whole. A day that is not over is
 * left out. Floor 3.
 */
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { DataError } from '../../engine/model/errors.js'
import { DAY_MS, formatTime } from '../../engine/model/time.js'
import type { PublicRest } from '../../engine/venue/public-rest.js'
import type { AggTrade } from '../../engine/venue/trade-shape.js'
import { MAX_TRADE_BYTES } from '../inflation.js'
import { openZip } from '../open-zip.js'
import { syncFile, syncFolder } from '../storage/whole-file.js'
import { withWorkFolder } from '../storage/work-folder.js'
import type { ArchiveClient } from './archive-client.js'
import { type ArchiveFile, dailyArchive, monthlyArchive, startOfDay, startOfMonth } from './archive-file.js'

/** Where trades come from, and the store whose folder of the symbol they go to. */
export interface TradeFetchParts {
  readonly store: string
  readonly archives: ArchiveClient
  readonly rest: PublicRest
  readonly onProgress: (done: number, total: number, what: string) => void
  readonly note: (text: string) => void
}

/** The trades that are wanted: whole UTC days that touch `[from, to)`. */
export interface WantedTrades {
  readonly symbol: string
  readonly from: number
  readonly to: number
}

/** The files of the range, and how many of them are new. */
export interface TradeFetchReport {
  readonly folder: string
  readonly files: readonly string[]
  readonly added: number
}

/** Folder of a symbol's files of trades. */
function tradesFolder(store: string, symbol: string): string {
  return join(store, symbol, 'aggTrades')
}

/** Fetches the days that are missing. Throws a DataError, and an ExchangeError when a source fails. */
export async function fetchTrades(wanted: WantedTrades, parts: TradeFetchParts): Promise<TradeFetchReport> {
  const folder = tradesFolder(parts.store, wanted.symbol)
  const now = await parts.rest.time()
  const end = Math.min(wanted.to, startOfDay(now))
  if (wanted.to > end) parts.note(`${wanted.symbol}: trades end with the last UTC day that is over`)
  mkdirSync(folder, { recursive: true })
  return withWorkFolder(parts.store, (work) => fetchFiles({ ...wanted, to: end }, { ...parts, folder, work }))
}

async function fetchFiles(
  { symbol, from, to }: WantedTrades,
  parts: TradeFetchParts & { readonly folder: string; readonly work: string },
): Promise<TradeFetchReport> {
  const { folder, work, archives, rest, onProgress } = parts
  const series = { kind: 'aggTrades', symbol, interval: undefined } as const
  const files: string[] = []
  let added = 0
  const keep = async (name: string): Promise<void> => {
    await syncFile(join(work, name))
    renameSync(join(work, name), join(folder, name))
    syncFolder(folder)
    added++
  }
  const take = async (archive: ArchiveFile, day: number): Promise<boolean> => {
    const { name } = archive
    const show = (what: string): void => onProgress(day - from, to - from, what)
    show(name)
    if (!existsSync(join(folder, name))) {
      const onBytes = (done: number): void => show(`${name}, ${(done / 1e6).toFixed(1)} MB`)
      if ((await archives.download(archive, join(work, name), onBytes)) === undefined) return false
      await checkArchive(join(work, name), name)
      await keep(name)
    }
    files.push(name)
    return true
  }
  for (let day = startOfDay(from); day < to; ) {
    const month = monthlyArchive(series, day)
    const isWhole = day === startOfMonth(day) && month.to <= to
    if (isWhole && (await take(month, day))) {
      day = month.to
      continue
    }
    const daily = dailyArchive(series, day)
    const saved = daily.name.replace(/\.zip$/, '.csv.gz')
    if (existsSync(join(folder, saved))) files.push(saved)
    else if (!(await take(daily, day))) {
      const count = await saveDay(join(work, saved), tradesOfDay(rest, symbol, day))
      // A day without a trade has no file, and is asked for again.
      if (count > 0) {
        await keep(saved)
        files.push(saved)
      }
    }
    day += DAY_MS
  }
  return { folder, files, added }
}

/** Throws a DataError when an archive cannot be read to its end or holds something else. */
async function checkArchive(path: string, name: string): Promise<void> {
  const file = await openZip(path, name, MAX_TRADE_BYTES)
  if (file.name !== name.replace(/\.zip$/, '.csv')) {
    await file.chunks.return(undefined)
    throw new DataError(`${name} must hold ${name.replace(/\.zip$/, '.csv')}, holds ${file.name}`)
  }
  let size = 0
  for await (const chunk of file.chunks) size += chunk.length
  if (size === 0) throw new DataError(`${name} must hold trades, holds none`)
}

/** Writes the pages of a day as they come; gives how many trades there were. */
async function saveDay(path: string, pages: AsyncGenerator<readonly AggTrade[]>): Promise<number> {
  let count = 0
  async function* lines(): AsyncGenerator<string> {
    for await (const page of pages) {
      count += page.length
      if (page.length > 0) yield page.map(toLine).join('')
    }
  }
  rmSync(path, { force: true })
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(path))
  return count
}

/** Pages of a day, until one holds a trade of the next day or nothing. */
async function* tradesOfDay(
  rest: PublicRest,
  symbol: string,
  day: number,
): AsyncGenerator<readonly AggTrade[]> {
  const end = day + DAY_MS
  let page = await rest.aggTrades({ symbol, startTime: day, endTime: end - 1 })
  let lastId = -1
  while (page.length > 0) {
    for (const { id, time } of page) {
      if (!(id > lastId && time >= day)) {
        throw new DataError(
          `/api/v3/aggTrades ${symbol} must answer with trades behind ${lastId}, from ${formatTime(day)} on, answered with ${id} of ${formatTime(time)}`,
        )
      }
      lastId = id
    }
    yield page.filter(({ time }) => time < end)
    if ((page.at(-1)?.time ?? end) >= end) return
    page = await rest.aggTrades({ symbol, fromId: lastId + 1 })
  }
}

function toLine(trade: AggTrade): string {
  const flag = (value: boolean): string => (value ? 'True' : 'False')
  const { id, price, quantity, firstId, lastId, time } = trade
  return `${[id, price, quantity, firstId, lastId, time, flag(trade.isBuyerMaker), flag(trade.isBestMatch)].join(',')}\n`
}

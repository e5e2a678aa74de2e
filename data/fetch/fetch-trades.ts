/**
 * Aggregate trades of a symbol as files, in the archives' own layout: monthly and daily archives as they are, and
 * from REST a file for each day that no archive holds. A day that is not over is left out. Floor 3.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DataError } from '../../engine/model/errors.js'
import type { PublicRest } from '../../engine/venue/public-rest.js'
import type { AggTrade } from '../../engine/venue/trade-shape.js'
import { openZip } from '../open-zip.js'
import { isTempName, writeWholeFile } from '../storage/whole-file.js'
import type { ArchiveClient } from './archive-client.js'
import { type ArchiveFile, dailyArchive, monthlyArchive, startOfDay, startOfMonth } from './archive-file.js'

/** Where trades come from, and the folder that they go to. */
export interface TradeFetchParts {
  readonly folder: string
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
  readonly files: readonly string[]
  readonly added: number
}

const DAY_MS = 86_400_000
const PAGE = 1000

/** Fetches the days that are missing. Throws a DataError, and an ExchangeError when a source fails. */
export async function fetchTrades(
  { symbol, from, to }: WantedTrades,
  { folder, archives, rest, onProgress, note }: TradeFetchParts,
): Promise<TradeFetchReport> {
  const now = await rest.time()
  const end = Math.min(to, startOfDay(now))
  if (to > end) note(`${symbol}: trades end with the last UTC day that is over`)
  const series = { kind: 'aggTrades', symbol, interval: undefined } as const
  removeRests(folder)
  const files: string[] = []
  let added = 0
  const take = async (archive: ArchiveFile): Promise<boolean> => {
    const path = join(folder, archive.name)
    if (!existsSync(path)) {
      if ((await archives.download(archive, path)) === undefined) return false
      await checkArchive(path, archive.name)
      added++
    }
    files.push(archive.name)
    return true
  }
  for (let day = startOfDay(from); day < end; ) {
    const month = monthlyArchive(series, day)
    onProgress(day - from, end - from, month.name)
    const isWhole = day === startOfMonth(day) && month.to <= end
    if (isWhole && (await take(month))) {
      day = month.to
      continue
    }
    const daily = dailyArchive(series, day)
    onProgress(day - from, end - from, daily.name)
    const saved = daily.name.replace(/\.zip$/, '.csv.gz')
    if (existsSync(join(folder, saved))) files.push(saved)
    else if (!(await take(daily))) {
      const trades = await tradesOfDay(rest, symbol, day)
      writeWholeFile(join(folder, saved), [gzipSync(trades.map(toLine).join(''))])
      files.push(saved)
      added++
    }
    day += DAY_MS
  }
  return { files, added }
}

/** Takes away what a killed fetch has left. */
function removeRests(folder: string): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) if (isTempName(name)) rmSync(join(folder, name))
}

/** An archive that cannot be read to its end does not stay. */
async function checkArchive(path: string, name: string): Promise<void> {
  try {
    const file = await openZip(path, name)
    if (file.name !== name.replace(/\.zip$/, '.csv')) {
      await file.chunks.return(undefined)
      throw new DataError(`${name} must hold ${name.replace(/\.zip$/, '.csv')}, holds ${file.name}`)
    }
    let size = 0
    for await (const chunk of file.chunks) size += chunk.length
    if (size === 0) throw new DataError(`${name} must hold trades, holds none`)
  } catch (error) {
    rmSync(path)
    throw error
  }
}

async function tradesOfDay(rest: PublicRest, symbol: string, day: number): Promise<readonly AggTrade[]> {
  const trades: AggTrade[] = []
  let page = await rest.aggTrades({ symbol, startTime: day, endTime: day + DAY_MS - 1 })
  for (;;) {
    trades.push(...page.filter(({ time }) => time < day + DAY_MS))
    const last = page.at(-1)
    if (!last || page.length < PAGE || last.time >= day + DAY_MS) return trades
    page = await rest.aggTrades({ symbol, fromId: last.id + 1 })
  }
}

function toLine(trade: AggTrade): string {
  const flag = (value: boolean): string => (value ? 'True' : 'False')
  const { id, price, quantity, firstId, lastId, time } = trade
  return `${[id, price, quantity, firstId, lastId, time, flag(trade.isBuyerMaker), flag(trade.isBestMatch)].join(',')}\n`
}

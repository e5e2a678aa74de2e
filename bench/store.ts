/** How fast the store is: a CSV file into Parquet, and all bars or a day of them back, from the cache and without it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findFiles } from '../data/find-files.js'
import { importFile } from '../data/import-file.js'
import { openStore } from '../data/storage/store.js'
import { generateBars } from '../data/synthetic.js'
import { closeTimeAt, FIELDS } from '../engine/model/bars.js'
import { DAY_MS } from '../engine/model/time.js'
import { median } from './timing.js'

/** What `benchStore` measured, medians of the rounds but for the import. */
export interface StoreBench {
  readonly bars: number
  readonly importMs: number
  readonly cacheMs: number
  readonly parquetMs: number
  readonly dayMs: number
  readonly dayParquetMs: number
}

const SERIES = { symbol: 'SYNTHUSDT', interval: '1m' } as const

/** Imports `bars` klines of twelve columns once, and reads them `rounds` times. */
export async function benchStore({
  bars = 4_000_000,
  rounds = 5,
}: {
  readonly bars?: number
  readonly rounds?: number
} = {}): Promise<StoreBench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-bench-'))
  try {
    const file = path.join(folder, 'SYNTHUSDT-1m.csv')
    writeKlines(file, bars)
    // What a process pays once, DuckDB's start, is not the import's.
    await openStore(path.join(folder, 'first')).write({ bars: generateBars({ seed: 2, count: 10 }) })
    const store = openStore(path.join(folder, 'store'))
    const importMs = await timeOf(async () => {
      for (const found of await findFiles([file], folder)) {
        const options = {
          symbol: undefined,
          interval: undefined,
          columns: undefined,
          now: Number.MAX_SAFE_INTEGER,
        }
        for (const { rows } of await importFile(found, { ...options, onShare: () => undefined })) {
          await store.write(rows)
        }
      }
    })
    const { manifest } = await store.read(SERIES)
    const from = manifest.from + Math.floor((manifest.to - manifest.from) / DAY_MS / 2) * DAY_MS
    const all = () => store.read({ ...SERIES, optional: [] })
    const day = () => store.read({ ...SERIES, from, to: from + DAY_MS })
    const forget = () => rmSync(path.join(folder, 'store', '.cache'), { recursive: true, force: true })
    return {
      bars,
      importMs,
      cacheMs: await medianOf(rounds, all),
      parquetMs: await medianOf(rounds, all, forget),
      dayMs: await medianOf(rounds, day),
      dayParquetMs: await medianOf(rounds, day, forget),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function medianOf(rounds: number, work: () => Promise<unknown>, before = () => {}): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    before()
    times.push(await timeOf(work))
  }
  return median(times)
}

function writeKlines(file: string, count: number): void {
  const bars = generateBars({ seed: 1, count })
  writeFileSync(file, '')
  let lines: string[] = []
  for (let i = 0; i < count; i++) {
    const values = FIELDS.map((field) => (bars[field][i] ?? 0).toFixed(8))
    const quote = ((bars.close[i] ?? 0) * (bars.volume[i] ?? 0)).toFixed(8)
    lines.push(
      `${bars.openTime[i]},${values},${closeTimeAt(bars, i)},${quote},977,${values.at(-1)},${quote},0\n`,
    )
    if (lines.length < 100_000 && i < count - 1) continue
    writeFileSync(file, lines.join(''), { flag: 'a' })
    lines = []
  }
}

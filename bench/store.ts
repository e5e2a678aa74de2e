/**
 * How fast the store is: a CSV file into Parquet, and all bars or a day of them back, from the cache and without it.
 * The file is made, imported and read in a process each, as by a user: what one leaves for the garbage collector
 * would be counted with the next. With reads behind the making of a file of 4 million lines, those from the cache
 * took 990 ms where a process that only reads takes 250.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** What `benchStore` measured, medians of the rounds but for the import. */
export interface StoreBench {
  readonly bars: number
  readonly importMs: number
  readonly cacheMs: number
  readonly parquetMs: number
  readonly dayMs: number
  readonly dayParquetMs: number
}

/** Imports `bars` klines of twelve columns once, and reads them `rounds` times. */
export function benchStore({
  bars = 4_000_000,
  rounds = 5,
}: {
  readonly bars?: number
  readonly rounds?: number
} = {}): StoreBench {
  const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-bench-'))
  const script = fileURLToPath(new URL('store-process.ts', import.meta.url))
  const run = (step: string, count: number): string =>
    execFileSync(process.execPath, ['--import', 'tsx', script, step, folder, String(count)], {
      encoding: 'utf8',
    })
  try {
    run('make', bars)
    return { bars, ...JSON.parse(run('import', bars)), ...JSON.parse(run('read', rounds)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

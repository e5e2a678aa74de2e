/**
 * One step of the benchmark of the store, in a process of its own: `make` writes klines as CSV, `import` brings
 * them into a store, `read` reads them. Arguments: step, folder, bars or rounds. Prints times as JSON.
 */
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findFiles } from '../data/find-files.js'
import { importFile } from '../data/import-file.js'
import { openStore } from '../data/storage/store.js'
import { generateBars } from '../data/synthetic.js'
import { closeTimeAt, FIELDS } from '../engine/model/bars.js'
import { DAY_MS } from '../engine/model/time.js'
import { median } from './timing.js'

const SERIES = { symbol: 'SYNTHUSDT', interval: '1m' } as const

const [step, folder = '', count = ''] = process.argv.slice(2)
const file = path.join(folder, 'SYNTHUSDT-1m.csv')
const home = path.join(folder, 'store')
if (step === 'make') writeKlines(Number(count))
else console.log(JSON.stringify(step === 'import' ? await importKlines() : await readBack(Number(count))))

async function importKlines() {
  // What a process pays once, DuckDB's start, is not the import's.
  await openStore(path.join(folder, 'first')).write({ bars: generateBars({ seed: 2, count: 10 }) })
  const store = openStore(home)
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
  return { importMs }
}

async function readBack(rounds: number) {
  const store = openStore(home)
  const { manifest } = await store.read(SERIES)
  const from = manifest.from + Math.floor((manifest.to - manifest.from) / DAY_MS / 2) * DAY_MS
  const all = () => store.read({ ...SERIES, optional: [] })
  const day = () => store.read({ ...SERIES, from, to: from + DAY_MS })
  const forget = () => rmSync(path.join(home, '.cache'), { recursive: true, force: true })
  return {
    cacheMs: await medianOf(rounds, all),
    parquetMs: await medianOf(rounds, all, forget),
    dayMs: await medianOf(rounds, day),
    dayParquetMs: await medianOf(rounds, day, forget),
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

function writeKlines(count: number): void {
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

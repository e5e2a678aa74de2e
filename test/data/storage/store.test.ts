import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashBars } from '../../../data/content-hash.js'
import { loadBars } from '../../../data/load-bars.js'
import { duckdb } from '../../../data/storage/duckdb.js'
import { openStore } from '../../../data/storage/store.js'
import { generateBars } from '../../../data/synthetic.js'
import {
  BAR_FLAG,
  type Bar,
  BarColumns,
  type Bars,
  barAt,
  OPTIONAL_FIELDS,
} from '../../../engine/model/bars.js'
import { DataError } from '../../../engine/model/errors.js'
import { temporaryFolder } from '../../app/command.js'
import { HAS_SHARED, sharedPath } from '../../shared.js'

const SERIES = { symbol: 'BTCUSDT', interval: '1h' } as const
const HOUR = 3_600_000
const START = Date.UTC(2024, 0, 31, 20)

function bar(hour: number, changes: Partial<Bar> = {}): Bar {
  const open = 100 + hour
  return {
    openTime: START + hour * HOUR,
    open,
    high: open + 2,
    low: open - 2,
    close: open + 1,
    volume: hour + 0.5,
    quoteVolume: open * (hour + 0.5),
    tradeCount: hour + 1,
    takerVolume: hour / 2,
    takerQuoteVolume: (open * hour) / 2,
    origin: 'archive',
    ...changes,
  }
}

function barsOf(rows: readonly Bar[]): BarColumns {
  const bars = new BarColumns({ ...SERIES, optional: OPTIONAL_FIELDS })
  for (const row of rows) bars.append(row)
  return bars
}

function rowsOf(bars: Bars): readonly Bar[] {
  return Array.from({ length: bars.length }, (_, i) => barAt(bars, i))
}

const TEN = Array.from({ length: 10 }, (_, hour) => bar(hour))

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
}

/** Deletes the cache, so that the next read takes the Parquet files. */
async function withoutCache(folder: string): Promise<void> {
  const { rm } = await import('node:fs/promises')
  await rm(path.join(folder, '.cache'), { recursive: true, force: true })
}

describe('the store', () => {
  it('gives back what was written, over months, from the cache and from the files', async () => {
    const folder = temporaryFolder()
    const store = openStore(folder)
    const bars = barsOf([...TEN.slice(0, 3), bar(3, { flags: BAR_FLAG.irregularClose }), ...TEN.slice(5)])
    const closeTimes = new Map([[START + 3 * HOUR, START + 3 * HOUR + 1_694_788]])
    const { manifest, added } = await store.write({ bars, closeTimes })
    expect(added).toBe(9)
    expect(manifest).toMatchObject({
      rows: 9,
      from: START,
      to: START + 10 * HOUR,
      origins: { archive: 9 },
      gaps: [{ from: START + 4 * HOUR, to: START + 5 * HOUR, missing: 1 }],
      sha256: hashBars(bars),
    })
    expect(manifest.months.map(({ month, rows }) => [month, rows])).toEqual([
      ['2024-01', 4],
      ['2024-02', 5],
    ])
    for (let round = 0; round < 2; round++) {
      const read = await store.read(SERIES)
      expect(rowsOf(read.bars)).toEqual(rowsOf(bars))
      expect(read.closeTimes).toEqual(closeTimes)
      await withoutCache(folder)
    }
  })

  it('is read by DuckDB as Binance names its columns, and origin', async () => {
    const folder = temporaryFolder()
    await openStore(folder).write({ bars: barsOf([bar(0), bar(1, { volume: Number.NaN, origin: 'rest' })]) })
    const file = path.join(folder, 'BTCUSDT', '1h', '2024-01.parquet')
    const result = await (await duckdb()).runAndReadAll(`SELECT * FROM '${file}' ORDER BY open_time`)
    expect(result.columnNames()).toEqual(
      'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore,origin'.split(
        ',',
      ),
    )
    expect(result.getRows()).toEqual([
      [BigInt(START), 100, 102, 98, 101, 0.5, BigInt(START + HOUR - 1), 50, 1n, 0, 0, 0, 'archive'],
      [
        BigInt(START + HOUR),
        101,
        103,
        99,
        102,
        null,
        BigInt(START + 2 * HOUR - 1),
        151.5,
        2n,
        0.5,
        50.5,
        0,
        'rest',
      ],
    ])
  })

  it('reads a range without what is around it', async () => {
    const store = openStore(temporaryFolder())
    await store.write({ bars: barsOf(TEN) })
    const { bars } = await store.read({
      ...SERIES,
      from: START + 2 * HOUR,
      to: START + 6 * HOUR,
      optional: [],
    })
    expect(Array.from(bars.open.subarray(0, bars.length))).toEqual([102, 103, 104, 105])
    expect(bars.quoteVolume).toBeUndefined()
  })

  it('is the same in whatever order and however often the pieces come', async () => {
    const whole = await openStore(temporaryFolder()).write({ bars: barsOf(TEN) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom('archive', 'rest', 'import')), {
          maxLength: 4,
        }),
        async (pieces) => {
          const store = openStore(temporaryFolder())
          for (const [a, b, origin] of pieces) {
            const rows = TEN.slice(Math.min(a, b), Math.max(a, b) + 1)
            await store.write({ bars: barsOf(rows.map((row) => ({ ...row, origin }))) })
          }
          const last = await store.write({ bars: barsOf(TEN) })
          expect(last.manifest).toEqual(whole.manifest)
        },
      ),
      { numRuns: 8 },
    )
  })

  it('writes nothing when there is nothing new', async () => {
    const folder = temporaryFolder()
    const store = openStore(folder)
    await store.write({ bars: barsOf(TEN) })
    const file = path.join(folder, 'BTCUSDT', '1h', '2024-01.parquet')
    const before = readFileSync(file)
    expect(await store.write({ bars: barsOf(TEN) })).toMatchObject({ added: 0, changed: 0, same: 10 })
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('completes what one source lacks from another', async () => {
    const store = openStore(temporaryFolder())
    const { takerVolume: _volume, takerQuoteVolume: _quote, ...bare } = bar(0)
    await store.write({ bars: barsOf([{ ...bare, origin: 'import' }]) })
    expect(await store.write({ bars: barsOf([bar(0)]) })).toMatchObject({ changed: 1 })
    expect(rowsOf((await store.read(SERIES)).bars)).toEqual([bar(0, { flags: 0 })])
  })

  it('shows both rows of a conflict and stores nothing of that write', async () => {
    const folder = temporaryFolder()
    const store = openStore(folder)
    const before = await store.write({ bars: barsOf(TEN.slice(0, 3)) })
    const other = barsOf([
      // Its month is ready when the conflict is met.
      bar(-31 * 24, { open: 1, high: 2, low: 1, close: 2 }),
      bar(-1),
      bar(1, { close: 102.5, origin: 'import' }),
      bar(2, { close: 103.5, origin: 'import' }),
    ])
    const error = await failure(store.write({ bars: other, place: (row) => `mine.csv line ${row + 1}` }))
    expect(error).toBeInstanceOf(DataError)
    expect(error.message).toMatch(
      /BTCUSDT 1h bar of 2024-01-31T21:00:00.000Z must be the same.*\(and 1 more bar of this month\): the store has \(archive\) open 101,.* close 102,.*; mine.csv line 3 has \(import\).* close 102.5,.*--prefer archive\|rest\|import/,
    )
    expect(store.manifest(SERIES)).toEqual(before.manifest)
    const names = [
      ...readdirSync(path.join(folder, '.cache')),
      ...readdirSync(path.join(folder, 'BTCUSDT', '1h')),
    ]
    const [month] = before.manifest.months
    expect(names).toEqual([`${month?.sha256}.columns`, '2024-01.parquet', '_manifest.json'])
  })

  it('lets the preferred origin win in either order', async () => {
    const mine = bar(1, { close: 102.5, origin: 'import' })
    for (const [first, second] of [
      [bar(1), mine],
      [mine, bar(1)],
    ] as const) {
      const store = openStore(temporaryFolder())
      await store.write({ bars: barsOf([first]) })
      await store.write({ bars: barsOf([second]) }, { prefer: 'import' })
      expect((await store.read(SERIES)).bars.close[0]).toBe(102.5)
    }
    const store = openStore(temporaryFolder())
    await store.write({ bars: barsOf([bar(1)]) })
    const error = await failure(store.write({ bars: barsOf([mine]) }, { prefer: 'rest' }))
    expect(error.message).toContain('--prefer rest does not decide between them')
    const twin = barsOf([bar(1, { close: 102.5 })])
    const same = await failure(store.write({ bars: twin }, { prefer: 'archive' }))
    expect(same.message).toMatch(/both are of one origin, which no --prefer decides between/)
  })

  it.each([
    ['off the grid', [bar(0, { openTime: START + 1 })], /must open on its grid/],
    ['in microseconds', [bar(0, { openTime: START * 1000 })], /must open on its grid in UTC milliseconds/],
    ['with a price below low', [bar(0, { close: 1 })], /prices must be above 0/],
    ['with a price of NaN', [bar(0, { open: Number.NaN })], /prices must be above 0/],
    ['with half a trade', [bar(0, { tradeCount: 1.5 })], /count of trades must be a whole number/],
  ])('refuses bars %s', async (_name, rows, message) => {
    const folder = temporaryFolder()
    expect((await failure(openStore(folder).write({ bars: barsOf(rows) }))).message).toMatch(message)
    expect(openStore(folder).list()).toEqual([])
    expect((await failure(openStore(folder).read(SERIES))).message).toMatch(/holds nothing/)
  })

  it('says what it holds when it lacks what is asked for', async () => {
    const store = openStore(temporaryFolder())
    await store.write({ bars: barsOf(TEN) })
    expect((await failure(store.read({ symbol: 'BTCUSDT', interval: '1m' }))).message).toMatch(
      /holds BTCUSDT 1h/,
    )
    expect((await failure(store.read({ symbol: 'BTCUSD', interval: '1m' }))).message).toMatch(
      /did you mean BTCUSDT/,
    )
    expect((await failure(store.read({ symbol: '../x', interval: '1m' }))).message).toMatch(
      /a symbol must be/,
    )
  })
})

describe('damage', () => {
  async function filled() {
    const folder = temporaryFolder()
    const store = openStore(folder)
    const { manifest } = await store.write({ bars: barsOf(TEN) })
    const home = path.join(folder, 'BTCUSDT', '1h')
    return { folder, store, home, manifest, cache: path.join(folder, '.cache') }
  }

  /** Turns one byte in the middle of a file. */
  function flip(file: string): void {
    const bytes = readFileSync(file)
    const at = bytes.length >> 1
    bytes[at] = (bytes[at] ?? 0) ^ 0xff
    writeFileSync(file, bytes)
  }

  it('of any byte of a Parquet file is found and named, or changes no value', async () => {
    const { folder, store, home } = await filled()
    const file = path.join(home, '2024-02.parquet')
    const whole = readFileSync(file)
    let found = 0
    for (let part = 0; part < 24; part++) {
      await withoutCache(folder)
      const bytes = Buffer.from(whole)
      const at = Math.floor((part * bytes.length) / 24)
      bytes[at] = (bytes[at] ?? 0) ^ 0xff
      writeFileSync(file, bytes)
      try {
        expect(rowsOf((await store.read(SERIES)).bars)).toEqual(rowsOf(barsOf(TEN)))
      } catch (error) {
        if (!(error instanceof DataError)) throw error
        found++
        expect(error.message).toContain('2024-02.parquet')
      }
    }
    // The rest is names and statistics that decide no value.
    expect(found).toBeGreaterThan(1)
  })

  it('of a swapped Parquet file is found and named', async () => {
    const { folder, store, home } = await filled()
    await withoutCache(folder)
    writeFileSync(path.join(home, '2024-02.parquet'), readFileSync(path.join(home, '2024-01.parquet')))
    expect((await failure(store.read(SERIES))).message).toMatch(/2024-02\.parquet/)
  })

  it('of the cache costs time and nothing else', async () => {
    const { store, cache } = await filled()
    for (const name of readdirSync(cache)) flip(path.join(cache, name))
    expect(rowsOf((await store.read(SERIES)).bars)).toEqual(rowsOf(barsOf(TEN)))
  })

  it.each(['', '{"files":[', '{"files":[["../a","b"]],"manifest":""}'])(
    'of a decided change is named: %j',
    async (text) => {
      const { store, home } = await filled()
      writeFileSync(path.join(home, '.commit.json'), text)
      const error = await failure(store.read(SERIES))
      expect(error).toBeInstanceOf(DataError)
      expect(error.message).toMatch(/\.commit\.json must be a change of the store, is damaged/)
    },
  )

  it("of the cache's place costs time and nothing else, as in a store that is only to be read", async () => {
    const { folder, store } = await filled()
    await withoutCache(folder)
    writeFileSync(path.join(folder, '.cache'), '')
    expect(rowsOf((await store.read(SERIES)).bars)).toEqual(rowsOf(barsOf(TEN)))
  })

  it('of a manifest is named', async () => {
    const { store, home } = await filled()
    const file = path.join(home, '_manifest.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"rows": 10', '"rows": 11'))
    expect((await failure(store.read(SERIES))).message).toMatch(
      /manifest\.json must be a manifest of the store, is damaged/,
    )
  })
})

describe('writers', () => {
  const lockOf = (pid: number) => JSON.stringify({ pid, host: hostname(), startedAt: '', token: 'x' })

  it('wait for each other, and say who holds the lock', async () => {
    const folder = temporaryFolder()
    const home = path.join(folder, 'BTCUSDT', '1h')
    mkdirSync(home, { recursive: true })
    writeFileSync(path.join(home, '.lock'), lockOf(process.pid))
    const error = await failure(openStore(folder).write({ bars: barsOf(TEN) }, { waitMs: 60 }))
    expect(error.message).toContain(`is being written by process ${process.pid}`)
  })

  it('take over the lock of a dead process, and sweep what it left', async () => {
    const folder = temporaryFolder()
    const home = path.join(folder, 'BTCUSDT', '1h')
    mkdirSync(home, { recursive: true })
    // More than any system's process numbers.
    writeFileSync(path.join(home, '.lock'), lockOf(2 ** 30))
    writeFileSync(path.join(home, '.2024-01.parquet.x.tmp'), 'half')
    await openStore(folder).write({ bars: barsOf(TEN) }, { waitMs: 0 })
    expect(readdirSync(home).sort()).toEqual(['2024-01.parquet', '2024-02.parquet', '_manifest.json'])
  })

  it('of the same series at the same time both succeed', async () => {
    const store = openStore(temporaryFolder())
    await Promise.all([
      store.write({ bars: barsOf(TEN.slice(0, 6)) }),
      store.write({ bars: barsOf(TEN.slice(4)) }),
    ])
    expect(rowsOf((await store.read(SERIES)).bars)).toEqual(rowsOf(barsOf(TEN)))
  })
})

describe('a change that was decided and not finished', () => {
  it('is seen by readers and finished by the next writer', async () => {
    const folder = temporaryFolder()
    const store = openStore(folder)
    const home = path.join(folder, 'BTCUSDT', '1h')
    const { manifest } = await store.write({ bars: barsOf(TEN) })
    // As a kill leaves it between the deciding file and the rest: the first month not renamed yet.
    const names = ['.2024-01.parquet.k.tmp', '2024-01.parquet'] as const
    writeFileSync(path.join(home, names[0]), readFileSync(path.join(home, names[1])))
    const commit = { files: [names], manifest: readFileSync(path.join(home, '_manifest.json'), 'utf8') }
    writeFileSync(path.join(home, '.commit.json'), JSON.stringify(commit))
    for (const name of [names[1], '_manifest.json']) writeFileSync(path.join(home, name), 'old')
    await withoutCache(folder)
    expect(store.manifest(SERIES)).toEqual(manifest)
    expect(rowsOf((await store.read(SERIES)).bars)).toEqual(rowsOf(barsOf(TEN)))
    expect(await store.write({ bars: barsOf(TEN) })).toMatchObject({ same: 10 })
    expect(readdirSync(home).sort()).toEqual(['2024-01.parquet', '2024-02.parquet', '_manifest.json'])
    expect(rowsOf((await store.read(SERIES)).bars)).toEqual(rowsOf(barsOf(TEN)))
  })
})

describe('DuckDB', () => {
  it('is not loaded by a read from the cache', async () => {
    const folder = temporaryFolder()
    const bars = generateBars({ seed: 1, count: 100 })
    await openStore(folder).write({ bars })
    const { spawnSync } = await import('node:child_process')
    const program = `
      const { openStore } = await import('./data/storage/store.ts')
      const { bars } = await openStore(${JSON.stringify(folder)}).read({ symbol: 'SYNTHUSDT', interval: '1m' })
      console.log(bars.length, process.report.getReport().sharedObjects.some((file) => file.includes('duckdb')))`
    const { stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program],
      { encoding: 'utf8' },
    )
    expect(stdout).toBe('100 false\n')
  })
})

describe.skipIf(!HAS_SHARED)('real klines', () => {
  it('have the hash in the store that they have as a file', async () => {
    const { bars, sha256 } = await loadBars({ patterns: [sharedPath('data', 'klines', 'BTCUSDT-4h.csv.gz')] })
    const folder = temporaryFolder()
    const closeTimes = new Map<number, number>()
    for (let i = 0; i < bars.length; i++)
      if (bars.flags[i] !== 0) closeTimes.set(bars.openTime[i] ?? 0, bars.openTime[i] ?? 0)
    const { manifest } = await openStore(folder).write({ bars, closeTimes })
    expect(manifest.sha256).toBe(sha256)
    expect(manifest.gaps.reduce((sum, gap) => sum + gap.missing, 0)).toBe(16)
    expect(existsSync(path.join(folder, 'BTCUSDT', '4h', '2018-02.parquet'))).toBe(true)
  })
})

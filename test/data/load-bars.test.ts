import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type LoadOptions, loadBars } from '../../data/load-bars.js'
import { BAR_FLAG } from '../../engine/model/bars.js'
import { ConfigError, DataError } from '../../engine/model/errors.js'
import { klineRow, lines, MINUTE, START, useFolder, zipOf } from './kline-files.js'

const folder = useFolder()

function load(...patterns: string[]) {
  return loadBars({ patterns, cwd: folder.path() })
}

/** The error of a load that must fail. */
async function failure(options: Partial<LoadOptions>): Promise<Error> {
  const error: unknown = await loadBars({ patterns: [], cwd: folder.path(), ...options }).then(
    () => undefined,
    (reason) => reason,
  )
  if (!(error instanceof Error)) throw new Error('loading must fail, did not')
  return error
}

/** A row of six columns that opens `ms` after the start. */
function bareRow(ms: number, values = '1,1,1,1,1'): string {
  return `${START + ms},${values}`
}

describe('loading bars', () => {
  it('gives the same bars and hash from a CSV file, packed by gzip, and in a zip', async () => {
    const text = lines(klineRow(0), klineRow(1, '11,11.5,10.1,10.3,0'), klineRow(3))
    const bytes = Buffer.from(text)
    await folder.write('BTCUSDT-1m-a.csv', text)
    await folder.write('BTCUSDT-1m-b.csv.gz', gzipSync(bytes))
    await folder.write('BTCUSDT-1m-c.zip', zipOf([{ name: 'BTCUSDT-1m-c.csv', bytes }]))
    const [csv, gz, zip] = await Promise.all([
      load('BTCUSDT-1m-a.csv'),
      load('BTCUSDT-1m-b.csv.gz'),
      load('BTCUSDT-1m-c.zip'),
    ])
    expect(csv.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect([gz.sha256, zip.sha256]).toEqual([csv.sha256, csv.sha256])
    for (const { bars, gaps, zeroVolume, irregularCloses } of [csv, gz, zip]) {
      expect([bars.symbol, bars.interval, bars.length]).toEqual(['BTCUSDT', '1m', 3])
      expect(Array.from(bars.close.subarray(0, 3))).toEqual([11, 10.3, 11])
      expect(gaps).toEqual([{ index: 2, from: START + 2 * MINUTE, to: START + 3 * MINUTE, missing: 1 }])
      expect([zeroVolume, irregularCloses]).toEqual([1, 0])
    }
  })

  it('gives the same hash from a foreign layout of the same bars', async () => {
    await folder.write('ADAUSDT-1m.csv', lines(klineRow(0), klineRow(1)))
    const foreign = lines('Date;Close;Open;High;Low;Volume', '').replaceAll(';', ',').trim()
    const row = (i: number) => `${new Date(START + i * MINUTE).toISOString()},11.0,"10",1.2e1,9,1.5`
    await folder.write('ADAUSDT-1m-foreign.csv', lines(foreign, row(0), row(1)))
    expect((await load('ADAUSDT-1m-foreign.csv')).sha256).toBe((await load('ADAUSDT-1m.csv')).sha256)
  })

  it('marks where bars came from', async () => {
    await folder.write('BNBUSDT-1m.csv', lines(klineRow(0)))
    await folder.write('BNBUSDT-1m-foreign.csv', lines('time,open,high,low,close', `${START},1,1,1,1`))
    expect((await load('BNBUSDT-1m.csv')).bars.origin[0]).toBe(0)
    const { bars } = await load('BNBUSDT-1m-foreign.csv')
    expect(bars.origin[0]).toBe(4)
    expect(bars.volume[0]).toBeNaN()
  })

  it('skips a byte order mark', async () => {
    await folder.write('LTCUSDT-1m.csv', `\ufeff${lines(klineRow(0))}`)
    expect((await load('LTCUSDT-1m.csv')).bars.length).toBe(1)
  })

  it('reports how far it is, up to all bytes', async () => {
    const size = Buffer.byteLength(lines(klineRow(0)))
    await folder.write('ETCUSDT-1m-1.csv', lines(klineRow(0)))
    await folder.write('ETCUSDT-1m-2.csv', lines(klineRow(1)))
    const seen: unknown[] = []
    await loadBars({
      patterns: ['ETCUSDT-1m-*'],
      cwd: folder.path(),
      onProgress: (progress) => seen.push(progress),
    })
    expect(seen).toEqual([
      { done: size, total: 2 * size, what: 'ETCUSDT-1m-1.csv' },
      { done: 2 * size, total: 2 * size, what: 'ETCUSDT-1m-2.csv' },
    ])
  })

  it('grows its columns behind the last bar like any others', async () => {
    await folder.write('XLMUSDT-1m.csv', lines(klineRow(0)))
    const { bars } = await load('XLMUSDT-1m.csv')
    for (let i = 1; i < 5000; i++) {
      bars.append({ openTime: START + i * MINUTE, open: 1, high: 1, low: 1, close: 1, volume: 1 })
    }
    expect([bars.length, bars.close[0], bars.close[4999], bars.flags[4999]]).toEqual([5000, 11, 1, 0])
  })
})

describe('symbol and interval', () => {
  it('come from the name of the file, or of the file in the archive', async () => {
    const bytes = Buffer.from(lines(bareRow(0), bareRow(3_600_000)))
    await folder.write('DOTUSDT-1h-2024.csv', bytes)
    await folder.write('download.zip', zipOf([{ name: 'DOTUSDT-1h-2024.csv', bytes }]))
    for (const name of ['DOTUSDT-1h-2024.csv', 'download.zip']) {
      const { bars, source } = await load(name)
      expect([bars.symbol, bars.interval, source]).toEqual(['DOTUSDT', '1h', name])
    }
  })

  it('come from the options where the name does not say them, the interval else from the smallest step', async () => {
    await folder.write('prices.csv', lines(bareRow(0), bareRow(300_000), bareRow(900_000)))
    const options = { patterns: ['prices.csv'], cwd: folder.path(), symbol: 'EURUSDT' }
    expect((await loadBars(options)).bars.interval).toBe('5m')
    expect((await loadBars({ ...options, interval: '1m' })).bars.interval).toBe('1m')
    expect((await loadBars({ ...options, interval: '1m' })).gaps.map((gap) => gap.missing)).toEqual([4, 9])
  })

  it('of a single row come from its close time', async () => {
    await folder.write('one.csv', lines(klineRow(0)))
    const { bars } = await loadBars({ patterns: ['one.csv'], cwd: folder.path(), symbol: 'EURUSDT' })
    expect(bars.interval).toBe('1m')
  })

  it('of months are a month, whatever its length', async () => {
    const months = ['2023-01-01', '2023-02-01', '2023-03-01', '2023-04-01']
    await folder.write('months.csv', lines(...months.map((month) => bareRow(Date.parse(month) - START))))
    const { bars, gaps } = await loadBars({ patterns: ['months.csv'], cwd: folder.path(), symbol: 'EURUSDT' })
    expect([bars.interval, gaps]).toEqual(['1M', []])
  })

  it('must be known', async () => {
    await folder.write('nameless.csv', lines(bareRow(0), bareRow(MINUTE)))
    const error = await failure({ patterns: ['nameless.csv'] })
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe(
      'nameless.csv: the symbol must be known, but the name does not say it; pass --symbol',
    )
    await folder.write('odd-step.csv', lines(bareRow(0), bareRow(7 * MINUTE)))
    expect(await failure({ patterns: ['odd-step.csv'], symbol: 'EURUSDT' })).toMatchObject({
      name: 'ConfigError',
      message: 'odd-step.csv: the interval must be known, but neither name nor rows say it; pass --interval',
    })
  })

  it('must not contradict the options', async () => {
    await folder.write('TRXUSDT-1m.csv', lines(klineRow(0)))
    await folder.write(
      'inside.zip',
      zipOf([{ name: 'TRXUSDT-1m.csv', bytes: Buffer.from(lines(klineRow(0))) }]),
    )
    expect(await failure({ patterns: ['TRXUSDT-1m.csv'], symbol: 'BTCUSDT' })).toMatchObject({
      name: 'ConfigError',
      message: '--symbol must be TRXUSDT as TRXUSDT-1m.csv is named, was BTCUSDT',
    })
    expect(await failure({ patterns: ['TRXUSDT-1m.csv'], interval: '1h' })).toMatchObject({
      name: 'ConfigError',
      message: '--interval must be 1m as TRXUSDT-1m.csv is named, was 1h',
    })
    expect(await failure({ patterns: ['inside.zip'], symbol: 'BTCUSDT' })).toMatchObject({
      name: 'ConfigError',
      message: '--symbol must be TRXUSDT as TRXUSDT-1m.csv is named, was BTCUSDT',
    })
    expect(await failure({ patterns: ['TRXUSDT-1m.csv'], symbol: '../etc' })).toMatchObject({
      name: 'ConfigError',
      message: '--symbol must be 1 to 30 capital letters and digits, was "../etc"',
    })
  })

  it('must not contradict the rows', async () => {
    const hours = Array.from({ length: 12 }, (_, i) => bareRow(i * 3_600_000))
    await folder.write('XMRUSDT-1m.csv', lines(...hours))
    expect(await failure({ patterns: ['XMRUSDT-1m.csv'] })).toMatchObject({
      name: 'DataError',
      message: 'XMRUSDT-1m.csv: bars must be 1m apart (as the file is named), were never less than 1h',
    })
    await folder.write('XMRUSDT-1h.csv', lines(bareRow(0), bareRow(MINUTE)))
    expect(await failure({ patterns: ['XMRUSDT-1h.csv'] })).toMatchObject({
      name: 'DataError',
      message:
        'XMRUSDT-1h.csv line 2: a bar of 1h (as the file is named) must open on its grid, was 2024-01-01T00:01:00.000Z',
    })
    const row = klineRow(0).replace(String(START + MINUTE - 1), String(START + 3_600_000 - 1))
    await folder.write('XMRUSDT-1m-hour.csv', lines(row))
    expect((await failure({ patterns: ['XMRUSDT-1m-hour.csv'] })).message).toBe(
      'XMRUSDT-1m-hour.csv line 1: the close time of a bar of 1m (as the file is named) must be from 2024-01-01T00:00:00.000Z to 2024-01-01T00:00:59.999Z, was 2024-01-01T00:59:59.999Z',
    )
  })

  it('must be one in all files', async () => {
    await folder.write('NEOUSDT-1m.csv', lines(klineRow(0)))
    await folder.write('VETUSDT-1m.csv', lines(klineRow(0)))
    const error = await failure({ patterns: ['NEOUSDT-1m.csv', 'VETUSDT-1m.csv'] })
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/must be of one symbol and interval, were NEOUSDT 1m, VETUSDT 1m;/)
    await folder.write('fine.csv', lines(bareRow(0), bareRow(MINUTE)))
    await folder.write('rough.csv', lines(bareRow(0), bareRow(300_000)))
    expect(await failure({ patterns: ['fine.csv', 'rough.csv'], symbol: 'EURUSDT' })).toMatchObject({
      name: 'DataError',
      message: 'rough.csv line 1: bars must be EURUSDT 1m as in the files before, were EURUSDT 5m',
    })
  })

  it('of a zip and of the file in it must agree', async () => {
    const bytes = Buffer.from(lines(klineRow(0)))
    await folder.write('ZECUSDT-1m.zip', zipOf([{ name: 'BTCUSDT-1m.csv', bytes }]))
    expect(await failure({ patterns: ['ZECUSDT-1m.zip'] })).toMatchObject({
      name: 'DataError',
      message: 'ZECUSDT-1m.zip: must hold the file that it is named after, holds "BTCUSDT-1m.csv"',
    })
  })
})

describe('what bars must be', () => {
  it.each([
    [
      'a doubled row',
      [klineRow(0), klineRow(1), klineRow(1)],
      'line 3: a bar must come once, 2024-01-01T00:01:00.000Z is also on the line before',
    ],
    [
      'a row again later',
      [klineRow(0), klineRow(1), klineRow(0)],
      'line 3: a bar must come once, 2024-01-01T00:00:00.000Z is also in FILE line 1',
    ],
    [
      'newest first',
      [klineRow(1), klineRow(0)],
      'line 2: bars must come oldest first, 2024-01-01T00:00:00.000Z comes after 2024-01-01T00:01:00.000Z',
    ],
    [
      'a first row off the grid',
      [bareRow(1000)],
      'line 1: a bar of 1m (as the file is named) must open on its grid, was 2024-01-01T00:00:01.000Z',
    ],
    [
      'a later row off the grid',
      [bareRow(0), bareRow(90_000)],
      'line 2: a bar of 1m (as the file is named) must open on its grid, was 2024-01-01T00:01:30.000Z',
    ],
    [
      'a price of zero',
      [klineRow(0, '10,12,0,11,1')],
      'line 1: prices must be above 0 with low <= open, close <= high, was open 10, high 12, low 0, close 11',
    ],
    [
      'an open below the low',
      [klineRow(0), klineRow(1, '8,12,9,11,1')],
      'line 2: prices must be above 0 with low <= open, close <= high, was open 8, high 12, low 9, close 11',
    ],
    ['a close below the low', [klineRow(0, '10,12,9,8,1')], 'line 1: prices must be'],
    ['an open above the high', [klineRow(0, '13,12,9,11,1')], 'line 1: prices must be'],
    ['a close above the high', [klineRow(0, '10,12,9,13,1')], 'line 1: prices must be'],
    ['a high below the low', [klineRow(0, '10,9,10,10,1')], 'line 1: prices must be'],
    ['an infinite price', [klineRow(0, `10,${'9'.repeat(400)},9,11,1`)], 'line 1: prices must be'],
    [
      'an infinite volume',
      [klineRow(0, `10,12,9,11,${'9'.repeat(400)}`)],
      'line 1: volume must be a finite number of at least 0, was Infinity',
    ],
    [
      'a close time before the open',
      [`${klineRow(0).replace(String(START + MINUTE - 1), String(START - 1))}`],
      'line 1: the close time of a bar of 1m (as the file is named) must be from',
    ],
  ])('refuses %s', async (_, rows, reason) => {
    await folder.write('UNIUSDT-1m.csv', lines(...rows))
    const error = await failure({ patterns: ['UNIUSDT-1m.csv'] })
    expect(error).toBeInstanceOf(DataError)
    expect(error.message).toContain(`UNIUSDT-1m.csv ${reason.replace('FILE', 'UNIUSDT-1m.csv')}`)
  })

  it('flags and counts a close time inside its bar that is not its end', async () => {
    const early = klineRow(1).replace(String(START + 2 * MINUTE - 1), String(START + MINUTE))
    await folder.write('AVAXUSDT-1m.csv', lines(klineRow(0), early, klineRow(2)))
    const { bars, irregularCloses } = await load('AVAXUSDT-1m.csv')
    expect(irregularCloses).toBe(1)
    expect(Array.from(bars.flags.subarray(0, 3))).toEqual([0, BAR_FLAG.irregularClose, 0])
  })

  it('counts three-day bars from the first of the file', async () => {
    const DAY = 86_400_000
    await folder.write('SUIUSDT-3d.csv', lines(bareRow(DAY), bareRow(4 * DAY), bareRow(10 * DAY)))
    expect((await load('SUIUSDT-3d.csv')).gaps.map((gap) => gap.missing)).toEqual([1])
    await folder.write('SUIUSDT-3d-odd.csv', lines(bareRow(DAY), bareRow(5 * DAY)))
    expect((await failure({ patterns: ['SUIUSDT-3d-odd.csv'] })).message).toContain('line 2: a bar of 3d')
  })

  it.each([
    ['an empty file', ''],
    ['a byte order mark alone', '\ufeff'],
  ])('refuses %s', async (_, text) => {
    await folder.write('NULUSDT-1m.csv', text)
    expect(await failure({ patterns: ['NULUSDT-1m.csv'] })).toMatchObject({
      name: 'DataError',
      message: 'NULUSDT-1m.csv must hold bars, is empty',
    })
  })

  it('refuses a gzip file that is cut off, and one that is none', async () => {
    const packed = gzipSync(lines(...Array.from({ length: 500 }, (_, i) => klineRow(i))))
    await folder.write('CUTUSDT-1m.csv.gz', packed.subarray(0, packed.length - 20))
    expect(await failure({ patterns: ['CUTUSDT-1m.csv.gz'] })).toMatchObject({
      name: 'DataError',
      message: 'CUTUSDT-1m.csv.gz: must be a whole gzip file, was not: unexpected end of file',
    })
    await folder.write('TXTUSDT-1m.csv.gz', lines(klineRow(0)))
    expect(await failure({ patterns: ['TXTUSDT-1m.csv.gz'] })).toMatchObject({
      name: 'DataError',
      message: 'TXTUSDT-1m.csv.gz: must be a whole gzip file, was not: incorrect header check',
    })
  })

  it('refuses a gzip file that unpacks to more than 200 times its size', async () => {
    await folder.write('BOMBUSDT-1m.csv.gz', gzipSync(Buffer.alloc(4_000_000, '\n')))
    expect(await failure({ patterns: ['BOMBUSDT-1m.csv.gz'] })).toMatchObject({
      name: 'DataError',
      message:
        'BOMBUSDT-1m.csv.gz: must unpack to at most 200 times its size, is more; klines do not, is it a zip bomb?',
    })
  })
})

describe('files', () => {
  it('are found by name, glob and folder, each once', async () => {
    await mkdir(join(folder.path(), 'store'), { recursive: true })
    for (const [name, i] of [
      ['BTCUSDT-1m-2024-01-01.csv', 0],
      ['BTCUSDT-1m-2024-01-02.csv', 1],
      ['BTCUSDT-1h.csv', 0],
    ] as const) {
      await writeFile(
        join(folder.path(), 'store', name),
        lines(name.includes('1h') ? bareRow(0) : klineRow(i)),
      )
    }
    await writeFile(join(folder.path(), 'store', 'BTCUSDT-1m-2024-01-01.zip.CHECKSUM'), 'abc')
    await writeFile(join(folder.path(), 'store', '._BTCUSDT-1m-2024-01-01.csv'), 'not bars')
    await mkdir(join(folder.path(), 'store', 'BTCUSDT-1m-2024-01.csv'))
    const both = await load('store/BTCUSDT-1m*.csv', 'store/BTCUSDT-1m-2024-01-02.csv')
    expect(both.files).toEqual(['BTCUSDT-1m-2024-01-01.csv', 'BTCUSDT-1m-2024-01-02.csv'])
    const options = { patterns: ['store'], cwd: folder.path(), symbol: 'BTCUSDT', interval: '1m' as const }
    expect((await loadBars(options)).files).toEqual(both.files)
    expect((await loadBars({ ...options, interval: '1h' })).files).toEqual(['BTCUSDT-1h.csv'])
    expect(await failure({ patterns: ['store'] })).toMatchObject({ name: 'ConfigError' })
    expect(await failure({ ...options, symbol: 'ETHUSDT' })).toMatchObject({
      name: 'DataError',
      message: 'store must hold files of ETHUSDT 1m, holds none',
    })
  })

  it('are named in the source without their path, briefly when there are many', async () => {
    await mkdir(join(folder.path(), 'days'), { recursive: true })
    for (let day = 1; day <= 5; day++) {
      await writeFile(join(folder.path(), 'days', `BTCUSDT-1m-2024-01-0${day}.csv`), lines(klineRow(day)))
    }
    expect((await load('days/*[45].csv')).source).toBe('BTCUSDT-1m-2024-01-04.csv,BTCUSDT-1m-2024-01-05.csv')
    const all = await load(join(folder.path(), 'days'))
    expect(all.source).toBe('BTCUSDT-1m-2024-01-01.csv..BTCUSDT-1m-2024-01-05.csv (5 files)')
    expect(all.files.length).toBe(5)
  })

  it('that are missing are named, with the nearest name there is', async () => {
    await folder.write('PEPEUSDT-1m-2024-12.csv.gz', gzipSync(lines(klineRow(0))))
    expect(await failure({ patterns: ['PEPEUSDT-1m-2024-21.csv.gz'] })).toMatchObject({
      name: 'DataError',
      message: 'no file matches "PEPEUSDT-1m-2024-21.csv.gz"; did you mean "PEPEUSDT-1m-2024-12.csv.gz"?',
    })
    expect((await failure({ patterns: ['nowhere/at-all/*.csv'] })).message).toBe(
      'no file matches "nowhere/at-all/*.csv"',
    )
  })

  it('of another kind are refused', async () => {
    await folder.write('BTCUSDT-1m.feather', 'PAR1')
    expect(await failure({ patterns: ['BTCUSDT-1m.feather'] })).toMatchObject({
      name: 'DataError',
      message:
        'BTCUSDT-1m.feather: a data file must end in .csv, .csv.gz, .zip, .parquet, .arrow, .json or .json.gz',
    })
    await mkdir(join(folder.path(), 'bare'), { recursive: true })
    expect((await failure({ patterns: ['bare'] })).message).toBe(
      'folder bare must hold .csv, .csv.gz, .zip, .parquet or .arrow files, holds none',
    )
    expect(await failure({ patterns: [] })).toBeInstanceOf(ConfigError)
  })
})

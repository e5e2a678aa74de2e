/** The two tables of data/README.md, row by row, and every file of ../shared/data: what imports, and what is refused and why. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { dataMain } from '../../engine/app/data-verbs/data-main.js'
import { temporaryFolder } from '../app/command.js'
import { HAS_SHARED, ROOT, sharedPath } from '../shared.js'
import { FOREIGN_FILES } from './arrow/foreign-files.js'
import { zipOf } from './kline-files.js'

const START = Date.UTC(2024, 0, 1)
const MINUTE = 60_000
const time = (minute: number): number => START + minute * MINUTE
const row = (minute: number, prices = '10,12,9,11'): string =>
  `${time(minute)},${prices},1,${time(minute + 1) - 1},10,2,0.5,5,0`
const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`
const kline = (minute: number) =>
  row(minute)
    .split(',')
    .map((cell, k) => (k === 0 || k === 6 || k === 8 ? Number(cell) : cell))
const ARROW = FOREIGN_FILES['pyarrow, a file in two batches'] ?? Buffer.of()
const trade = (id: number, minute: number) => ({
  a: id,
  p: '10.5',
  q: '2',
  f: id,
  l: id,
  T: time(minute),
  m: true,
  M: true,
})

interface Imported {
  readonly what: string
  readonly interval: string
  readonly bars: number
}

/** Imports a file; gives the exit code, what was stored, and what was said. */
async function importFile(file: string, words: readonly string[] = []) {
  const store = path.join(temporaryFolder(), 'store')
  let [stdout, stderr] = ['', '']
  const run = (verb: readonly string[]) =>
    dataMain([...verb, '--json', '--store', store], {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      environment: {},
    })
  const code = await run(['import', file, ...words, '--quiet'])
  const files: readonly Imported[] = code === 0 ? JSON.parse(stdout).files : []
  stdout = ''
  const origins = code === 0 && (await run(['list'])) === 0 ? JSON.parse(stdout).series[0].origins : {}
  return { code, files, origins, stderr, isStored: existsSync(store) }
}

async function importBytes(name: string, content: string | Buffer, words: readonly string[] = []) {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  return importFile(file, words)
}

/** First cells of the rows of a table of data/README.md, by the first cell of its head. */
function firstCells(head: string): readonly string[] {
  const text = readFileSync(path.join(ROOT, 'data', 'README.md'), 'utf8').split('\n')
  const from = text.findIndex((line) => line.startsWith(`| ${head} |`)) + 2
  const to = text.findIndex((line, i) => i > from && !line.startsWith('|'))
  return text.slice(from, to).map((line) => line.split(' | ')[0]?.replace(/^\| /, '') ?? '')
}

type Case = readonly [name: string, content: string | Buffer, words: readonly string[], expected: unknown]

const TAKEN: Readonly<Record<string, readonly Case[]>> = {
  '`.arrow`: an export, pandas (`to_feather`), polars (`write_ipc`), pyarrow': [
    ['BTCUSDT-1m.arrow', ARROW, [], { import: 3 }],
    ['BTCUSDT-1m.arrow', FOREIGN_FILES.polars ?? '', [], { import: 3 }],
  ],
  "klines in Binance's layout, all 12 columns or some, ms or µs": [
    ['BTCUSDT-1m.csv', lines(row(0)), [], { import: 1 }],
    ['BTCUSDT-1m.csv.gz', gzipSync(lines(row(0).split(',').slice(0, 6).join(','))), [], { import: 1 }],
    [
      'BTCUSDT-1m-2025.csv',
      lines('1735689600000000,1,1,1,1,1,1735689659999999,1,1,1,1,0'),
      [],
      { import: 1 },
    ],
    [
      'BTCUSDT-1m-2024-01.zip',
      zipOf([{ name: 'BTCUSDT-1m-2024-01.csv', bytes: Buffer.from(lines(row(0))) }]),
      [],
      { archive: 1 },
    ],
  ],
  'klines under another header, or with `--columns`': [
    [
      'BTCUSDT-1m.csv',
      lines('date,close,open,low,high', '2024-01-01T00:00:00Z,11,10,9,12'),
      [],
      { import: 1 },
    ],
    [
      'BTCUSDT-1m.csv',
      lines('d,o,h,l,c', '2024-01-01,10,12,9,11'),
      ['--columns', 'time=d,open=o,high=h,low=l,close=c'],
      { import: 1 },
    ],
  ],
  '`.json` or `.json.gz`: pages of `/api/v3/klines`': [
    ['BTCUSDT-1m.json', JSON.stringify([kline(0), kline(1)]), [], { rest: 2 }],
    ['BTCUSDT-1m.json.gz', gzipSync(JSON.stringify([[kline(0)], [kline(1)]])), [], { rest: 2 }],
  ],
  '`.json` or `.json.gz`: pages of `/api/v3/aggTrades`': [
    ['BTCUSDT-aggTrades.json', JSON.stringify([trade(1, 0), trade(2, 5)]), [], { trades: 2 }],
    [
      'BTCUSDT-aggTrades.json.gz',
      gzipSync(JSON.stringify([[trade(1, 0)], [trade(1, 0), trade(2, 5)]])),
      ['--interval', '15m'],
      { trades: 1 },
    ],
  ],
  'a CSV with a column `interval` (a dump of several)': [
    [
      'BTCUSDT-dump.csv',
      lines('interval,time,open,high,low,close', ...[0, 1, 2].map((minute) => `1m,${time(minute)},1,1,1,1`)),
      [],
      { import: 2 },
    ],
  ],
  'aggTrades (8 columns), trades (7), `id,side,quantity,price,time`': [
    ['BTCUSDT-aggTrades-2024-01.csv', lines(`1,10.5,2,1,1,${time(0)},True,True`), [], { trades: 1 }],
    ['BTCUSDT-trades-2024-01.csv', lines(`1,10.5,2,21,${time(0)},true,true`), [], { trades: 1 }],
    ['BTCUSDT-2024-01-01.csv', lines(`1,buy,2,10.5,${time(0)}`), [], { trades: 1 }],
  ],
}

const REFUSED: Readonly<Record<string, readonly Case[]>> = {
  'times that a spreadsheet rounded (`1.70027E+12`)': [
    ['BTCUSDT-1h.csv', lines('1.70027E+12,1,1,1,1,1'), [], /a spreadsheet rounded it/],
  ],
  'rows off the grid, doubled, not rising, with prices outside low..high': [
    [
      'BTCUSDT-1m.csv',
      lines(`${time(0) + 14_789},1,1,1,1,1`),
      [],
      /line 1: a bar of 1m .* must open on its grid/,
    ],
    ['BTCUSDT-1m.csv', lines(row(0), row(0)), [], /line 2: a bar must come once/],
    ['BTCUSDT-1m.csv', lines(row(1), row(0)), [], /line 2: bars must come oldest first/],
    [
      'BTCUSDT-1m.csv',
      lines(row(0, '10,10.5,9,11')),
      [],
      /line 1: prices must be above 0 with low <= open, close <= high/,
    ],
  ],
  'a file named after another symbol or interval than its flags, rows or zip say': [
    ['BTCUSDT-1m.csv', lines(row(0)), ['--symbol', 'ETHUSDT'], /--symbol must be BTCUSDT as/],
    ['BTCUSDT-1m.csv', lines(row(0)), ['--interval', '1h'], /--interval must be 1m as/],
    [
      'BTCUSDT-1h.csv',
      lines(row(0), row(1)),
      [],
      /line 2: a bar of 1h \(as the file is named\) must open on its grid/,
    ],
    [
      'BTCUSDT-1m.zip',
      zipOf([{ name: 'ETHUSDT-1m.csv', bytes: Buffer.from(lines(row(0))) }]),
      [],
      /must hold the file that it is named after/,
    ],
  ],
  'an error answer or anything else in a `.json`; one above 128 MiB': [
    ['BTCUSDT-1m.json', '{"code":-1121,"msg":"Invalid symbol."}', [], /must hold rows of/],
    [
      'BTCUSDT-1m.json.gz',
      gzipSync(Buffer.alloc((1 << 27) + 1, ' ')),
      [],
      /at most 128 MiB, has more when it is unpacked/,
    ],
  ],
  'zip bombs, several files in a zip, names with folders, lines above 4,096 bytes, damaged archives': [
    [
      'BTCUSDT-1m.zip',
      zipOf([{ name: 'BTCUSDT-1m.csv', bytes: Buffer.alloc(5_000_000) }]),
      [],
      /200 times its size/,
    ],
    [
      'BTCUSDT-1m.zip',
      zipOf([
        { name: 'a.csv', bytes: Buffer.from(row(0)) },
        { name: 'b.csv', bytes: Buffer.from(row(1)) },
      ]),
      [],
      /exactly one file/,
    ],
    [
      'BTCUSDT-1m.zip',
      zipOf([{ name: 'x/BTCUSDT-1m.csv', bytes: Buffer.from(row(0)) }]),
      [],
      /must hold a plain \.csv file/,
    ],
    [
      'BTCUSDT-1m.csv',
      lines(row(0), '1'.repeat(3_000_000)),
      [],
      /line 2: a line must have at most 4096 bytes/,
    ],
    ['BTCUSDT-1m.csv.gz', gzipSync(lines(row(0))).subarray(0, 40), [], /must be a whole gzip file/],
  ],
  'an `.arrow` file that is cut off or contradicts itself, with a null among values, of Feather version 1': [
    [
      'BTCUSDT-1m.arrow',
      ARROW.subarray(0, -1),
      [],
      /must be a whole Arrow file of bars, was not: .* cut off/,
    ],
    ['BTCUSDT-1m.arrow', ARROW.subarray(0, 8), [], /was not: .* cut off/],
    ['BTCUSDT-1m.arrow', Buffer.from('FEA1'.repeat(8)), [], /first version of Feather/],
  ],
  'streams captured from a socket (`.jsonl`), order books, account answers': [
    ['btcusdt.jsonl', '{}', [], /a data file must end in/],
    ['BTCUSDT-depth.json', '{"lastUpdateId":1,"bids":[],"asks":[]}', [], /must hold rows of/],
    ['BTCUSDT-openOrders.json', '[{"symbol":"BTCUSDT","orderId":1}]', [], /must be an array of 12 values/],
  ],
}

describe('the tables of data/README.md', () => {
  it('have a row for each of the cases below, and no other', () => {
    const parquet = '`.parquet`: a month of a store, an export, pandas, polars'
    expect([...firstCells('file | becomes')].sort()).toEqual([...Object.keys(TAKEN), parquet].sort())
    expect([...firstCells('refused | why')].sort()).toEqual(Object.keys(REFUSED).sort())
  })

  const cases = (of: typeof TAKEN) =>
    Object.entries(of).flatMap(([what, all]) => all.map((one) => [what, ...one] as const))

  it.each(cases(TAKEN))('%s: %s imports', async (_what, name, content, words, expected) => {
    const { code, origins, stderr } = await importBytes(name, content, words)
    expect([code, stderr, origins]).toEqual([0, '', expected])
  })

  it.each(cases(REFUSED))('%s: %s is refused', async (_what, name, content, words, expected) => {
    const { code, stderr, isStored } = await importBytes(name, content, words)
    // What contradicts a flag is the command's fault.
    expect([code, isStored]).toEqual([words.length > 0 ? 2 : 3, false])
    expect(stderr).toMatch(expected as RegExp)
  })
})

/** Bars of each file by name; those of a dump in all; or why it is refused. */
const SHARED: Readonly<Record<string, number | RegExp>> = {
  'aggtrades/FXSUSDT-2023-11-17.5col.csv.gz': 219,
  'aggtrades/XRPETH-2019-10-11.csv.gz': 2469,
  'defects/BTCUSDT-1h-2023-11-18.excel-mangled.csv': /a spreadsheet rounded it/,
  'defects/BTCUSDT-1m-2025-01-01.us-row.csv': 1,
  'defects/DOGEUSDT-1s-2025-01-01.us-rows.csv': 3,
  'fixtures/exchangeInfo-gocryptotrader.json.gz': /must hold rows of/,
  'fixtures/gocryptotrader-binance-rest.json.gz': /must hold rows of/,
  'fixtures/gocryptotrader-ws.jsonl': /a data file must end in/,
  'fixtures/nautilus-binance-spot.json': /must hold rows of/,
  'multi/BTCUSDT-all-intervals.csv.gz': 5388 - 14,
  'raw/ADABTC-1m-2021-11-27.csv': 10,
  'raw/ADABTC-1m-2021-11-28.csv': 11,
  'ws/barter-disconnect-events.json': /must be an array of 12 values/,
  'ws/btcusdt_20240809.jsonl.gz': /a data file must end in/,
  'ws/ethusdt_20240808.jsonl.gz': /a data file must end in/,
}

describe.skipIf(!HAS_SHARED)('the files of ../shared/data', () => {
  const folders = ['aggtrades', 'defects', 'fixtures', 'multi', 'raw', 'ws']

  it('are all known here but the klines, which have a test of their own', () => {
    const names = folders.flatMap((folder) =>
      readdirSync(sharedPath('data', folder)).map((name) => `${folder}/${name}`),
    )
    expect(names.sort()).toEqual(Object.keys(SHARED).sort())
  })

  it.each(Object.entries(SHARED))(
    '%s',
    async (name, expected) => {
      const { code, files, stderr, isStored } = await importFile(sharedPath('data', ...name.split('/')))
      if (typeof expected === 'number') {
        expect([code, files.reduce((sum, { bars }) => sum + bars, 0)]).toEqual([0, expected])
      } else {
        expect([code, isStored]).toEqual([3, false])
        expect(stderr).toMatch(expected)
      }
    },
    30_000,
  )

  it('hold saved answers of REST that import once they are files of their own', async () => {
    const text = gunzipSync(
      readFileSync(sharedPath('data', 'fixtures', 'gocryptotrader-binance-rest.json.gz')),
    ).toString()
    const routes: Readonly<Record<string, { readonly GET: readonly { readonly data: unknown }[] }>> =
      JSON.parse(text)
    const pages = (routes['/api/v3/aggTrades']?.GET ?? []).flatMap(({ data }) =>
      Array.isArray(data) ? [data] : [],
    )
    const [page] = pages.toSorted((a, b) => b.length - a.length)
    const { code, files } = await importBytes('BTCUSDT-aggTrades.json', JSON.stringify(page))
    expect([code, files[0]?.what]).toEqual([0, 'aggTrades'])
    const klines = JSON.parse(
      readFileSync(sharedPath('data', 'fixtures', 'nautilus-binance-spot.json'), 'utf8'),
    )
    const [week] = Object.entries(klines).filter(([key]) => key.endsWith('klines_response.json'))
    const imported = await importBytes('BNBBTC-1w.json', JSON.stringify(week?.[1]), ['--off-grid', 'skip'])
    // A week of the documentation that opens on a Monday: 2017-07-03.
    expect([imported.code, imported.files[0]?.bars]).toEqual([0, 1])
  })
})

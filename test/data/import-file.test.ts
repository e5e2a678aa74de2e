import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { findFiles } from '../../data/find-files.js'
import { type ImportOptions, type ImportPart, importFile } from '../../data/import-file.js'
import { ORIGINS } from '../../engine/model/bars.js'
import { DataError, NextbarError } from '../../engine/model/errors.js'
import { temporaryFolder } from '../app/command.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

const START = Date.UTC(2024, 0, 1)
const MINUTE = 60_000

async function importPath(
  file: string,
  changes: Partial<ImportOptions> = {},
): Promise<readonly ImportPart[]> {
  const [found] = await findFiles([file], '.')
  if (!found) throw new Error('the file must be there')
  return importFile(found, {
    symbol: undefined,
    interval: undefined,
    columns: undefined,
    now: Date.UTC(2026, 6),
    onShare: () => undefined,
    ...changes,
  })
}

function write(name: string, content: string | Buffer): string {
  const file = path.join(temporaryFolder(), name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => (error instanceof NextbarError ? error : new Error(`not ours: ${error}`)),
  )
}

function originOf(part: ImportPart | undefined): string | undefined {
  return ORIGINS[part?.rows.bars.origin[0] ?? -1]
}

/** A row of `/api/v3/klines`. */
function restRow(minute: number, close = '11'): readonly (string | number)[] {
  const time = START + minute * MINUTE
  return [time, '10', '12', '9', close, '1.5', time + MINUTE - 1, '16', 3, '0.5', '5', '0']
}

describe('saved REST pages', () => {
  it('are read with their seam once, and without the bar that is still open', async () => {
    const file = write(
      'BTCUSDT-1m.json',
      JSON.stringify([
        [restRow(0), restRow(1)],
        [restRow(1), restRow(2)],
      ]),
    )
    const [part] = await importPath(file, { now: START + 2 * MINUTE + 30_000 })
    expect(part?.rows.bars.length).toBe(2)
    expect(part?.open).toBe(1)
    expect(originOf(part)).toBe('rest')
    expect(part?.rows.bars.takerVolume?.[1]).toBe(0.5)
  })

  it.each([
    ['[[1,2]]', /row 1: a row must be an array of 12 values/],
    ['{"code":-1121,"msg":"Invalid symbol."}', /must hold rows of \/api\/v3\/klines/],
    ['[[', /must be JSON/],
    [
      JSON.stringify([[...restRow(0).slice(0, 4), 'NaN', ...restRow(0).slice(5)]]),
      /row 1, close: must be a decimal/,
    ],
    [
      JSON.stringify([[1704067200, ...restRow(0).slice(1)]]),
      /row 1, openTime: must be a time in milliseconds/,
    ],
    [JSON.stringify([restRow(1), restRow(0)]), /line 2: bars must come oldest first/],
  ])('that are none are refused: %s', async (text, message) => {
    expect((await failure(importPath(write('BTCUSDT-1m.json', text)))).message).toMatch(message)
  })
})

describe('trades', () => {
  const agg = (id: number, ms: number): string => `${id},10.5,2,${id},${id},${START + ms},True,True`

  it('become bars of the interval that is asked for', async () => {
    const file = write('BTCUSDT-aggTrades-2024-01.csv', `${[agg(1, 0), agg(2, 61_000)].join('\n')}\n`)
    const [part] = await importPath(file, { interval: '5m' })
    expect([part?.rows.bars.symbol, part?.rows.bars.interval, part?.rows.bars.length]).toEqual([
      'BTCUSDT',
      '5m',
      1,
    ])
    expect(originOf(part)).toBe('trades')
  })

  it.each([
    [
      'a line of another layout',
      `${agg(1, 0)}\n2,x\n`,
      /line 2: must be a trade of the layout aggTrades \(8 cells\)/,
    ],
    ['an id that does not rise', `${agg(2, 0)}\n${agg(2, 1)}\n`, /line 2: ids of trades must rise/],
    [
      'a trade of an earlier bar',
      `${agg(1, 60_000)}\n${agg(2, 0)}\n`,
      /line 2: trades must come oldest first/,
    ],
    [
      'a line without an end',
      `${agg(1, 0)}\n${'9'.repeat(3_000_000)}`,
      /line 2: a line must have at most 4096 bytes/,
    ],
  ])('with %s are refused', async (_name, text, message) => {
    const error = await failure(importPath(write('BTCUSDT-aggTrades-2024-01.csv', text)))
    expect(error).toBeInstanceOf(DataError)
    expect(error.message).toMatch(message)
  })
})

describe('klines', () => {
  const row = (minute: number, shift = 0): string => `${START + minute * MINUTE + shift},10,12,9,11,1`

  it('off the grid are refused, or left out and told', async () => {
    const file = write('BTCUSDT-1m.csv', `${[row(0), row(1, 14_789), row(2, 14_789), row(4)].join('\n')}\n`)
    expect((await failure(importPath(file))).message).toMatch(/line 2: a bar of 1m .* must open on its grid/)
    const [part] = await importPath(file, { isOffGridSkipped: true })
    expect(part?.offGrid).toEqual([START + MINUTE + 14_789, START + 2 * MINUTE + 14_789])
    expect(part?.rows.bars.length).toBe(2)
    expect(part?.rows.place?.(1)).toMatch(/line 4$/)
  })

  it('of another symbol than asked for are refused', async () => {
    const file = write('ETHUSDT-1m.csv', `${row(0)}\n`)
    expect((await failure(importPath(file, { symbol: 'BTCUSDT' }))).message).toMatch(
      /--symbol must be ETHUSDT as/,
    )
  })

  it('that unpack to far more than their size are refused', async () => {
    const file = write('BTCUSDT-1m.csv.gz', gzipSync(Buffer.from(`${row(0)}\n`.repeat(1_000_000))))
    expect((await failure(importPath(file))).message).toMatch(/must unpack to at most 200 times its size/)
  })

  it('in seconds, in a file of milliseconds, are refused', async () => {
    const file = write('BTCUSDT-1m.csv', `${row(0)}\n${(START + MINUTE) / 1000},10,12,9,11,1\n`)
    expect((await failure(importPath(file))).message).toMatch(
      /line 2: column open_time: must be a time in milliseconds.*seconds\?/,
    )
  })
})

describe.skipIf(!HAS_SHARED)('the shared files', () => {
  it('of several intervals become a series each, without the bars that were open', async () => {
    const parts = await importPath(sharedPath('data', 'multi', 'BTCUSDT-all-intervals.csv.gz'))
    expect(parts.length).toBe(14)
    // 5,388 candles, the last of each interval still open.
    expect(parts.reduce((sum, { rows }) => sum + rows.bars.length, 0)).toBe(5388 - 14)
    expect(parts.every(({ open }) => open === 1)).toBe(true)
  })

  it('of five columns become bars', async () => {
    const [part] = await importPath(sharedPath('data', 'aggtrades', 'FXSUSDT-2023-11-17.5col.csv.gz'))
    const { tradeCount, length } = part?.rows.bars ?? { tradeCount: undefined, length: 0 }
    // As many as the file has lines.
    expect(tradeCount?.subarray(0, length).reduce((sum, count) => sum + count, 0)).toBe(3600)
  })

  it('that a spreadsheet mangled are refused', async () => {
    const file = sharedPath('data', 'defects', 'BTCUSDT-1h-2023-11-18.excel-mangled.csv')
    expect((await failure(importPath(file))).message).toMatch(/line 2: .*a spreadsheet rounded it/)
  })

  it.each(['BTCUSDT-1m-2025-01-01.us-row.csv', 'DOGEUSDT-1s-2025-01-01.us-rows.csv'])(
    'in microseconds are read: %s',
    async (name) => {
      const [part] = await importPath(sharedPath('data', 'defects', name))
      expect(part?.rows.bars.openTime[0]).toBe(Date.UTC(2025, 0, 1))
    },
  )
})

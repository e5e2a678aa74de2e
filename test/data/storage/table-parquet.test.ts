import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { duckdb, sqlText } from '../../../data/storage/duckdb.js'
import { writeTable } from '../../../data/storage/table-parquet.js'
import { temporaryFolder } from '../../app/command.js'

const DAY_MS = 86_400_000

describe('a table of doubles as Parquet', () => {
  it('has a moment and every number of a row, over several chunks, and nothing where one is missing', async () => {
    const file = path.join(temporaryFolder(), "it's.parquet")
    const rows = 5000
    const times = Float64Array.from({ length: rows }, (_, k) => Date.UTC(2020, 0, 1) + k * DAY_MS)
    const half = Float64Array.from(times, (_, k) => (k % 7 === 3 ? Number.NaN : k / 2))
    const none = new Float64Array(rows).fill(Number.NaN)
    await writeTable(
      file,
      times,
      new Map([
        ['half', half],
        ['a "b"', half.map((x) => -x)],
        ['none', none],
      ]),
    )
    const connection = await duckdb()
    const reader = await connection.runAndReadAll(
      `SELECT epoch_ms(time)::DOUBLE, half, "a ""b""", none FROM read_parquet(${sqlText(file)})`,
    )
    const read = reader.getRows()
    const plain = (x: number | undefined) => (x === undefined || Number.isNaN(x) ? null : x)
    expect(read).toEqual(Array.from(times, (time, k) => [time, plain(half[k]), plain(-(half[k] ?? 0)), null]))
    const types = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${sqlText(file)})`)
    expect(types.getRows().map(([name, type]) => [name, type])).toEqual([
      ['time', 'TIMESTAMP'],
      ['half', 'DOUBLE'],
      ['a "b"', 'DOUBLE'],
      ['none', 'DOUBLE'],
    ])
  })
})

import { setTimeout } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, it } from 'vitest'
import { stopColumns, withColumns } from '../../../data/storage/column-source.js'

it('begins no work with columns once the process is about to exit, which would wait for it for ever', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const columns = [{ name: 'x', values: Float64Array.of(1, 2, 3) }]
  const sumOf = async (table: string) =>
    (await connection.runAndReadAll(`SELECT sum(x) FROM ${table}`)).getRows()
  expect(await withColumns(connection, columns, sumOf)).toEqual([[6]])
  await stopColumns()
  let hasBegun = false
  const work = async (table: string) => {
    hasBegun = true
    return sumOf(table)
  }
  await Promise.race([withColumns(connection, columns, work), setTimeout(50)])
  expect(hasBegun).toBe(false)
})

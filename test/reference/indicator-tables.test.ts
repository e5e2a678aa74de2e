/** The document of the indicators says what the tests say. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as door from '../../engine/index.js'
import { DOCUMENT, fillTables, TABLE_NAMES } from './indicator-tables.js'

describe('docs/indicators.md', () => {
  const document = readFileSync(DOCUMENT, 'utf8')

  it('has the tables of the tests; if not, run npx tsx test/reference/write-indicator-tables.ts', () => {
    expect(document).toBe(fillTables(document))
  })

  it.each(TABLE_NAMES)('has the table %s once', (name) => {
    expect(document.split(`<!-- table: ${name} -->`)).toHaveLength(2)
  })

  it('names every indicator of the door', () => {
    const others = ['crossedAbove', 'crossedBelow', 'choice', 'flag', 'int', 'num', 'defineStrategy']
    const names = Object.keys(door).filter((name) => !others.includes(name))
    expect(names.length).toBeGreaterThan(25)
    expect(names.filter((name) => !document.includes(`\`${name}`))).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { type RunFile, tableFiles } from '../../engine/app/run-files.js'
import { equityCsv, fillsCsv, ordersCsv, tradesCsv } from '../../engine/app/run-tables.js'
import { textOfPieces } from '../../engine/app/text-of-pieces.js'
import { runMetrics } from '../../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { barsOf, run, scripted } from '../market.js'

function runOf(count: number): RunResult {
  return run({
    bars: barsOf(Array.from({ length: count }, () => [100, 101, 99, 100])),
    strategy: scripted({ 0: ({ target }) => target(1), 3: ({ target }) => target(0) }),
  })
}

/** Whether the text is there already: the very pieces that were given before. */
function isKept(file: RunFile): boolean {
  const before = file.pieces()
  return file.pieces() === before
}

describe('tableFiles', () => {
  const small = runOf(20)
  const files = tableFiles({ result: small, metrics: runMetrics(small), equity: 'bars' })

  it.each([
    ['fills.csv', fillsCsv(small)],
    ['orders.csv', ordersCsv(small)],
    ['trades.csv', tradesCsv(small)],
    ['equity.csv', equityCsv(small, 'bars')],
  ])('has the rows of %s, as often as they are asked for', (name, pieces) => {
    const file = files.find((one) => one.name === name)
    const text = textOfPieces(pieces)
    expect(textOfPieces(file?.pieces() ?? [])).toBe(text)
    expect(textOfPieces(file?.pieces() ?? [])).toBe(text)
  })

  it('keeps the text of small tables and of no large one', () => {
    const large = runOf(100_001)
    const many = tableFiles({ result: large, metrics: runMetrics(large), equity: 'bars' })
    expect(files.map(isKept)).toEqual(files.map(() => true))
    expect(many.map(isKept)).toEqual(many.map(() => false))
    expect(textOfPieces(many.at(-1)?.pieces() ?? [])).toBe(textOfPieces(equityCsv(large, 'bars')))
  })
})

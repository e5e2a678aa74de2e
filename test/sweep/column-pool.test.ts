import { describe, expect, it } from 'vitest'
import { ColumnPool } from '../../engine/sweep/pool/column-pool.js'

const SIZE = { outputs: 1, length: 10 }

function poolOf(columns: number) {
  const dropped: number[] = []
  let made = 0
  const pool = new ColumnPool(columns * 80, {
    onSlot: () => made++,
    onDrop: (number) => dropped.push(number),
  })
  const put = (id: string, nextUse: (id: string) => number) => {
    const column = pool.allocate(id, SIZE, nextUse)
    if (column) column.isReady = true
    return column
  }
  return { pool, put, dropped, made: () => made }
}

describe('the column pool', () => {
  it('never holds more bytes than it may, and uses memory again', () => {
    const { pool, put, made } = poolOf(3)
    for (let k = 0; k < 20; k++) {
      expect(put(`c${k}`, () => 1)).toBeDefined()
      expect(pool.bytes).toBeLessThanOrEqual(240)
    }
    expect(made()).toBe(3)
  })

  it('gives up the column that is needed last', () => {
    const { pool, put } = poolOf(2)
    const uses: Readonly<Record<string, number>> = { a: 5, b: 9 }
    put('a', () => 1)
    put('b', () => 1)
    put('c', (id) => uses[id] ?? 1)
    expect([pool.column('a'), pool.column('b')].map((one) => one !== undefined)).toEqual([true, false])
  })

  it('keeps what is pinned, not ready, or needed now', () => {
    const { pool, put } = poolOf(3)
    const pinned = put('pinned', () => 1)
    if (pinned) pinned.pins = 1
    put('now', () => 1)
    pool.allocate('making', SIZE, () => 1)
    expect(pool.allocate('more', SIZE, (id) => (id === 'now' ? 0 : 7))).toBeUndefined()
  })

  it('gives up free memory of another length', () => {
    const { pool, put, dropped } = poolOf(2)
    put('a', () => 1)
    put('b', () => 1)
    const long = pool.allocate('long', { outputs: 1, length: 15 }, () => 1)
    expect(long?.slots[0]?.column.length).toBe(15)
    expect(dropped).toHaveLength(2)
    expect(pool.bytes).toBe(120)
  })
})

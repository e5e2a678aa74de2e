import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EquityRow, equityRows } from '../../../engine/math/metrics/equity-rows.js'
import { formatUnits } from '../../../engine/model/money.js'
import { DAY_MS, formatTime } from '../../../engine/model/time.js'
import { type FixtureFill, fixtureRun, moment, units } from './run-fixture.js'

/** A row as text and numbers: time, equity, cash, position value, drawdown. */
const show = (row: EquityRow) => [
  formatTime(row.time).slice(0, 16),
  row.equity,
  formatUnits(row.cash),
  row.positionValue,
  Number(row.drawdown.toFixed(12)),
]

const roundTrip: readonly FixtureFill[] = [
  { bar: 1, side: 'BUY', price: '101', quantity: '2', commission: '0.002' },
  { bar: 4, side: 'SELL', price: '89', quantity: '1.998', commission: '0.5' },
]

describe('equityRows by days', () => {
  it('stand at each midnight, at each fill and at the end', () => {
    // 12-hour bars from midnight. After the buy 798 cash and 1.998 coins; after the sale 798 + 177.822 − 0.5.
    const run = fixtureRun({ interval: '12h', closes: [100, 110, 120, 90, 80], fills: roundTrip })
    expect([...equityRows(run, 'days')].map(show)).toEqual([
      ['2024-01-01T00:00', 1000, '1000', 0, 0],
      [
        '2024-01-01T12:00',
        798 + 1.998 * 101,
        '798',
        1.998 * 101,
        Number((1 - (798 + 1.998 * 101) / 1000).toFixed(12)),
      ],
      ['2024-01-02T00:00', 798 + 1.998 * 110, '798', 1.998 * 110, 0],
      // Both at midnight: the mark of the close before, then the sale at its price, against the peak of 1037.76.
      ['2024-01-03T00:00', 798 + 1.998 * 90, '798', 1.998 * 90, Number((1 - 977.82 / 1037.76).toFixed(12))],
      ['2024-01-03T00:00', 975.322, '975.322', 0, Number((1 - 975.322 / 1037.76).toFixed(12))],
      ['2024-01-03T12:00', 975.322, '975.322', 0, Number((1 - 975.322 / 1037.76).toFixed(12))],
    ])
  })

  it('have no row of their own for an end at midnight', () => {
    const run = fixtureRun({ interval: '12h', closes: [100, 100] })
    expect([...equityRows(run, 'days')].map((row) => formatTime(row.time))).toEqual([
      '2024-01-01T00:00:00.000Z',
      '2024-01-02T00:00:00.000Z',
    ])
  })

  it('are the end alone for a run within a day without a fill', () => {
    const run = fixtureRun({ start: '2024-01-01T03:00', closes: [100, 100] })
    expect([...equityRows(run, 'days')].map(show)).toEqual([['2024-01-01T05:00', 1000, '1000', 0, 0]])
  })

  it('stand on days without a bar too', () => {
    const openTimes = [moment('2024-01-01T23:00'), moment('2024-01-04T00:00')]
    const rows = [...equityRows(fixtureRun({ openTimes, closes: [100, 100] }), 'days')]
    expect(rows.map((row) => formatTime(row.time).slice(8, 16))).toEqual([
      '02T00:00',
      '03T00:00',
      '04T00:00',
      '04T01:00',
    ])
  })

  it('never have a drawdown below 0, above the peak of closes', () => {
    const fills: FixtureFill[] = [
      { bar: 1, side: 'BUY', price: '100', quantity: '1' },
      { bar: 3, side: 'SELL', price: '150', quantity: '1' },
    ]
    const run = fixtureRun({ closes: [100, 110, 120, 140], opens: [100, 100, 110, 150], fills })
    const sale = [...equityRows(run, 'days')].find((row) => row.equity === 1050)
    expect(sale?.drawdown).toBe(0)
  })

  it('put a fill of finer data between the marks, inside its bar', () => {
    const inside = moment('2024-01-01T12:34')
    const fills: FixtureFill[] = [{ bar: 1, side: 'BUY', price: '100', quantity: '1', time: inside }]
    const rows = [...equityRows(fixtureRun({ interval: '12h', closes: [100, 90], fills }), 'days')]
    expect(rows.map((row) => row.time)).toEqual([moment('2024-01-01'), inside, moment('2024-01-02')])
  })

  it('put a sale at the very end before the mark of that end', () => {
    const end = moment('2024-01-02')
    const fills: FixtureFill[] = [
      { bar: 0, side: 'BUY', price: '100', quantity: '1' },
      { bar: 1, side: 'SELL', price: '90', quantity: '1', time: end },
    ]
    const rows = [...equityRows(fixtureRun({ interval: '12h', closes: [100, 90], fills }), 'days')].slice(-2)
    expect(rows.map(show)).toEqual([
      ['2024-01-02T00:00', 990, '990', 0, 0.01],
      ['2024-01-02T00:00', 990, '990', 0, 0.01],
    ])
  })

  it('show the books of the last bar that ended where bars are longer than a day', () => {
    const fills: FixtureFill[] = [{ bar: 1, side: 'BUY', price: '100', quantity: '1' }]
    const run = fixtureRun({ interval: '3d', closes: [100, 90], fills })
    expect(
      [...equityRows(run, 'days')].map(show).map(([time, equity, cash]) => [time, equity, cash]),
    ).toEqual([
      ['2024-01-01T00:00', 1000, '1000'],
      ['2024-01-02T00:00', 1000, '1000'],
      ['2024-01-03T00:00', 1000, '1000'],
      ['2024-01-04T00:00', 1000, '1000'],
      ['2024-01-04T00:00', 1000, '900'],
      ['2024-01-05T00:00', 1000, '1000'],
      ['2024-01-06T00:00', 1000, '1000'],
      ['2024-01-07T00:00', 990, '900'],
    ])
  })
})

describe('equityRows by bars', () => {
  it('replace the midnights by the end of each bar, and keep the fills', () => {
    const run = fixtureRun({ interval: '12h', closes: [100, 110, 120, 90, 80], fills: roundTrip })
    expect(
      [...equityRows(run, 'bars')].map((row) => [formatTime(row.time).slice(8, 13), row.equity]),
    ).toEqual([
      ['01T12', 1000],
      ['01T12', 798 + 1.998 * 101],
      ['02T00', 798 + 1.998 * 110],
      ['02T12', 798 + 1.998 * 120],
      ['03T00', 798 + 1.998 * 90],
      ['03T00', 975.322],
      ['03T12', 975.322],
    ])
  })
})

describe('any rows', () => {
  const closes = fc.array(fc.integer({ min: 50, max: 150 }), { minLength: 4, maxLength: 40 })

  it('are in order of time, add up, and give each bar the equity that the run has', () => {
    fc.assert(
      fc.property(closes, fc.constantFrom('days' as const, 'bars' as const), (closes, every) => {
        const fills = roundTrip.map((fill, i) => ({ ...fill, bar: i === 0 ? 1 : closes.length - 1 }))
        const run = fixtureRun({ interval: '4h', closes, fills })
        const rows = [...equityRows(run, every)]
        rows.forEach((row, i) => {
          expect(row.time).toBeGreaterThanOrEqual(rows[i - 1]?.time ?? 0)
          expect(row.equity).toBe(Number(formatUnits(row.cash)) + row.positionValue)
          expect(row.drawdown).toBeGreaterThanOrEqual(0)
        })
        expect(rows.at(-1)?.equity).toBe(run.equity.at(-1))
        if (every === 'bars') {
          // The fills are the rows behind the first bar's and behind the last bar's but one.
          const atEnds = rows.filter((_, i) => i !== 1 && i !== closes.length)
          expect(atEnds.map((row) => row.equity)).toEqual(Array.from(run.equity))
        } else {
          const midnights = rows.filter((row) => row.time % DAY_MS === 0).length
          expect(midnights).toBeGreaterThanOrEqual(Math.floor((closes.length * 4) / 24) + 1)
        }
      }),
    )
  })

  it('refuse fills that do not add up to the run’s cash and base', () => {
    const run = fixtureRun({ closes: [100, 110], fills: roundTrip.slice(0, 1) })
    const wrong = { ...run, cash: run.cash + units('0.00000001') }
    expect(() => [...equityRows(wrong, 'days')]).toThrow(
      'the fills must add up to the final 798.00000001 quote and 1.998 base, were 798 and 1.998',
    )
  })
})

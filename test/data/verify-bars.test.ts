import { describe, expect, it } from 'vitest'
import { loadBars } from '../../data/load-bars.js'
import { crossCheck, verifyBars } from '../../data/verify-bars.js'
import { resampleBars } from '../../engine/math/resample.js'
import { BAR_FLAG, type Bar, BarColumns, OPTIONAL_FIELDS } from '../../engine/model/bars.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

const START = Date.UTC(2024, 0, 1)
const MINUTE = 60_000
const GOOD = {
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 2,
  quoteVolume: 21,
  tradeCount: 4,
  takerVolume: 1,
  takerQuoteVolume: 10,
}

/** Four one-minute bars of which the third is changed after it was appended. */
function withThird(changes: Partial<Bar>, closeTimes = new Map<number, number>()) {
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval: '1m', optional: OPTIONAL_FIELDS })
  for (let i = 0; i < 4; i++) bars.append({ ...GOOD, openTime: START + i * MINUTE })
  const { flags, origin: _origin, ...values } = changes
  for (const [key, value] of Object.entries(values)) {
    const column = bars[key as keyof typeof values]
    if (column) column[2] = value
  }
  bars.flags[2] = flags ?? 0
  return verifyBars({ bars, closeTimes })
}

describe('verifyBars', () => {
  it('finds nothing in bars that are as they must be', () => {
    expect(withThird({})).toEqual([])
  })

  it.each([
    [{ openTime: START + MINUTE }, 'duplicate'],
    [{ openTime: START }, 'monotone'],
    [{ openTime: START + 2 * MINUTE + 14_789 }, 'grid'],
    [{ high: 10.5 }, 'ohlc'],
    [{ low: 0 }, 'ohlc'],
    [{ takerVolume: 2.1 }, 'taker_volume'],
    [{ takerQuoteVolume: 21.1 }, 'taker_volume'],
    [{ quoteVolume: 24.1 }, 'quote_price'],
    [{ quoteVolume: 17.9 }, 'quote_price'],
    [{ volume: 0, quoteVolume: 0, takerVolume: 0, takerQuoteVolume: 0 }, 'zero_volume'],
  ] as const)('finds %o: %s', (changes, kind) => {
    const finding = withThird(changes).find((one) => one.kind === kind)
    expect(finding).toMatchObject({ kind, count: 1 })
    const time = 'openTime' in changes ? changes.openTime : START + 2 * MINUTE
    expect(finding?.examples[0]).toContain(new Date(time).toISOString())
  })

  it('tells how long a bar with an early close was', () => {
    const time = START + 2 * MINUTE
    const [finding] = withThird({ flags: BAR_FLAG.irregularClose }, new Map([[time, time + 28_787]]))
    expect(finding).toEqual({
      kind: 'irregular_close',
      count: 1,
      examples: ['2024-01-01T00:02:00.000Z: closed after 28.788 s'],
    })
  })
})

describe('crossCheck', () => {
  it('shows the column that differs, and the bar that is missing', () => {
    const fine = new BarColumns({ symbol: 'BTCUSDT', interval: '1m' })
    for (let i = 0; i < 9; i++) fine.append({ ...GOOD, openTime: START + i * MINUTE })
    const made = resampleBars(fine, '3m')
    const coarse = new BarColumns({ symbol: 'BTCUSDT', interval: '3m' })
    coarse.append({ ...GOOD, volume: 7, openTime: START })
    coarse.append({ ...GOOD, volume: 6, openTime: START + 6 * MINUTE })
    expect(crossCheck(coarse, made, () => true)).toEqual({
      compared: 2,
      same: 1,
      lacking: 1,
      examples: [
        '2024-01-01T00:00:00.000Z: volume 7, made 6',
        '2024-01-01T00:03:00.000Z: only the shorter interval has it',
      ],
    })
  })
})

describe.skipIf(!HAS_SHARED)('real bars', () => {
  it('of four years of hours have the halt of 2023-03-24 and no fault', async () => {
    const { bars } = await loadBars({ patterns: [sharedPath('data', 'klines', 'BTCUSDT-1h.csv.gz')] })
    const kinds = verifyBars({ bars, closeTimes: new Map() }).map(({ kind, count }) => [kind, count])
    expect(kinds).toEqual([
      ['gap', 1],
      ['zero_volume', 1],
    ])
  })
})

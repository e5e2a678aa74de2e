/** Real klines load as the README beside them says: its table is the expectation. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadBars } from '../../data/load-bars.js'
import { BAR_FLAG } from '../../engine/model/bars.js'
import { formatTime, parseTime } from '../../engine/model/time.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

/** Cells of the first table of the README, one row a kline file. */
function tableRows(): readonly (readonly string[])[] {
  if (!HAS_SHARED) return [['klines/none.csv.gz']]
  return readFileSync(sharedPath('data', 'README.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| klines\/\S+ \| [A-Z]+ \| \d+[mhd] \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

describe.skipIf(!HAS_SHARED)('the shared klines', () => {
  it.each(tableRows())(
    '%s loads with the bars, gaps and oddities of its README',
    async (file = '', ...cells) => {
      const [symbol, interval, first = '', last = '', rows, gaps, zeroVolume, flat, odd] = cells
      const loaded = await loadBars({ patterns: [sharedPath('data', file)] })
      const { bars } = loaded
      const missing = loaded.gaps.reduce((sum, gap) => sum + gap.missing, 0)
      let flatBars = 0
      for (let i = 0; i < bars.length; i++) if (bars.high[i] === bars.low[i]) flatBars++
      expect({
        symbol: bars.symbol,
        interval: bars.interval,
        first: bars.openTime[0],
        last: bars.openTime[bars.length - 1],
        rows: String(bars.length),
        gaps: `${loaded.gaps.length} (${missing})`,
        zeroVolume: String(loaded.zeroVolume),
        flat: String(flatBars),
        odd: String(loaded.irregularCloses),
      }).toEqual({
        symbol,
        interval,
        first: parseTime(first),
        last: parseTime(last),
        rows,
        gaps,
        zeroVolume,
        flat,
        odd,
      })
      expect(loaded.source).toBe(file.replace('klines/', ''))
    },
  )

  it('have the optional columns that their source had, and no other', async () => {
    const load = async (name: string) =>
      (await loadBars({ patterns: [sharedPath('data', 'klines', name)] })).bars
    const whole = await load('BTCUSDT-1h.csv.gz')
    // 1640995200000,…,69879986.39049930,38608,806.06536000,37462156.91764400,0
    expect(whole.quoteVolume?.[0]).toBe(69_879_986.390_499_3)
    expect(whole.tradeCount?.[0]).toBe(38_608)
    expect(whole.takerVolume?.[0]).toBe(806.065_36)
    expect(whole.takerQuoteVolume?.[0]).toBe(37_462_156.917_644)
    const part = await load('BTCUSDT-1m-2024-12.csv.gz')
    // 1733007600000,…,638250.2950308,3577,,,
    expect(part.quoteVolume?.[0]).toBe(638_250.295_030_8)
    expect(part.tradeCount?.[0]).toBe(3577)
    expect(part.takerVolume).toBeUndefined()
    const bare = await load('BTCUSDT-1m-2021-02-19.csv.gz')
    expect([bare.quoteVolume, bare.tradeCount, bare.takerVolume, bare.takerQuoteVolume]).toEqual(
      new Array(4).fill(undefined),
    )
  })

  it('flag the halt of 2023-03-24 and report the hour behind it as missing', async () => {
    const { bars, gaps } = await loadBars({ patterns: [sharedPath('data', 'klines', 'BTCUSDT-1h.csv.gz')] })
    const halt = bars.openTime.indexOf(parseTime('2023-03-24T12:00Z') ?? 0)
    expect(bars.flags[halt]).toBe(BAR_FLAG.irregularClose)
    expect(bars.volume[halt]).toBe(0)
    expect(gaps).toEqual([
      {
        index: halt + 1,
        from: parseTime('2023-03-24T13:00Z'),
        to: parseTime('2023-03-24T14:00Z'),
        missing: 1,
      },
    ])
  })

  it('in microseconds give the times of the same rows in milliseconds', async () => {
    const { bars } = await loadBars({
      patterns: [sharedPath('data', 'defects', 'DOGEUSDT-1s-2025-01-01.us-rows.csv')],
    })
    expect(Array.from(bars.openTime.subarray(0, bars.length), formatTime)).toEqual([
      '2025-01-01T00:00:00.000Z',
      '2025-01-01T00:00:01.000Z',
      '2025-01-01T00:00:02.000Z',
    ])
    expect(bars.flags.subarray(0, 3)).toEqual(new Uint8Array(3))
  })

  it('that a spreadsheet rounded are refused by line and reason', async () => {
    const file = sharedPath('data', 'defects', 'BTCUSDT-1h-2023-11-18.excel-mangled.csv')
    expect(existsSync(file)).toBe(true)
    await expect(loadBars({ patterns: [file] })).rejects.toThrow(
      /excel-mangled\.csv line 2: column open_time: must be a time .*, was "1\.70027E\+12": a spreadsheet rounded it/,
    )
  })

  it('of one hour and of fifteen minutes agree on what an hour was', async () => {
    const hours = (await loadBars({ patterns: [sharedPath('data', 'klines', 'BTCUSDT-1h.csv.gz')] })).bars
    const quarters = (await loadBars({ patterns: [sharedPath('data', 'klines', 'BTCUSDT-15m.csv.gz')] })).bars
    let compared = 0
    for (let q = 0; q + 3 < quarters.length; q += 4) {
      const hour = hours.openTime.indexOf(quarters.openTime[q] ?? 0)
      if (hour < 0) continue
      const four = [q, q + 1, q + 2, q + 3]
      expect(hours.open[hour]).toBe(quarters.open[q])
      expect(hours.close[hour]).toBe(quarters.close[q + 3])
      expect(hours.high[hour]).toBe(Math.max(...four.map((i) => quarters.high[i] ?? 0)))
      expect(hours.low[hour]).toBe(Math.min(...four.map((i) => quarters.low[i] ?? 0)))
      compared++
    }
    // README, cross-checks: 11,668 hours.
    expect(compared).toBe(11_668)
  })
})

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../data/storage/store.js'
import { generateBars } from '../../data/synthetic.js'
import { FLAGS } from '../../engine/app/flag-table.js'
import { type DataSettings, loadData } from '../../engine/app/load-data.js'
import { BAR_FLAG } from '../../engine/model/bars.js'
import { ConfigError, DataError } from '../../engine/model/errors.js'
import { toEpochMs } from '../../engine/model/time.js'
import { START } from '../market.js'
import { temporaryFolder } from './command.js'

const MINUTE = 60_000

function settings(changes: Partial<DataSettings>): DataSettings {
  return {
    data: FLAGS.data.default,
    symbol: undefined,
    interval: undefined,
    columns: undefined,
    store: path.join(temporaryFolder(), 'store'),
    from: undefined,
    to: undefined,
    gaps: 'skip',
    seed: 1,
    ...changes,
  }
}

/** A file of one-minute bars that open at these minutes. */
function klineFile(minutes: readonly number[], name = 'BTCUSDT-1m.csv'): string {
  const file = path.join(temporaryFolder(), name)
  const rows = minutes.map((minute) => `${START + minute * MINUTE},10,12,9,11,1`)
  writeFileSync(file, rows.map((row) => `${row}\n`).join(''))
  return file
}

/** Moment of a minute of the file. */
function at(minute: number) {
  return toEpochMs(START + minute * MINUTE)
}

describe('loadData', () => {
  it('makes bars from a seed and a count', async () => {
    const data = await loadData(settings({ data: ['synthetic:7:100'] }))
    expect(data).toMatchObject({
      symbol: 'SYNTHUSDT',
      interval: '1m',
      first: 0,
      end: 100,
      sources: ['synthetic:7:100'],
    })
  })

  it('takes the run’s seed where synthetic data name none', async () => {
    const data = await loadData(settings({ data: ['synthetic'], seed: 7, interval: '1d', symbol: 'ABCUSDT' }))
    expect(data).toMatchObject({ symbol: 'ABCUSDT', interval: '1d', sources: ['synthetic:7:525600'] })
  })

  it('counts the whole range, and only the gaps within it', async () => {
    const file = klineFile([0, 1, 5, 6, 7, 9])
    const all = await loadData(settings({ data: [file] }))
    expect(all).toMatchObject({ first: 0, end: 6, from: at(0), to: at(10), gaps: 2, symbol: 'BTCUSDT' })
    expect(all.sources).toEqual(['BTCUSDT-1m.csv'])
    const some = await loadData(settings({ data: [file], from: at(2), to: at(8) }))
    expect(some).toMatchObject({ first: 2, end: 5, from: at(5), to: at(8), gaps: 0 })
    expect(some.hash.text).toBe(all.hash.text)
  })

  it.each([
    // A bar belongs to the range when its open time does and it ends by `to`: contract, section 3.7.
    [0, 10, 0, 6],
    [1, 10, 1, 6],
    [2, 10, 2, 6],
    [0, 9, 0, 5],
    [0, 2, 0, 2],
    [5, 6, 2, 3],
  ])('the range from minute %i to %i holds bars %i to %i', async (from, to, first, end) => {
    const file = klineFile([0, 1, 5, 6, 7, 9])
    expect(await loadData(settings({ data: [file], from: at(from), to: at(to) }))).toMatchObject({
      first,
      end,
    })
  })

  it('keeps out a bar that opens before `to` and ends after it', async () => {
    const file = klineFile([0, 1, 2])
    const to = toEpochMs(START + 2.5 * MINUTE)
    expect((await loadData(settings({ data: [file], to }))).end).toBe(2)
  })

  it('says what the data hold when the range holds nothing', async () => {
    const file = klineFile([0, 1, 5, 6])
    const load = loadData(settings({ data: [file], from: at(2), to: at(5) }))
    await expect(load).rejects.toThrow(ConfigError)
    await expect(load).rejects.toThrow(
      /data of BTCUSDT 1m are from 2024-01-01T00:00:00.000Z to 2024-01-01T00:07/,
    )
  })

  it('refuses gaps when asked, but not those behind the range', async () => {
    const file = klineFile([0, 1, 2, 5, 6])
    const load = loadData(settings({ data: [file], gaps: 'error' }))
    await expect(load).rejects.toThrow(DataError)
    await expect(load).rejects.toThrow(/has 1 with 2 missing bars, the first from 2024-01-01T00:03/)
    expect((await loadData(settings({ data: [file], gaps: 'error', to: at(3) }))).end).toBe(3)
  })

  it('fills gaps with flat bars when asked, and still hashes what the file holds', async () => {
    const file = klineFile([0, 1, 5, 6])
    const skip = await loadData(settings({ data: [file] }))
    const flat = await loadData(settings({ data: [file], gaps: 'flat', from: at(1) }))
    expect(flat).toMatchObject({ first: 1, end: 7, gaps: 1 })
    expect(flat.hash.text).toBe(skip.hash.text)
    expect([...flat.bars.flags.subarray(0, 7)]).toEqual([0, 0, ...Array(3).fill(BAR_FLAG.synthetic), 0, 0])
  })

  it.each([
    [['BTCUSDT'], DataError, /no file has this name, and the store .* holds nothing; fetch or import it/],
    [['nothing.csv'], DataError, /nothing\.csv/],
    [['synthetic:a'], ConfigError, /--data synthetic must be like synthetic:1:525600/],
    [['synthetic:1:0'], ConfigError, /synthetic bars/],
    [['synthetic:1:5', 'a.csv'], ConfigError, /--data must be one symbol/],
  ])('refuses %j', async (data, kind, message) => {
    const load = loadData(settings({ data }))
    await expect(load).rejects.toThrow(kind)
    await expect(load).rejects.toThrow(message)
  })

  it('takes the one interval of a symbol in the store, whatever became of other series', async () => {
    const store = path.join(temporaryFolder(), 'store')
    const bars = generateBars({ seed: 1, count: 50 })
    await openStore(store).write({ bars })
    await openStore(store).write({ bars: { ...bars, symbol: 'ABCUSDT' } })
    writeFileSync(path.join(store, 'ABCUSDT', '1m', '_manifest.json'), '{')
    expect(await loadData(settings({ store, data: [bars.symbol] }))).toMatchObject({
      interval: '1m',
      end: 50,
    })
    await expect(loadData(settings({ store, data: ['ABCUSDT'] }))).rejects.toThrow(/manifest\.json must be/)
    const odd = loadData(settings({ store, data: ['ABCUSD'] }))
    await expect(odd).rejects.toThrow(/holds ABCUSDT, .*did you mean ABCUSDT/)
  })

  it('refuses columns for bars that are made up', async () => {
    const load = loadData(settings({ data: ['synthetic:1:5'], columns: { time: 'Date' } }))
    await expect(load).rejects.toThrow('--columns is for files')
  })
})

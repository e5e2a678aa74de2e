import { describe, expect, it } from 'vitest'
import { BarsHash, hashBars } from '../../data/content-hash.js'
import { prepareLevels, reading, startLevels } from '../../engine/app/levels-thread.js'
import { loadStrategy } from '../../engine/app/load-strategy.js'
import { computeRun, partsOf } from '../../engine/app/run-once.js'
import { dataOf } from '../../notebooks/kit/memory-data.js'
import { resolveFlags } from '../../notebooks/kit/resolve-flags.js'
import { type LevelsInput, levelBlocks } from '../../reports/price-chart/level-blocks.js'
import { sampleRun } from '../reports/sample-run.js'

const { result } = sampleRun({ bars: 20_000, interval: '1m', trades: 12 })
const { bars, end, equity, fills, first } = result

const input: LevelsInput = {
  bars,
  first,
  end,
  lines: [
    { kind: 'values', decimals: 2, values: equity },
    { kind: 'drawdown', decimals: 5, values: equity },
  ],
  fillBars: fills.map(({ barIndex }) => barIndex - first),
  detail: 'trades',
  // So little of a page that minutes are kept around fills alone.
  share: 1 / 20,
  firstBlock: 3,
}

describe('a thread for levels', () => {
  it('makes what this thread makes, whatever becomes of the bars once they are read', async () => {
    const own = bars.high.slice()
    const hash = new BarsHash(bars)
    const thread = startLevels({ bars, first, end, hash })
    try {
      await reading(bars)
      bars.high.fill(1e9)
      const made = hash.text
      const overview = (await thread.make({ ...input, fillBars: [] })).overview
      bars.high.set(own)
      expect(made).toBe(hashBars(bars))
      expect(overview).toEqual(levelBlocks({ ...input, fillBars: [] }).overview)
    } finally {
      bars.high.set(own)
      await thread.end()
    }
  })

  it('makes the same blocks to the byte', async () => {
    prepareLevels()
    const thread = startLevels({ bars, first, end, hash: new BarsHash(bars) })
    const made = await thread.make(input)
    await thread.end()
    const here = levelBlocks(input)
    expect(here.window).toBeGreaterThan(0)
    expect(here.blocks.length).toBeGreaterThan(5)
    expect(made).toEqual(here)
  })

  it('that is ended before it is done says so', async () => {
    const thread = startLevels({ bars, first, end, hash: new BarsHash(bars) })
    const made = thread.make(input)
    await thread.end()
    await expect(made).rejects.toThrow('levels of the price chart must be made, their thread ended')
    expect(reading(bars)).toBeUndefined()
  })

  it('is said to read its bars while it joins them and while it makes their blocks', async () => {
    const thread = startLevels({ bars, first, end, hash: new BarsHash(bars) })
    expect(reading(sampleRun({ bars: 100 }).result.bars)).toBeUndefined()
    expect(reading(bars)).toBeDefined()
    await reading(bars)
    expect(reading(bars)).toBeUndefined()
    const made = thread.make(input)
    expect(reading(bars)).toBeDefined()
    await made
    expect(reading(bars)).toBeUndefined()
    await thread.end()
  })

  it('has read the bars before the audit of another run over them makes them others', async () => {
    const resolved = resolveFlags({ audit: 'full', rules: 'none' }, { fast: 5, slow: 20 })
    const few = sampleRun({ bars: 1000, interval: '1m' }).result.bars
    const parts = await partsOf(await loadStrategy('sma-cross'), resolved, {}, [
      dataOf(few, resolved.settings),
    ])
    const hash = new BarsHash(few)
    const thread = startLevels({ bars: few, first: 0, end: few.length, hash })
    let isRead: boolean | undefined
    await computeRun(parts, {
      onPhase: (phase) => {
        if (phase === 'audit') isRead = hash.isMade
      },
    })
    await thread.end()
    expect(isRead).toBe(true)
  })
})

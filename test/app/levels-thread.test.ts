import { describe, expect, it } from 'vitest'
import { BarsHash, hashBars } from '../../data/content-hash.js'
import { prepareLevels, startLevels } from '../../engine/app/levels-thread.js'
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
  it('makes what this thread makes, whatever becomes of the bars once they are joined', async () => {
    const own = bars.high.slice()
    const hash = new BarsHash(bars)
    const thread = startLevels({ bars, first, end, hash })
    try {
      await thread.joined()
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
    await expect(thread.joined()).rejects.toThrow('levels of the price chart must be made')
    await expect(made).rejects.toThrow('their thread ended')
  })
})

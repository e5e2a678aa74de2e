/** What failed and killed writes leave. */
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { openStore } from '../../../data/storage/store.js'
import { generateBars } from '../../../data/synthetic.js'
import { temporaryFolder } from '../../app/command.js'

const bars = () => generateBars({ seed: 5, count: 900, interval: '1h' })

it('a first write that fails leaves no folder', async () => {
  const folder = temporaryFolder()
  const wrong = bars()
  wrong.low[7] = 0
  await expect(openStore(folder).write({ bars: wrong })).rejects.toThrow('prices must be above 0')
  expect(readdirSync(folder)).toEqual([])
})

it('the next write clears the cache of what a killed one left', async () => {
  const folder = temporaryFolder()
  const store = openStore(folder)
  await store.write({ bars: bars() })
  const cache = path.join(folder, '.cache')
  const own = readdirSync(cache)
  const unfinished = path.join(cache, '.columns.old.tmp')
  for (const name of [unfinished, path.join(cache, '.columns.new.tmp'), path.join(cache, 'f0.columns')])
    writeFileSync(name, 'x')
  utimesSync(unfinished, 1, 1)
  writeFileSync(path.join(folder, 'SYNTHUSDT', '1h', '.2020-01.parquet.x.tmp'), 'x')
  await store.write({ bars: bars() })
  expect(readdirSync(cache).sort()).toEqual(['.columns.new.tmp', ...own].sort())
})

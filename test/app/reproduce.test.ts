import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../shared.js'
import { manifestIn, runInside, temporaryFolder } from './command.js'

/** A folder with inputs of a run's own, and the run made from them. */
async function madeRun(words: readonly string[] = []) {
  const folder = temporaryFolder()
  const inputs = path.join(folder, 'inputs')
  mkdirSync(inputs)
  const rows = Array.from({ length: 500 }, (_, i) => {
    const price = 100 + ((i * 37) % 23)
    return `${1704067200000 + i * 60_000},${price},${price + 2},${price - 2},${price + 1},1`
  })
  writeFileSync(path.join(inputs, 'ABCUSDT-1m.csv'), `${rows.join('\n')}\n`)
  const door = JSON.stringify(path.join(ROOT, 'engine/index.ts'))
  writeFileSync(
    path.join(inputs, 'mine.ts'),
    `import { close, crossedAbove, crossedBelow, defineStrategy, sma } from ${door}
export const mine = defineStrategy({
  name: 'mine',
  indicators: () => ({ a: sma(close, 2), b: sma(close, 5) }),
  onBar({ a, b }, { target }) {
    if (crossedAbove(a, b)) target(1)
    if (crossedBelow(a, b)) target(0)
  },
})
`,
  )
  writeFileSync(
    path.join(inputs, 'info.json'),
    JSON.stringify({
      symbols: [
        {
          symbol: 'ABCUSDT',
          baseAsset: 'ABC',
          quoteAsset: 'USDT',
          filters: [
            { filterType: 'PRICE_FILTER', minPrice: '0.1', maxPrice: '0', tickSize: '0.1' },
            { filterType: 'LOT_SIZE', minQty: '0.01', maxQty: '0', stepSize: '0.01' },
          ],
        },
      ],
    }),
  )
  const out = path.join(folder, 'run')
  const data = words.includes('--data') ? [] : ['--data', path.join(inputs, 'ABCUSDT-1m.csv')]
  const strategy = words.includes('--data') ? [] : [path.join(inputs, 'mine.ts')]
  const rules = words.includes('--data') ? [] : ['--rules', path.join(inputs, 'info.json')]
  const { code, stderr } = await runInside([
    ...strategy,
    ...data,
    ...rules,
    ...words,
    '--quiet',
    '--out',
    out,
  ])
  expect([code, stderr]).toEqual([0, ''])
  return { folder, inputs, out, manifest: path.join(out, 'manifest.json') }
}

function edit(file: string, change: (text: string) => string): void {
  const text = readFileSync(file, 'utf8')
  expect(change(text)).not.toBe(text)
  writeFileSync(file, change(text))
}

describe('--reproduce', () => {
  it('finds the rules that were kept in the store, whatever was kept since', async () => {
    const { folder, inputs } = await madeRun()
    const kept = path.join(folder, 'store', 'ABCUSDT', 'exchangeInfo')
    mkdirSync(kept, { recursive: true })
    const info = readFileSync(path.join(inputs, 'info.json'), 'utf8')
    writeFileSync(path.join(kept, '2026-02-01.json'), info)
    const words = [path.join(inputs, 'mine.ts'), '--data', path.join(inputs, 'ABCUSDT-1m.csv')]
    const out = path.join(folder, 'stored')
    const store = ['--store', path.join(folder, 'store'), '--quiet']
    const { code, stdout } = await runInside([...words, ...store, '--out', out])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /rules of 2026-02-01 \(store:ABCUSDT\/2026-02-01\) were applied to bars since 2024-01-01/,
    )
    const { settings, command } = manifestIn(out)
    expect(settings.rules).toBe('store:ABCUSDT/2026-02-01')
    expect(command).toContain('--rules store:ABCUSDT/2026-02-01')
    // Days nearer to the bars were kept since: the manifest's stand.
    writeFileSync(path.join(kept, '2024-01-01.json'), info.replace('"tickSize":"0.1"', '"tickSize":"1"'))
    const again = ['--reproduce', path.join(out, 'manifest.json'), '--data', inputs]
    const same = await runInside([...again, ...store])
    expect([same.code, same.stderr]).toEqual([0, ''])
    rmSync(path.join(kept, '2026-02-01.json'))
    const missing = await runInside([...again, ...store])
    expect(missing.code).toBe(3)
    expect(missing.stderr).toContain('2026-02-01.json')
  })

  it('of a run with rules that nobody kept passes the store by', async () => {
    const { folder, inputs } = await madeRun()
    const out = path.join(folder, 'built-in')
    const words = [path.join(inputs, 'mine.ts'), '--data', path.join(inputs, 'ABCUSDT-1m.csv')]
    const store = ['--store', path.join(folder, 'store'), '--quiet']
    expect((await runInside([...words, ...store, '--out', out])).code).toBe(0)
    const kept = path.join(folder, 'store', 'ABCUSDT', 'exchangeInfo')
    mkdirSync(kept, { recursive: true })
    cpSync(path.join(inputs, 'info.json'), path.join(kept, '2026-02-01.json'))
    const again = await runInside([
      '--reproduce',
      path.join(out, 'manifest.json'),
      '--data',
      inputs,
      ...store,
    ])
    expect([again.code, again.stderr]).toEqual([0, ''])
  })

  it('ends with 0 when every file comes out the same, and writes nothing', async () => {
    const { folder, inputs, manifest } = await madeRun()
    const before = readdirSync(folder, { recursive: true })
    const { code, stdout, stderr } = await runInside(['--reproduce', manifest, '--data', inputs, '--quiet'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^run [0-9a-f]{12} came out the same: metrics\.json, fills\.csv,/)
    expect(readdirSync(folder, { recursive: true })).toEqual(before)
  })

  it('finds inputs beside the manifest, prefers --data, and takes made-up bars from the generator', async () => {
    const { inputs, out, manifest } = await madeRun()
    cpSync(inputs, out, { recursive: true })
    expect((await runInside(['--reproduce', manifest])).code).toBe(0)
    // What --data holds is another file of that name: the one beside the manifest is tried too.
    edit(path.join(inputs, 'ABCUSDT-1m.csv'), (text) => text.replace(',1\n', ',2\n'))
    expect((await runInside(['--reproduce', manifest, '--data', inputs])).code).toBe(0)
    const synthetic = await madeRun(['--data', 'synthetic:5:2000', '-p', 'fast=5', '-p', 'slow=40'])
    const json = await runInside(['--reproduce', synthetic.manifest, '--json'])
    expect(json.code, json.stderr).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'nextbar/reproduction@1', isSame: true })
  })

  it.each([
    [
      'the data',
      'inputs/ABCUSDT-1m.csv',
      (text: string) => text.replace(',1\n', ',2\n'),
      /the data ABCUSDT-1m\.csv differs/,
    ],
    [
      'damaged data',
      'inputs/ABCUSDT-1m.csv',
      (text: string) => text.slice(0, -9),
      /the data ABCUSDT-1m\.csv differs: .*line 500/,
    ],
    ['the strategy', 'inputs/mine.ts', (text: string) => `${text}\n`, /the strategy mine\.ts differs/],
    [
      'the rules',
      'inputs/info.json',
      (text: string) => text.replace('"0.1"}', '"0.2"}'),
      /the rules info\.json differs/,
    ],
    [
      'a table',
      'run/fills.csv',
      (text: string) => text.replace('BUY', 'BUi'),
      /fills\.csv differs: the file beside/,
    ],
    [
      'a hash',
      'run/manifest.json',
      (text: string) => text.replace(/("equity.csv": ")./, '$1x'),
      /equity\.csv differs/,
    ],
    [
      'a setting',
      'run/manifest.json',
      (text: string) => text.replace('"alpha": 0.5', '"alpha": 0.6'),
      /metrics\.json differs/,
    ],
    [
      'a count',
      'run/manifest.json',
      (text: string) => text.replace('"bars": 500', '"bars": 501'),
      /manifest\.json differs: data/,
    ],
    [
      'a file too many',
      'run/manifest.json',
      (text: string) => text.replace('"files": {', '"files": {"x": "1",'),
      /x differs/,
    ],
  ])('ends with 5 and names it when %s differs', async (_what, file, change, message) => {
    const { folder, inputs, manifest } = await madeRun()
    edit(path.join(folder, file), change)
    const { code, stdout, stderr } = await runInside(['--reproduce', manifest, '--data', inputs, '--quiet'])
    expect([code, stdout]).toEqual([5, ''])
    expect(stderr).toMatch(message)
  })

  it.each(['ABCUSDT-1m.csv', 'mine.ts', 'info.json'])('ends with 3 when %s is not found', async (name) => {
    const { inputs, manifest } = await madeRun()
    rmSync(path.join(inputs, name))
    const { code, stdout, stderr } = await runInside(['--reproduce', manifest, '--data', inputs])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain(`the run's input ${name} must be in one of`)
  })

  it('says that the engine is another, and lets the files decide', async () => {
    const { inputs, manifest, out } = await madeRun()
    const { engine } = manifestIn(out)
    edit(manifest, (text) => text.replace(engine, '0.0.9+000000000000'))
    const { code, stderr } = await runInside(['--reproduce', manifest, '--data', inputs])
    // The same engine computed the same files: only its name in the manifest is another.
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('warning: the run was made by engine 0.0.9+000000000000, this is')
  })

  it('ends with 3 when there is no manifest, and 2 on flags that would make another run', async () => {
    expect((await runInside(['--reproduce', path.join(temporaryFolder(), 'manifest.json')])).code).toBe(3)
    const folder = temporaryFolder()
    const bare = await runInside(['--reproduce', folder])
    expect([bare.code, bare.stderr]).toEqual([
      3,
      expect.stringContaining('is a folder; it holds no manifest.json'),
    ])
    writeFileSync(path.join(folder, 'manifest.json'), '')
    expect((await runInside(['--reproduce', folder])).stderr).toContain(
      `is a folder; name ${path.join(folder, 'manifest.json')}`,
    )
    const other = await runInside(['--reproduce', 'manifest.json', '--alpha', '1'])
    expect(other.code).toBe(2)
    expect(other.stderr).toContain('--alpha must not stand beside --reproduce')
    const file = await runInside(['--reproduce', 'manifest.json', '--data', import.meta.filename])
    expect(file.code).toBe(2)
  })
})

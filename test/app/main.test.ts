import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { METRIC_KEYS } from '../../engine/math/metrics/metric-table.js'
import { ROOT } from '../shared.js'
import { manifestIn, runInside, temporaryFolder } from './command.js'

const SMALL = ['--data', 'synthetic:1:3000', '-p', 'fast=5', '-p', 'slow=40'] as const

function strategyFile(folder: string, body: string): string {
  const file = path.join(folder, 'mine.ts')
  const door = JSON.stringify(path.join(ROOT, 'engine/index.ts'))
  writeFileSync(file, `import { defineStrategy } from ${door}\nexport const mine = ${body}\n`)
  return file
}

describe('main', () => {
  it('prints the help, whatever else is said', async () => {
    const { code, stdout, stderr } = await runInside(['--help', '--alpah'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('npx tsx run-backtest.ts [strategy] [flags]')
  })

  it('prints one JSON document when asked', async () => {
    const out = path.join(temporaryFolder(), 'run')
    const { code, stdout, stderr } = await runInside([...SMALL, '--json', '--quiet', '--out', out])
    expect([code, stderr]).toEqual([0, ''])
    const summary = JSON.parse(stdout)
    const { schema: _schema, files: _files, ...head } = manifestIn(out)
    expect(summary).toMatchObject({
      schema: 'nextbar/run-summary@1',
      ...head,
      out,
      report: `${out}/report.html`,
    })
    const written = JSON.parse(readFileSync(path.join(out, 'metrics.json'), 'utf8'))
    expect([summary.metrics, summary.provenance]).toEqual([written.values, written.provenance])
    expect(written.provenance.by_origin).toEqual({ synthetic: 1 })
    expect(Object.keys(summary.metrics)).toEqual([...METRIC_KEYS])
    expect(summary.warnings).toContainEqual(expect.stringMatching(/^Only 2 days/))
  })

  it('adds results at other costs where they are asked for, and changes nothing else', async () => {
    const folder = temporaryFolder()
    const [plain, asked] = [path.join(folder, 'plain'), path.join(folder, 'asked')]
    await runInside([...SMALL, '--quiet', '--out', plain])
    const { code, stdout } = await runInside([...SMALL, '--sensitivity', '--json', '--quiet', '--out', asked])
    expect(code).toBe(0)
    const { metrics, sensitivity } = JSON.parse(stdout)
    expect(sensitivity).toMatchObject({ method: 'decisions', alphas: [0, 0.25, 0.5, 0.75, 1] })
    expect(sensitivity.layers[0].cells[2][2].net_return).toBe(metrics.net_return)
    expect(sensitivity.layers[0].cells[2][2].trades).toBe(metrics.trades)
    const { 'report.html': page, ...tables } = manifestIn(asked).files
    expect(manifestIn(plain).files).toMatchObject(tables)
    expect(manifestIn(plain).files['report.html']).not.toBe(page)
    expect(readFileSync(path.join(asked, 'report.html'), 'utf8')).toContain('At other costs')
    const again = await runInside(['--reproduce', path.join(asked, 'manifest.json'), '--quiet'])
    expect([again.code, again.stderr]).toEqual([0, ''])
  })

  it('carries the same warnings in the terminal, in JSON and in the report', async () => {
    const out = path.join(temporaryFolder(), 'run')
    const table = await runInside([...SMALL, '--out', out])
    const json = await runInside([...SMALL, '--out', out, '--json'])
    const { warnings } = JSON.parse(json.stdout)
    const shown = table.stdout.split('\n').filter((line) => line.startsWith('  ! '))
    expect(shown).toEqual(warnings.map((warning: string) => `  ! ${warning}`))
    const report = readFileSync(path.join(out, 'report.html'), 'utf8')
    for (const warning of warnings) expect(report).toContain(warning.replaceAll("'", '&#39;'))
  })

  it('hides figures a year of a short run', async () => {
    const { stdout } = await runInside([...SMALL, '--out', path.join(temporaryFolder(), 'run')])
    expect(stdout).toMatch(/CAGR +hidden: only 2 days\n/)
    expect(stdout).toMatch(/Sharpe +hidden: only 2 days\n/)
  })

  it('paints only when asked where there is no terminal', async () => {
    const out = path.join(temporaryFolder(), 'run')
    const plain = await runInside([...SMALL, '--out', out])
    const painted = await runInside([...SMALL, '--out', out], { FORCE_COLOR: '1' })
    expect(plain.stdout).not.toContain('\u001b')
    expect(painted.stdout).toContain('\u001b[')
    expect(stripVTControlCharacters(painted.stdout)).toBe(plain.stdout)
  })

  it('shows every setting and where it came from, and runs nothing', async () => {
    const folder = temporaryFolder()
    const config = path.join(folder, 'own.toml')
    writeFileSync(config, 'clamp = "bar"\n[param]\nslow = 600\n')
    const words = ['--show-config', '--config', config, '--cash', '250', '-p', 'fast=60']
    const table = await runInside(words, { NEXTBAR_ALPHA: '0.25' })
    expect(table.code).toBe(0)
    for (const row of [
      /^cash +250 +flag$/m,
      /^alpha +0\.25 +environment$/m,
      /^clamp +bar +own\.toml$/m,
      /^atr-period +14 +default$/m,
      /^from +none +default$/m,
      /^param fast +60 +flag$/m,
      /^param slow +600 +own\.toml$/m,
    ]) {
      expect(table.stdout).toMatch(row)
    }
    const json = await runInside([...words, '--json'], { NEXTBAR_ALPHA: '0.25' })
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: 'nextbar/config@1',
      settings: {
        cash: { value: 250, origin: 'flag' },
        alpha: { value: 0.25, origin: 'environment' },
        from: { value: null, origin: 'default' },
      },
      params: { fast: { value: 60, origin: 'flag' }, slow: { value: 600, origin: 'own.toml' } },
    })
    expect(readdirSync(folder)).toEqual(['own.toml'])
  })

  it.each([
    [
      "defineStrategy({ name: 'mine', onBar() { throw new Error('at bar') } })",
      /mine must not throw.*at bar/,
    ],
    [
      "defineStrategy({ name: 'mine', state: () => { throw new Error('at start') }, onBar() {} })",
      /at start/,
    ],
    [
      "defineStrategy({ name: 'mine', allow: () => { throw new Error('in allow') }, onBar() {} })",
      /in allow/,
    ],
    ["defineStrategy({ name: 'mine', onBar(_i, { target }) { target(3) } })", /weight of target must be/],
    [
      "defineStrategy({ name: 'mine', onBar(_i, { target }) { target('1') } })",
      /between 0 and 1, was string 1/,
    ],
    [
      "defineStrategy({ name: 'mine', onBar(_i, { target }) { target(null) } })",
      /between 0 and 1, was object null/,
    ],
    [
      "defineStrategy({ name: 'mine', onBar(_i, { buy }) { buy({ quote: 50, quantity: 1 }) } })",
      /its quantity or its quote, gives both/,
    ],
    [
      "defineStrategy({ name: 'mine', state: () => ({ f: () => 1 }), onBar() {} })",
      /a strategy's state must be plain data/,
    ],
  ])('ends with 4 when the strategy throws: %s', async (body, message) => {
    const folder = temporaryFolder()
    const file = strategyFile(folder, body)
    const out = path.join(folder, 'run')
    const { code, stdout, stderr } = await runInside([
      file,
      '--data',
      'synthetic:1:100',
      '--quiet',
      '--out',
      out,
    ])
    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toMatch(message)
    expect(readdirSync(folder)).toEqual(['mine.ts'])
  })

  it('sells what is left on the last close when asked, and the tables add up', async () => {
    const out = path.join(temporaryFolder(), 'run')
    const words = ['buy-and-hold', '--data', 'synthetic:1:100', '--close-at-end', '--quiet', '--out', out]
    const { code, stderr } = await runInside(words)
    expect([code, stderr]).toEqual([0, ''])
    const rows = readFileSync(path.join(out, 'trades.csv'), 'utf8').trimEnd().split('\n')
    expect(rows).toHaveLength(2)
    const last = readFileSync(path.join(out, 'equity.csv'), 'utf8').trimEnd().split('\n').at(-1)?.split(',')
    expect(last?.[0]).toBe('2020-01-01T01:40:00.000Z')
    // What the step cut off the sale stays as dust.
    expect(Number(last?.[3])).toBeLessThan(1)
    expect(Number(last?.[2])).toBeGreaterThan(9000)
  })

  it('refuses an --out that holds something else before it does any work', async () => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'precious'), '')
    const { code, stderr } = await runInside([...SMALL, '--out', folder])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: --out must be a new folder/)
  })

  it('runs fewer bars than the warm-up needs, and says that the strategy was never called', async () => {
    const out = path.join(temporaryFolder(), 'run')
    const { code, stdout } = await runInside(['--data', 'synthetic:1:50', '--out', out])
    expect(code).toBe(0)
    expect(stdout).toContain('! The strategy was never called: 50 bars are fewer than its warm-up needs.')
    expect(readFileSync(path.join(out, 'fills.csv'), 'utf8').split('\n')).toHaveLength(2)
    expect(readFileSync(path.join(out, 'metrics.json'), 'utf8')).toContain('"sharpe": null')
  })

  it('warns on stderr of an environment variable that names nothing, unless it is to be quiet', async () => {
    const words = ['--show-config']
    const loud = await runInside(words, { NEXTBAR_APLHA: '1' })
    expect(loud.stderr).toBe('warning: NEXTBAR_APLHA names no setting; did you mean NEXTBAR_ALPHA?\n')
    expect((await runInside([...words, '--quiet'], { NEXTBAR_APLHA: '1' })).stderr).toBe('')
  })

  it('takes a file of another layout by its columns', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'prices.csv')
    const rows = Array.from(
      { length: 40 },
      (_, i) => `2024-01-01T00:${String(i).padStart(2, '0')}:00Z,9,12,8,10,3`,
    )
    writeFileSync(file, `Date,O,H,L,C,V\n${rows.join('\n')}\n`)
    const columns = 'time=Date,open=O,high=H,low=L,close=C,volume=V'
    const words = [
      'buy-and-hold',
      '--data',
      file,
      '--symbol',
      'ABCUSDT',
      '--interval',
      '1m',
      '--columns',
      columns,
    ]
    const out = path.join(folder, 'run')
    const { code, stdout, stderr } = await runInside([...words, '--out', out])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('! No exchange rules are known for ABCUSDT')
    const { settings, data } = manifestIn(out)
    expect(settings).toMatchObject({ symbol: 'ABCUSDT', interval: '1m', rules: 'unknown' })
    expect(settings.columns).toBe('close=C,high=H,low=L,open=O,time=Date,volume=V')
    expect(data[0]).toMatchObject({ source: 'prices.csv', bars: 40 })
  })
})

describe('--run', () => {
  it('runs again what a run folder says', async () => {
    const folder = temporaryFolder()
    const [one, two] = [path.join(folder, 'one'), path.join(folder, 'two')]
    const words = [
      ...SMALL,
      '--alpha',
      '0.2',
      '--fee-asset=quote',
      '--from',
      '2020-01-01T05:00Z',
      '--rules',
      'none',
    ]
    await runInside([...words, '--out', one])
    const { code, stderr } = await runInside(['--run', one, '--out', two, '--quiet'])
    expect([code, stderr]).toEqual([0, ''])
    expect(manifestIn(two)).toEqual(manifestIn(one))
  })

  it('lets explicit flags win', async () => {
    const folder = temporaryFolder()
    const [one, two] = [path.join(folder, 'one'), path.join(folder, 'two')]
    await runInside([...SMALL, '--alpha', '0.2', '--symbol', 'ABCUSDT', '--out', one])
    const words = ['--run', one, '--out', two, '--alpha', '0.3', '-p', 'fast=6', '--data', 'synthetic:2:2000']
    expect((await runInside([...words, '--quiet'])).code).toBe(0)
    expect(manifestIn(two)).toMatchObject({
      params: { fast: 6, slow: 40 },
      settings: { alpha: 0.3, symbol: null },
      data: [{ symbol: 'SYNTHUSDT', source: 'synthetic:2:2000' }],
    })
  })

  it('finds its strategy and data beside it, and misses them in the loaders’ words', async () => {
    const folder = temporaryFolder()
    const inputs = path.join(folder, 'inputs')
    mkdirSync(inputs)
    const file = path.join(inputs, 'BTCUSDT-1m.csv')
    const rows = Array.from({ length: 60 }, (_, i) => `${1704067200000 + i * 60_000},10,12,9,11,1`)
    writeFileSync(file, `${rows.join('\n')}\n`)
    const strategy = strategyFile(
      inputs,
      "defineStrategy({ name: 'mine', onBar(_i, { target }) { target(1) } })",
    )
    const out = path.join(folder, 'run')
    expect((await runInside([strategy, '--data', file, '--out', out, '--quiet'])).code).toBe(0)
    const missing = await runInside(['--run', out, '--out', path.join(folder, 'two')])
    expect(missing.code).toBe(2)
    expect(missing.stderr).toMatch(/no strategy file is at mine\.ts/)
    for (const name of ['mine.ts', 'BTCUSDT-1m.csv']) {
      writeFileSync(path.join(out, name), readFileSync(path.join(inputs, name)))
    }
    const again = await runInside(['--run', out, '--out', path.join(folder, 'two'), '--quiet'])
    expect([again.code, again.stderr]).toEqual([0, ''])
    expect(manifestIn(path.join(folder, 'two')).runId).toBe(manifestIn(out).runId)
    expect(existsSync(path.join(folder, 'two', 'mine.ts'))).toBe(false)
  })
})

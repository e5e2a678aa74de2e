import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../../engine/app/canonical-json.js'
import { readRun } from '../../../engine/app/report/read-run.js'
import { returnsOf } from '../../../engine/math/metrics/daily-marks.js'
import { sharpe } from '../../../engine/math/metrics/return-ratios.js'
import { compareRuns } from '../../../reports/comparison.js'
import { manifestIn, runInside, temporaryFolder } from '../command.js'
import { makeRun, reportInside } from './report-command.js'

let runs: string
let a: string
let b: string

beforeAll(async () => {
  runs = mkdtempSync(path.join(tmpdir(), 'nextbar-report-'))
  a = await makeRun(runs, 'a')
  b = await makeRun(runs, 'b', { fast: 30 })
}, 60_000)

afterAll(() => rmSync(runs, { recursive: true, force: true }))

const textOf = (folder: string, name: string): string => readFileSync(path.join(folder, name), 'utf8')

/** A copy of a run of a test's own. */
function copyOf(run: string): string {
  const copy = path.join(temporaryFolder(), 'run')
  cpSync(run, copy, { recursive: true })
  return copy
}

/** Changes a file of a run and its hash in the manifest, as someone hostile could. */
function forge(run: string, name: string, change: (text: string) => string): void {
  const text = change(textOf(run, name))
  writeFileSync(path.join(run, name), text)
  const manifest = manifestIn(run)
  const files = { ...manifest.files, [name]: sha256(text) }
  writeFileSync(path.join(run, 'manifest.json'), JSON.stringify({ ...manifest, files }))
}

it('the report of a run folder has no other metric than metrics.json beside it', () => {
  for (const run of [a, b]) {
    const { values, risk_multiples: risk } = JSON.parse(textOf(run, 'metrics.json'))
    const told = [
      ...textOf(run, 'report.html').matchAll(/<data[^>]* data-(metric|risk)="(\w+)" value="([^"]*)">/g),
    ]
    const wrong = told.filter(([, kind, key = '', value = '']) => {
      const expected = (kind === 'risk' ? risk : values)[key]
      return expected === undefined || (expected === null ? '' : String(expected)) !== value
    })
    expect(wrong.map(([tag]) => tag)).toEqual([])
    expect(new Set(told.map(([, , key]) => key))).toEqual(new Set(Object.keys(values)))
  }
})

describe('a run that is drawn again', () => {
  it('gets back the report that was lost, to the byte', async () => {
    const run = copyOf(a)
    rmSync(path.join(run, 'report.html'))
    const { code, stdout } = await reportInside([run, '--quiet'])
    expect(code).toBe(0)
    expect(stdout).toContain('came out the same to the byte')
    for (const name of readdirSync(a)) expect(textOf(run, name)).toBe(textOf(a, name))
  })

  it('names the new report in the manifest where it has another look, so that it reproduces', async () => {
    const run = copyOf(a)
    forge(run, 'report.html', () => 'an older look')
    const { code, stdout } = await reportInside([path.join(run, 'manifest.json'), '--json', '--quiet'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'nextbar/report@1', isSame: false })
    expect(manifestIn(run)).toEqual(manifestIn(a))
    expect((await runInside(['--reproduce', path.join(run, 'manifest.json'), '--quiet'])).code).toBe(0)
  })

  it('writes the page elsewhere with --out, as a file or into a folder, and leaves the run alone', async () => {
    const folder = temporaryFolder()
    for (const out of [path.join(folder, 'x.html'), folder]) {
      expect((await reportInside([a, '--out', out, '--quiet'])).code).toBe(0)
    }
    expect(readdirSync(folder).sort()).toEqual(['report.html', 'x.html'])
    expect(textOf(folder, 'x.html')).toBe(textOf(a, 'report.html'))
  })

  it('finds its data beside the manifest or in --data, and says which it misses', async () => {
    const folder = temporaryFolder()
    const csv = path.join(folder, 'BTCUSDT-1m-2024.csv')
    const rows = Array.from({ length: 3000 }, (_, i) => {
      const price = 100 + ((i * 7919) % 50) / 10
      return [
        Date.UTC(2024, 0, 1) + i * 60_000,
        price,
        price + 1,
        price - 1,
        price,
        5,
        Date.UTC(2024, 0, 1) + i * 60_000 + 59_999,
        500,
        3,
        2,
        200,
        0,
      ].join(',')
    })
    writeFileSync(csv, `${rows.join('\n')}\n`)
    const run = await makeRun(folder, 'run', { words: ['--data', csv] })
    const missing = await reportInside([run, '--quiet'])
    expect(missing.code).toBe(3)
    expect(missing.stderr).toContain('BTCUSDT-1m-2024.csv')
    expect(missing.stdout).toBe('')
    expect((await reportInside([run, '--data', folder, '--quiet'])).code).toBe(0)
  })

  it('refuses a damaged table before it computes anything', async () => {
    const run = copyOf(a)
    writeFileSync(path.join(run, 'trades.csv'), 'nonsense')
    const { code, stderr, stdout } = await reportInside([run])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain('trades.csv must be the file that manifest.json names')
    expect(textOf(run, 'trades.csv')).toBe('nonsense')
  })

  it('does not write what another table came out for', async () => {
    const run = copyOf(a)
    forge(run, 'fills.csv', (text) => text.replace('BUY', 'SELL'))
    const before = textOf(run, 'manifest.json')
    const { code, stderr } = await reportInside([run, '--quiet'])
    expect(code).toBe(5)
    expect(stderr).toContain('fills.csv differs')
    expect(textOf(run, 'manifest.json')).toBe(before)
  })
})

describe('a list of runs', () => {
  it('shows every run and writes a page with a link to each', async () => {
    const { code, stdout } = await reportInside(['list', runs])
    expect(code).toBe(0)
    expect(stdout).toContain('fast=20 slow=200')
    expect(stdout).toContain('fast=30 slow=200')
    const page = textOf(runs, 'index.html')
    expect(page).toContain('href="./a/report.html"')
    expect(page).toContain('href="./b/report.html"')
  })

  it('sorts by a metric, the best first, and tells programs', async () => {
    const { stdout } = await reportInside(['list', runs, '--sort', 'net_return', '--json'])
    const list = JSON.parse(stdout)
    expect(list.schema).toBe('nextbar/run-list@1')
    const returns: number[] = list.runs.map(
      (run: { metrics: { net_return: number } }) => run.metrics.net_return,
    )
    expect(returns).toHaveLength(2)
    expect(returns).toEqual(returns.toSorted((x, y) => y - x))
    expect(returns).toContain(JSON.parse(textOf(a, 'metrics.json')).values.net_return)
    const costs = JSON.parse((await reportInside(['list', runs, '--sort', 'max_drawdown', '--json'])).stdout)
    const depths: number[] = costs.runs.map(
      (run: { metrics: { max_drawdown: number } }) => run.metrics.max_drawdown,
    )
    expect(depths).toEqual(depths.toSorted((x, y) => x - y))
  })

  it('names and skips what is foreign or damaged', async () => {
    const folder = temporaryFolder()
    cpSync(a, path.join(folder, 'good'), { recursive: true })
    cpSync(a, path.join(folder, 'torn'), { recursive: true })
    writeFileSync(path.join(folder, 'torn', 'metrics.json'), '{')
    cpSync(a, path.join(folder, 'broken'), { recursive: true })
    writeFileSync(path.join(folder, 'broken', 'manifest.json'), '{}')
    mkdirSync(path.join(folder, 'photos'))
    const { code, stdout, stderr } = await reportInside(['list', folder])
    expect(code).toBe(0)
    expect(stdout.match(/sma-cross/g)).toHaveLength(1)
    for (const name of ['torn', 'broken', 'photos'])
      expect(stderr).toContain(`skipped ${path.join(folder, name)}: `)
    expect(textOf(folder, 'index.html')).toContain('Left out (3)')
    expect((await reportInside(['list', folder, '--quiet'])).stderr).toBe('')
  })

  it('of an empty folder is empty, of no folder is an error', async () => {
    expect((await reportInside(['list', temporaryFolder()])).stdout).toContain('no runs')
    const none = await reportInside(['list', path.join(runs, 'nowhere')])
    expect([none.code, none.stdout]).toEqual([3, ''])
  })
})

describe('a comparison', () => {
  it('says what differs, and writes the same page every time', async () => {
    const out = path.join(temporaryFolder(), 'deep', 'compare.html')
    const { code, stdout } = await reportInside([a, b, '--out', out])
    expect(code).toBe(0)
    expect(stdout).toMatch(/what differs\s+A\s+B\n.*parameter fast\s+20\s+30\n/)
    expect(stdout).toContain(`page  ${out}`)
    const first = readFileSync(out, 'utf8')
    await reportInside([a, b, '--out', out])
    expect(readFileSync(out, 'utf8')).toBe(first)
    expect(readdirSync(path.dirname(out))).toEqual(['compare.html'])
  })

  it('tells programs the values that metrics.json has', async () => {
    const out = path.join(temporaryFolder(), 'compare.html')
    const json = JSON.parse((await reportInside([a, b, '--out', out, '--json', '--compat'])).stdout)
    expect(json.schema).toBe('nextbar/comparison@1')
    const [one, other] = [a, b].map((run) => JSON.parse(textOf(run, 'metrics.json')).values)
    for (const key of ['net_return', 'sharpe', 'trades', 'fees']) {
      expect(json.metrics[key].values).toEqual([one[key], other[key]])
    }
    expect(json.metrics.net_return.deltas[1]).toBe(other.net_return - one.net_return)
    expect(json.metrics.net_return.best).toEqual([one.net_return > other.net_return ? 'A' : 'B'])
    const { trades } = json.pairs[0]
    expect(trades.same + trades['other prices'] + trades['other exit'] + trades['only A']).toBe(one.trades)
    expect(trades.same + trades['other prices'] + trades['other exit'] + trades['only B']).toBe(other.trades)
    expect(json.compat[0].tools[0]).toMatchObject({ tool: 'Nextbar', sharpe: one.sharpe })
  })

  it('finds all trades the same when only the rows of equity differ', async () => {
    const bars = await makeRun(temporaryFolder(), 'bars', { words: ['--equity', 'bars'] })
    const [one, other] = [readRun(a), readRun(bars)]
    const { pairs } = compareRuns([one, other], 1)
    expect(pairs[0]?.trades.counts).toMatchObject({ same: one.trades.length, 'only A': 0, 'only B': 0 })
    expect(pairs[0]?.interval).toMatchObject({ mean: 0, low: 0, high: 0 })
    expect([...other.days.equity]).toEqual([...one.days.equity])
    expect(other.marks.times.length).toBe(60_000)
  })

  it('reads daily marks back such that the Sharpe ratio is that of metrics.json', () => {
    for (const folder of [a, b]) {
      const run = readRun(folder)
      expect(sharpe(returnsOf(run.days.equity))).toBeCloseTo(run.metrics.sharpe, 12)
      expect(run.trades).toHaveLength(run.metrics.trades)
      expect(run.rows.times.length).toBe(textOf(folder, 'equity.csv').split('\n').length - 2)
    }
  })

  it('says in words that symbols and ranges differ, and compares the days that both have', async () => {
    const folder = temporaryFolder()
    const late = await makeRun(folder, 'late', {
      words: ['--data', 'synthetic:2:60000', '--from', '2020-01-11'],
    })
    const out = path.join(folder, 'compare.html')
    const { stdout } = await reportInside([a, late, '--out', out, '--json'])
    const json = JSON.parse(stdout)
    expect(json.notes.join(' ')).toContain('The ranges differ')
    expect(json.shared).toEqual({ from: '2020-01-11T00:00:00.000Z', to: '2020-02-11T00:00:00.000Z' })
    expect(json.pairs[0].dailyReturnDifference.count).toBe(31)
    expect(json.metrics.net_profit.best).toEqual([])
    const other = readRun(a)
    const eth = { ...other, symbols: ['SYNTHUSDT', 'ETHUSDT'] }
    const { notes, metrics } = compareRuns([other, eth], 1)
    expect(notes.join(' ')).toContain('The symbols differ (A SYNTHUSDT, B SYNTHUSDT, ETHUSDT)')
    expect(metrics.find(({ key }) => key === 'net_profit')?.cells[1]?.delta).toBeNaN()
  })

  it('says so when no day is shared', () => {
    const one = readRun(a)
    const move = 400 * 86_400_000
    const later = {
      ...one,
      data: { ...one.data, from: one.data.from + move, to: one.data.to + move },
      days: { ...one.days, times: one.days.times.map((time) => time + move) },
    }
    const { notes, shared, pairs } = compareRuns([one, later], 1)
    expect(shared).toBeUndefined()
    expect(notes.join(' ')).toContain('share no two midnights')
    expect(pairs[0]?.interval.count).toBe(0)
  })
})

describe('ratios as other tools have them', () => {
  it('prints every tool and its formulas', async () => {
    const { code, stdout } = await reportInside([a, '--compat'])
    expect(code).toBe(0)
    for (const tool of [
      'Nextbar',
      'quantstats',
      'freqtrade, trades',
      'freqtrade, wallet',
      'backtesting.py',
      'vectorbt, daily',
    ]) {
      expect(stdout).toMatch(
        new RegExp(`^  ${tool.replace('.', '\\.')}\\s+\\S+\\s+\\S+\\s+\\S+\\s+\\S+%$`, 'm'),
      )
    }
    expect(stdout).toContain('mean(r) ÷ std(r) · √252')
  })

  it('agrees with ours where the definition is the same', async () => {
    const { tools } = JSON.parse((await reportInside([a, '--compat', '--json'])).stdout)
    const values = JSON.parse(textOf(a, 'metrics.json')).values
    const daily = tools.find(({ tool }: { tool: string }) => tool === 'vectorbt, daily')
    expect(daily.sharpe).toBeCloseTo(values.sharpe, 10)
    expect(daily.sortino).toBeCloseTo(values.sortino, 10)
  })
})

describe('words that are not right', () => {
  const ended = async (...words: string[]) => {
    const { code, stdout, stderr } = await reportInside(words)
    expect(stdout).toBe('')
    return `${code} ${stderr}`
  }

  it.each([
    [[], /^2 error: a run folder must be named/],
    [['--jsn'], /^2 .*did you mean --json\?/],
    [['list', '--sort', 'shrape'], /^2 .*did you mean sharpe\?/],
    [['list', 'x', 'y'], /^2 .*list takes one folder/],
    [['lst'], /^3 .*did you mean list\?/],
    [['1', '2', '3', '4', '5', '6', '7'], /^2 .*at most 6 runs/],
    [['x', '--sort', 'sharpe'], /^2 .*--sort must not stand here/],
    [['x', '--out'], /^2 .*--out must be followed by FILE/],
    [['x', 'y', '--seed', '-1'], /^2 .*--seed must be/],
  ])('%j', async (words, expected) => {
    expect(await ended(...words)).toMatch(expected)
  })

  it('offers the nearest run for a mistyped folder', async () => {
    cpSync(a, path.join(runs, 'goodrun'), { recursive: true })
    expect(await ended(path.join(runs, 'goodrum'))).toContain(`did you mean ${runs}/goodrun?`)
    rmSync(path.join(runs, 'goodrun'), { recursive: true })
  })

  it('says what a folder of runs is for', async () => {
    expect(await ended(runs)).toMatch(/^3 .*has no manifest.json; it holds 2 runs/)
  })

  it('refuses a run beside itself, and a folder as a page', async () => {
    expect(await ended(a, `${a}/`)).toMatch(/^2 .*named twice/)
    expect(await ended(a, b, '--out', runs)).toMatch(/^2 .*is a folder/)
  })

  it('refuses a damaged run and leaves no page', async () => {
    const run = copyOf(b)
    forge(run, 'equity.csv', (text) => text.replace(',10000,', ',many,'))
    const out = path.join(temporaryFolder(), 'compare.html')
    expect(await ended(a, run, '--out', out)).toMatch(
      /^3 .*equity in row \d+ of .*equity.csv must be a number/,
    )
    expect(readdirSync(path.dirname(out))).toEqual([])
  })

  it('prints help with an example', async () => {
    const { code, stdout } = await reportInside(['--help'])
    expect(code).toBe(0)
    for (const flag of ['--data DIR', '--out FILE', '--sort KEY', '--compat', '--seed'])
      expect(stdout).toContain(flag)
  })
})

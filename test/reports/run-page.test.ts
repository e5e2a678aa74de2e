import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { isMetricKey, METRIC_KEYS, METRICS } from '../../engine/math/metrics/metric-table.js'
import { metricsJson } from '../../engine/math/metrics/run-metrics.js'
import { BAR_FLAG, BarColumns, ORIGINS } from '../../engine/model/bars.js'
import { formatFixed } from '../../reports/format-number.js'
import { formatMetric } from '../../reports/print-metric.js'
import { renderRunPage } from '../../reports/run-page.js'
import { type SampleOptions, sampleRun, sampleSweep } from './sample-run.js'

const render = (options: SampleOptions = {}): Promise<string> => renderRunPage(sampleRun(options))

/** The text a reader sees, without tags, entities of the five characters read back, spaces joined. */
/** The page without its script and without the chart's columns, which are any characters. */
function withoutData(page: string): string {
  return page.replace(
    /<script id="price-script">[\s\S]*?<\/script>|<script type="[a-z/]+" id="price-[a-z0-9-]+">[\s\S]*?<\/script>/g,
    '',
  )
}

function textOf(page: string): string {
  return withoutData(page)
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(
      /&(amp|lt|gt|quot|#39);/g,
      (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'",
    )
    .replace(/\s+/g, ' ')
}

const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** How many rows the body of the table with this caption has. */
function rowsOf(page: string, caption: string): number {
  const table = page.split(`<caption>${caption}</caption>`)[1]?.split('</table>')[0] ?? ''
  return table.split('<tbody>')[1]?.match(/<tr[ >]/g)?.length ?? 0
}

describe('a run page', () => {
  let page: string
  let text: string
  const input = sampleRun({ bars: 24 * 120, trades: 24 })

  beforeAll(async () => {
    page = await renderRunPage(input)
    text = textOf(page)
  })

  it('says which run it is and how to run it again', () => {
    for (const part of [
      'sma-cross',
      'fast=12',
      'slow=48',
      'BTCUSDT 1h 2024-01-01 00:00 to 2024-04-30 00:00 UTC 2,880 bars, 2 gaps',
      'sma-cross.ts 7d7d7d7d7d7d',
      'BTCUSDT-1h-2024.csv c0ffeec0ffee',
      'maker 0.100%, taker 0.100%, from what is received',
      '0.5 × ATR(14) of the bar that fills, not clamped',
      '0.1.0 9c41d07be2aa',
      '5f0c9a1e77d2',
      'npx tsx run-backtest.ts sma-cross --data BTCUSDT-1h-2024.csv -p fast=12 -p slow=48',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('prints the verdict from the metrics, with buy and hold beside it', () => {
    const { values } = input.metrics
    const percent = (fraction: number) => `${(fraction * 100).toFixed(2).replace('-', '−')}%`
    expect(text).toContain(`Net return ${values.net_return > 0 ? '+' : ''}${percent(values.net_return)}`)
    expect(text).toContain(`hold ${percent(values.buy_hold_return)}`)
    expect(text).toContain(`± ${values.sharpe_se.toFixed(2)} s.e.`)
    expect(text).toContain(
      `Max drawdown ${percent(values.max_drawdown)} ${values.max_drawdown_days.toFixed(1)} days`,
    )
    expect(text).toContain('Trades 24')
  })

  it('prints the warnings in words', () => {
    expect(text).toContain('Warnings (1) Fewer than 30 trades (20): figures about trades are rough.')
  })

  it('shows costs as a line that adds up', () => {
    const { values } = input.metrics
    const printed = [values.gross_profit_before_costs, values.slippage, values.fees, values.net_profit].map(
      (amount) => money.format(amount).replace('-', '−'),
    )
    const [before, slippage, fees, net] = printed
    expect(text).toContain(`Before costs ${before} Slippage − ${slippage} Fees − ${fees} Net profit = ${net}`)
    expect(text).toContain('break-even alpha')
  })

  it('has a row for each trade, each metric, each setting', () => {
    expect(rowsOf(page, 'Closed trades')).toBe(24)
    expect(rowsOf(page, 'Metrics, their units and definitions')).toBe(Object.keys(METRICS).length)
    expect(rowsOf(page, 'Settings of the run')).toBe(Object.keys(input.identity.settings).length)
  })

  it('prints a trade as it was booked', () => {
    const trade = input.result.trades[0]
    const net = money.format(Number(trade?.net) / 1e8).replace('-', '−')
    expect(text).toContain(`1 2024-01-01 01:00`)
    expect(text).toContain(` ${net} `)
    expect(text).toContain('−1.23% 2.34%')
    expect(text).toContain('cross / exit')
  })

  it('gives the chart again in a sentence and a table', () => {
    expect(text).toContain(
      `Equity went from 10,000.00 to ${money.format(input.metrics.values.end_equity)} USDT`,
    )
    // 120 days end at midnight of 30 April: January to April.
    expect(rowsOf(page, 'Equity by months')).toBe(4)
  })

  it('allows itself its own style and scripts by their hashes, and nothing else', () => {
    const hashes = (pattern: RegExp) =>
      [...page.matchAll(pattern)]
        .map(
          (match) =>
            `'sha256-${createHash('sha256')
              .update(match[1] ?? '')
              .digest('base64')}'`,
        )
        .join(' ')
    const [style, script] = [
      hashes(/<style>(.*?)<\/style>/gs),
      hashes(/<script(?: id="price-script")?>(.*?)<\/script>/gs),
    ]
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${style}; script-src ${script}; img-src data:; base-uri 'none'; form-action 'none'">`,
    )
    expect(script.split(' ')).toHaveLength(3)
    expect(withoutData(page)).not.toMatch(/<(?:link|iframe|object|embed|img|form|base)\b/)
    expect(withoutData(page)).not.toMatch(/https?:|\bsrc=|@import|url\(/)
    const [, chart = ''] = /<script id="price-script">([\s\S]*?)<\/script>/.exec(page) ?? []
    expect(chart).not.toMatch(/https?:|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|eval\(|innerHTML/)
  })

  it('prints every metric as metrics.json has it, wherever it stands', () => {
    const { values } = metricsJson(input.metrics)
    const figures = [...page.matchAll(/<data data-metric="(\w+)" value="([^"]*)">([^<]*)<\/data>/g)]
    for (const [, key = '', value, printed] of figures) {
      if (!isMetricKey(key)) throw new Error(`no metric: ${key}`)
      expect([key, value === '' ? null : Number(value)]).toEqual([key, values[key]])
      expect([key, printed]).toEqual([
        key,
        formatMetric(METRICS[key].unit, values[key] ?? Number.NaN, input.result),
      ])
    }
    expect(new Set(figures.map((match) => match[1]))).toEqual(new Set(METRIC_KEYS))
    expect(figures.length).toBeGreaterThan(METRIC_KEYS.length + 30)
  })

  it('finds no stress of the market in bars that are made up', async () => {
    const made = sampleRun()
    const bars = made.result.bars
    if (!(bars instanceof BarColumns)) throw new Error('a sample run must have columns')
    bars.origin.fill(ORIGINS.indexOf('synthetic'))
    expect(textOf(await renderRunPage(made))).toContain('The bars are made up')
    expect(text).toContain('none of the dated stresses')
  })

  it('says how orders came about, what stopped them, and what paid their fees', async () => {
    const plain = sampleRun()
    const settings = {
      ...plain.result.settings,
      feeAsset: 'bnb' as const,
      bnb: { discount: 0.25, balance: 0n },
      policy: { postTimeoutMs: 120_000, escalate: 'ioc' as const },
      limits: {
        maxOrderQuote: 11_000_00000000n,
        maxPositionQuote: undefined,
        maxDailyLoss: 60_50000000n,
        maxOrdersPerMinute: 2,
      },
    }
    const told = textOf(await renderRunPage({ ...plain, result: { ...plain.result, settings } }))
    expect(told).toContain('Fees maker 0.100%, taker 0.100%, from a stock of BNB while it lasts, less 25%')
    expect(told).toContain('Orders posted first for 2 min, then ioc')
    expect(told).toContain(
      "Risk limits, at most an order 11,000 USDT, a day's loss 60.50 USDT, 2 orders a minute",
    )
    expect(text).not.toContain('Risk limits')
  })

  it('prints results in R as metrics.json has them, and says where no trade has one', async () => {
    const risky = sampleRun({ trades: 24, stop: 0.01 })
    const { risk_multiples: risk } = metricsJson(risky.metrics)
    const figures = [
      ...(await renderRunPage(risky)).matchAll(/<data data-risk="(\w+)" value="([^"]*)">([^<]*)<\/data>/g),
    ]
    expect(Object.fromEntries(figures.map(([, key, value]) => [key, Number(value)]))).toEqual({
      ...{ expectancy: risk?.expectancy, median: risk?.median, best: risk?.best, worst: risk?.worst },
    })
    for (const [, , value, printed] of figures) expect(printed).toBe(`${formatFixed(Number(value), 2)} R`)
    expect(risk).toMatchObject({ trades: 23, without_stop: 1 })
    expect(page).not.toContain('data-risk')
    expect(text).toContain('No trade had a stop when it began')
  })

  it('greys and hides figures scaled to a year wherever they stand', async () => {
    const looks = async (days: number) => {
      const short = await render({ bars: 24 * days })
      return new Set(
        [...short.matchAll(/<data( class="\w+")? data-metric="information_ratio"/g)].map((match) => match[1]),
      )
    }
    expect(await looks(20)).toEqual(new Set([' class="hidden"']))
    expect(await looks(50)).toEqual(new Set([' class="grey"']))
    expect(await looks(100)).toEqual(new Set([undefined]))
  })

  it('gives each chart a label, a summary, a table and its spec', () => {
    const figures = page
      .split('<figure ')
      .slice(1)
      .map((part) => part.split('</figure>')[0] ?? '')
      // The price chart has a pane of its own.
      .filter((part) => !part.startsWith('class="price"'))
    expect(figures.length).toBeGreaterThanOrEqual(14)
    for (const figure of figures) {
      expect(figure).toMatch(
        /<svg class="chart \w+" role="img" tabindex="0" aria-label="[^"]{10,}" aria-describedby="([\w-]+)"/,
      )
      expect(figure).toContain(`<figcaption id="${/aria-describedby="([\w-]+)"/.exec(figure)?.[1]}">`)
      expect(figure).toMatch(/<details>\s*<summary>As a table<\/summary>\s*<div class="scroll"/)
      const spec: unknown = JSON.parse(/<code class="vega-lite">(.*?)<\/code>/s.exec(figure)?.[1] ?? '')
      expect(spec).toBeTypeOf('object')
    }
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is a document of a language with headers that have a scope', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en"/)
    expect(page.match(/<th /g)?.length).toBe(page.match(/<th scope="(?:col|row)"/g)?.length)
    expect(page).not.toContain('<th>')
  })
})

describe('the same input', () => {
  it('gives the same bytes again, also when pages are drawn at the same time', async () => {
    const pages = await Promise.all([render(), render({ seed: 2 }), render()])
    expect(pages[2]).toBe(pages[0])
    expect(await render()).toBe(pages[0])
  })

  it('gives the same bytes in any time zone and locale', async () => {
    const [module, sample] = ['../../reports/run-page.ts', './sample-run.ts'].map(
      (path) => new URL(path, import.meta.url).href,
    )
    const code = `
      const { renderRunPage } = await import(${JSON.stringify(module)})
      const { sampleRun } = await import(${JSON.stringify(sample)})
      const { createHash } = await import('node:crypto')
      const page = await renderRunPage(sampleRun())
      console.log(createHash('sha256').update(page).digest('hex'))`
    const hashes = [
      { TZ: 'America/New_York', LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' },
      { TZ: 'Asia/Kathmandu', LC_ALL: 'ar_EG.UTF-8', LANG: 'ar_EG.UTF-8' },
    ].map((env) =>
      execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      }).trim(),
    )
    const here = createHash('sha256')
      .update(await render())
      .digest('hex')
    expect(hashes).toEqual([here, here])
  })
})

describe('the section about the data', () => {
  it('counts the bars by origin and lists every gap that fell into a position', async () => {
    const input = sampleRun({ bars: 50, trades: 1 })
    const { bars, trades } = input.result
    const [trade] = trades
    if (!trade) throw new Error('the sample must have a trade')
    const inside = trade.entryBar + 1
    bars.flags[inside] = BAR_FLAG.synthetic
    // One of these is the one made up.
    bars.origin.fill(ORIGINS.indexOf('rest'), 0, 10)
    const text = textOf(await renderRunPage(input))
    expect(text).toContain("rest Binance's REST 9 as the exchange gave them")
    expect(text).toMatch(/synthetic made up 1 \d+\.\d%/)
    expect(text).toContain('1 gap fell into a position')
  })
})

describe('a run with little in it', () => {
  it('says that nothing was traded', async () => {
    const text = textOf(await render({ bars: 24 * 100, trades: 0 }))
    expect(text).toContain('No trades: the strategy was never filled.')
    expect(text).toContain('Break-even alpha: –, nothing was filled.')
    expect(text).toContain('There was no drawdown.')
    expect(text).toContain('Equity returned the same on every day')
    expect(text).toContain('Profit factor –')
  })

  it('labels the axis of a drawdown that is none with 0 alone', async () => {
    const page = await render({ bars: 24 * 100, trades: 0 })
    const figure = /<figure id="equity-figure"[\s\S]*?<figcaption/.exec(page)?.[0] ?? ''
    const labels = [...figure.matchAll(/>([^<]*%)<\/text>/g)].map((match) => match[1])
    expect(new Set(labels)).toEqual(new Set(['0%']))
  })

  it('gives one trade a bar among others, and no figure to those who are not there', async () => {
    const page = await render({ trades: 1 })
    const spec: unknown = JSON.parse(
      /<figure id="trade-nets"[\s\S]*?<code class="vega-lite">(.*?)<\/code>/.exec(page)?.[1] ?? '',
    )
    const [bar] = JSON.stringify(spec).match(/"a":[-\d.]+,"b":[-\d.]+/g) ?? []
    const [a = 0, b = 0] = [...(bar ?? '').matchAll(/[-\d.]+/g)].map(Number)
    const [low = 0, high = 0] = /"domain":\[([-\d.]+),([-\d.]+)\]/
      .exec(JSON.stringify(spec))
      ?.slice(1)
      .map(Number) ?? [0, 0]
    expect((b - a) / (high - low)).toBeLessThan(0.1)
    expect(textOf(page)).toMatch(
      /Held on average: 1 trade that (?:won|did not) [\d.]+ (?:h|d|min); the longest/,
    )
  })

  it('says that one trade has no spread', async () => {
    const page = await render({ trades: 1 })
    expect(textOf(page)).toContain('One trade: figures that need a spread of trades are undefined (–).')
    expect(rowsOf(page, 'Closed trades')).toBe(1)
  })

  it('says that a trade is open at the end', async () => {
    expect(textOf(await render({ isOpenAtEnd: true }))).toContain('One more trade is open at the end')
    const onlyOpen = textOf(await render({ trades: 0, isOpenAtEnd: true }))
    expect(onlyOpen).toContain('No closed trades')
    expect(onlyOpen).toContain('A trade is open at the end')
  })

  it('says that a day is too short for daily figures', async () => {
    const page = await render({ bars: 24, trades: 2 })
    expect(textOf(page)).toContain('shorter than two days')
    expect(textOf(page)).toContain('CAGR hidden: only 1 day')
    expect(rowsOf(page, 'Equity by days')).toBe(1)
  })

  it('is drawn from a single bar', async () => {
    expect(withoutData(await render({ bars: 1, trades: 0 }))).not.toMatch(/NaN|Infinity|undefined</)
  })

  it('says that there are no warnings, parameters or settings', async () => {
    const text = textOf(
      await render({ warnings: [], identity: { params: {}, settings: { fine: undefined } } }),
    )
    expect(text).toContain('Warnings None.')
    expect(text).toContain('Parameters none')
    expect(text).toContain('fine none')
  })
})

describe('a run with very many trades', () => {
  it('has rows for four hundred, and of more for the first and the last two hundred', async () => {
    expect(rowsOf(await render({ bars: 1202, trades: 400 }), 'Closed trades')).toBe(400)
    const cut = await render({ bars: 1205, trades: 401 })
    expect(rowsOf(cut, 'Closed trades')).toBe(400)
    expect(textOf(cut)).toContain('The first 200 and the last 200 of 401 trades, 1 between them left out')
    expect(cut).toMatch(/<tr data-trade="200">/)
    expect(cut).not.toMatch(/<tr data-trade="201">/)
    expect(cut).toMatch(/<tr data-trade="401">/)
  })

  it('carries all of them as numbers that print as the rows do', async () => {
    const page = await render({ bars: 1205, trades: 401 })
    const text = /id="trade-data">(.*?)<\/script>/s.exec(page)?.[1] ?? ''
    const { rows, words } = JSON.parse(text)
    expect(rows).toHaveLength(401)
    expect(words).toEqual(['cross', 'exit', 'market'])
    expect(rows[0][0]).toBe(1)
    expect(new Date(rows[0][1]).toISOString()).toBe('2024-01-01T01:00:00.000Z')
  })

  it('draws a cloud of more than 2,500 as counted cells', async () => {
    const page = await render({ bars: 9000, trades: 2600 })
    expect(textOf(page)).toContain('2,600 trades, counted in cells: the darker, the more.')
    expect(page.length).toBeLessThan(3_000_000)
  })
})

describe('trades.csv', () => {
  it('stands in the page where it is given, and is linked where it is not', async () => {
    const csv = 'trade_id,net\n1,2\n'
    const inside = await renderRunPage({ ...sampleRun(), tradesCsv: csv })
    const link = /href="data:text\/csv;charset=utf-8;base64,([^"]+)" download="trades.csv"/.exec(inside)
    expect(Buffer.from(link?.[1] ?? '', 'base64').toString()).toBe(csv)
    expect(await render()).toContain('<a href="trades.csv" download="trades.csv">')
  })
})

describe('a sweep', () => {
  it('is told of only where one is attached', async () => {
    expect(await render()).not.toContain('id="robustness"')
    const page = await renderRunPage({ ...sampleRun(), sweep: sampleSweep('sharpe') })
    const text = textOf(page)
    expect(text).toContain('IN-SAMPLE 228 trials tried')
    expect(text).toContain('Deflated Sharpe ratio 54.00%')
    expect(text).toContain('Probability of overfitting –')
    expect(text).toContain('1 of 2 folds were above 0 out of sample; efficiency 48%.')
    expect(rowsOf(page, 'Walk-forward folds')).toBe(2)
    expect(page).toMatch(
      /<td class="number g3">1\.34<\/td><td class="number l1">−0\.20<\/td><td class="number">–<\/td>/,
    )
  })
})

describe('hostile names', () => {
  const names = [
    '</script><img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    "'><a href='javascript:alert(1)'>",
    '</style></title><script>alert(1)</script>',
    '{{alert(1)}} $& $1 %s',
    '\u202Egnp.exe',
    `<b>${'x'.repeat(10_000)}`,
  ]

  it.each(names)('stay text wherever they stand, number %#', async (name) => {
    const plain = await render({ symbol: 'S', tag: 't', identity: hostileIdentity('p') })
    const page = await render({
      symbol: name,
      quoteAsset: name,
      tag: name,
      identity: hostileIdentity(name),
      warnings: [name],
    })
    const tagsOf = (html: string) =>
      html
        .match(/<\/?[a-zA-Z][a-z0-9-]*/g)
        ?.sort()
        .join(' ')
    expect(tagsOf(page)).toBe(tagsOf(plain))
    expect(page).not.toContain('\u202E')
    expect(page).not.toMatch(/ on\w+="/)
  })

  it('of ten thousand characters do not swell the page, but for the command', async () => {
    const long = 'x'.repeat(10_000)
    const page = await render({
      symbol: long,
      tag: long,
      identity: { ...hostileIdentity(long), command: 'c' },
    })
    expect(page.length).toBeLessThan((await render()).length + 30_000)
    expect(await render({ identity: { command: long } })).toContain(long)
  })
})

function hostileIdentity(name: string): NonNullable<SampleOptions['identity']> {
  return {
    runId: name,
    engineVersion: name,
    engineHash: name,
    libraries: { [name]: name },
    strategy: { name, file: name, sha256: name },
    params: { [name]: name },
    data: [{ symbol: name, interval: name, from: 0, to: 1, bars: 1, gaps: 0, source: name, sha256: name }],
    settings: { [name]: [name, 1, true] },
    command: `npx tsx run-backtest.ts ${name}`,
  }
}

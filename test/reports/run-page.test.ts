import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { METRICS } from '../../engine/math/metrics/metric-table.js'
import { renderRunPage } from '../../reports/run-page.js'
import { type SampleOptions, sampleRun } from './sample-run.js'

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
  return table.split('<tbody>')[1]?.match(/<tr>/g)?.length ?? 0
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

  it('forbids itself requests, and scripts but the one whose hash it names', () => {
    const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page) ?? []
    const [, script = ''] = /<script id="price-script">([\s\S]*?)<\/script>/.exec(page) ?? []
    const hash = createHash('sha256').update(script).digest('base64')
    expect(policy).toBe(
      `default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; script-src 'sha256-${hash}'`,
    )
    expect(withoutData(page)).not.toMatch(/<(?:script|link|iframe|object|embed|img|form|base)\b/)
    expect(withoutData(page)).not.toMatch(/https?:|\bsrc=|@import|url\(/)
    expect(script).not.toMatch(/https?:|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|eval\(|innerHTML/)
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

describe('a run with little in it', () => {
  it('says that nothing was traded', async () => {
    const text = textOf(await render({ bars: 24 * 100, trades: 0 }))
    expect(text).toContain('No trades: the strategy was never filled.')
    expect(text).toContain('Break-even alpha: –, nothing was filled.')
    expect(text).toContain('There was no drawdown.')
    expect(text).toContain('Profit factor –')
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
  it('shows all two thousand, and of more the first and the last thousand', async () => {
    const whole = await render({ bars: 6002, trades: 2000 })
    expect(rowsOf(whole, 'Closed trades')).toBe(2000)
    const cut = await render({ bars: 6005, trades: 2001 })
    expect(rowsOf(cut, 'Closed trades')).toBe(2000)
    const text = textOf(cut)
    expect(text).toContain('The first 1,000 and the last 1,000 of 2,001 trades, 1 between them left out')
    expect(text).toContain('trades.csv has all')
    expect(text).toMatch(/ 1,000 2024-\S+ \S+ 2024/)
    expect(text).not.toMatch(/ 1,001 2024-\S+ \S+ 2024/)
    expect(text).toMatch(/ 2,001 2024-\S+ \S+ 2024/)
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
    strategy: { name, file: name, sha256: name },
    params: { [name]: name },
    data: [{ symbol: name, interval: name, from: 0, to: 1, bars: 1, gaps: 0, source: name, sha256: name }],
    settings: { [name]: [name, 1, true] },
    command: `npx tsx run-backtest.ts ${name}`,
  }
}

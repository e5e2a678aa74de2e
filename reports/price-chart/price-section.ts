/** The price pane: the chart, what it shows in words, its numbers as a table, and the data behind it. Floor 4. */
import { type Bars, openTimeAt, valueAt } from '../../engine/model/bars.js'
import { timelineOf } from '../../engine/model/timeline.js'
import { timelineBars } from '../../engine/model/timeline-bars.js'
import { formatDay, formatMoment } from '../format-moment.js'
import { formatCount, formatFixed, formatPercent } from '../format-number.js'
import { type Html, html, named, shorten, showHidden, trustedHtml } from '../html.js'
import type { RunPageInput } from '../run-page-input.js'
import { section, table } from '../section.js'
import { toBase85 } from './base85.js'
import { type ChartData, chartData, startChart } from './chart-data.js'
import { chartScript } from './chart-script.js'
import { staticPrice } from './static-price.js'

/** The pieces of a page that the chart is made of. */
export interface PricePane {
  readonly section: Html
  /** Blocks that only a closer look needs: the end of the page. */
  readonly tail: Html
  /** The script in it, which the page's policy must let run. */
  readonly script: string
}

/** Most rows of the table. */
const MOST_ROWS = 70

/** Most symbols that are drawn. */
const MOST_SYMBOLS = 8

/** Makes the pane. */
export async function pricePane({
  result: run,
  indicators = {},
  columns,
  detail = 'trades',
  chart,
}: Pick<RunPageInput, 'result' | 'indicators' | 'columns' | 'detail' | 'chart'>): Promise<PricePane> {
  // Another thread makes the script meanwhile.
  const making = chartScript()
  const results = chartedResults(run)
  const charts: Chart[] = []
  for (const result of results) {
    const firstBlock = charts.reduce((sum, { data }) => sum + data.blocks.length, 0)
    const started =
      (result === run ? chart : undefined) ??
      startChart(result, indicators, detail, {
        share: 1 / results.length,
        firstBlock,
        columns: result === run ? columns : undefined,
      })
    const data = await chartData(result, started, { firstBlock })
    charts.push({ result, data })
  }
  const names = results.map(({ bars }) => shorten(bars.symbol, 40))
  const label = `Price of ${names.join(', ')} with trades, position, equity and drawdown over time`
  const blocks = charts.flatMap(({ data }) => data.blocks).map(dataBlock)
  const early = charts[0]?.data.early ?? 0
  const script = await making
  return {
    section: section(
      'price',
      'Price and trades',
      html`<figure class="price" id="price-chart">
<div class="price-tools" role="group" aria-label="View of the chart" data-js hidden>
${charts.length > 1 ? symbolChoice(charts) : undefined}${TOOLS}
</div>
<dl class="price-legend" data-js hidden></dl>
<div class="price-canvas"><canvas tabindex="0" role="img" aria-label="${label}" aria-describedby="price-summary" data-js hidden></canvas>
${charts.slice(0, 1).map(({ data }) => staticPrice(data.overview, label, data.manifest.shownDecimals))}</div>
<p class="price-view" data-js hidden></p>
<p class="price-status" role="status" data-js hidden></p>
<figcaption id="price-summary">${charts.map(
        (
          chart,
          k,
        ) => html`<p>${summary(chart, { isFirst: k === 0 })}${k === 0 ? togetherText(run, charts) : undefined}</p>
`,
      )}</figcaption>
${KEYS}
</figure>
${charts.map((chart) => twin(chart, charts.length > 1))}
<script type="application/json" id="price-data">${trustedHtml(safeJson(charts.map(({ data }) => data.manifest)))}</script>
${blocks.slice(0, early)}<script id="price-script">${trustedHtml(script)}</script>`,
    ),
    tail: html`${blocks.slice(early)}`,
    script,
  }
}

/** One symbol's chart. */
interface Chart {
  readonly result: RunPageInput['result']
  readonly data: ChartData
}

/**
 * The run as each symbol sees it, the one whose prices the run carries first: its prices on the timeline of all,
 * its orders, fills and trades, and equity of all. Of many symbols those with most trades.
 */
function chartedResults(run: RunPageInput['result']): readonly RunPageInput['result'][] {
  const { symbols, bars } = run
  if (symbols.length === 1) return [run]
  const own = symbols.findIndex((one) => one.bars.symbol === bars.symbol)
  const count = symbols.map((_, k) =>
    run.trades.reduce((sum, one) => sum + (one.symbolIndex === k ? 1 : 0), 0),
  )
  const order = symbols
    .map((_, k) => k)
    .sort((a, b) => Number(b === own) - Number(a === own) || (count[b] ?? 0) - (count[a] ?? 0) || a - b)
  const timeline = timelineOf(symbols.map((one) => one.bars))
  const barsOf = (k: number): Bars => {
    if (k === own) return bars
    const track = timeline.tracks.findIndex((one) => one.bars.symbol === symbols[k]?.bars.symbol)
    return timelineBars(timeline, track)
  }
  return order.slice(0, MOST_SYMBOLS).flatMap((k) => {
    const one = symbols[k]
    if (one === undefined || one.bars.length === 0) return []
    const fills = run.fills.filter(({ symbolIndex }) => symbolIndex === k)
    const trades = run.trades.filter(({ symbolIndex }) => symbolIndex === k)
    const closed = new Set(trades.map(({ number }) => number))
    return {
      ...run,
      bars: barsOf(k),
      rules: one.rules,
      fills,
      trades,
      orders: run.orders.filter(({ order: { symbolIndex } }) => symbolIndex === k),
      hasOpenTrade: fills.some(({ tradeNumber }) => !closed.has(tradeNumber)),
    }
  })
}

function symbolChoice(charts: readonly Chart[]): Html {
  return html`<label>Symbol <select>${charts.map(({ result }, k) => html`<option value="${k}">${named(result.bars.symbol, 40)}</option>`)}</select></label>\n`
}

function togetherText({ symbols }: RunPageInput['result'], charts: readonly Chart[]): string {
  if (symbols.length === 1) return ''
  const left = symbols.length - charts.length
  return ` Equity and drawdown are those of all ${symbols.length} symbols together.${
    left === 0
      ? ''
      : ` ${formatCount(left, 'symbol')} with fewer trades ${left === 1 ? 'is' : 'are'} not drawn.`
  }`
}

/** JSON in which nothing can end a script or begin a tag or comment. */
function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (one) => {
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function dataBlock(bytes: Uint8Array, number: number): Html {
  return html`<script type="text/plain" id="price-block-${number}">${trustedHtml(toBase85(bytes))}</script>\n`
}

const TOOLS = html`<button type="button" data-do="day">1 d</button><button type="button" data-do="week">1 w</button><button type="button" data-do="month">1 m</button><button type="button" data-do="year">1 y</button><button type="button" data-do="all">All</button>
<button type="button" class="apart" data-do="out" aria-label="Zoom out">−</button><button type="button" data-do="in" aria-label="Zoom in">+</button>
<button type="button" class="apart" data-do="previous">◀ Trade</button><button type="button" data-do="next">Trade ▶</button>`

const KEYS = html`<details data-js hidden><summary>Keys and marks</summary>
<dl class="price-keys">
<dt>Wheel, pinch, + −</dt><dd>zoom; double click zooms in, Shift and drag zooms to a stretch</dd>
<dt>Drag, ← →, Home, End</dt><dd>move; with Shift by half a view</dd>
<dt>n, p</dt><dd>next and previous trade of the symbol; a click on a trade’s row goes there</dd>
<dt>d, w, m, y, a</dt><dd>a day, a week, a month, a year, all (while the chart has the focus)</dd>
<dt>Candles</dt><dd>hollow: closed at or above its open; filled: below</dd>
<dt>▲ ▼</dt><dd>entry and exit; the line between is solid for a gain, dashed for a loss or an open trade</dd>
<dt>12 ▲▼ in a box</dt><dd>trades too close to draw, with the sum of their net</dd>
<dt>◇ □ ○</dt><dd>a limit that did not fill, a stop, a target, each with a dashed line for as long as it stood</dd>
</dl></details>`

function summary({ data, result }: Chart, { isFirst }: { readonly isFirst: boolean }): Html {
  const { manifest, overview, lines, window } = data
  const { interval } = result.bars
  const { bars, first, end, rules, trades } = result
  const asset = named(rules.quoteAsset, 20)
  const price = (value: number): string => formatFixed(value, manifest.shownDecimals)
  const coarsest = overview.at(-1)
  const high = coarsest?.high.reduce((a, b) => Math.max(a, b)) ?? Number.NaN
  const low = coarsest?.low.reduce((a, b) => Math.min(a, b)) ?? Number.NaN
  const open = valueAt(bars.open, first)
  const close = valueAt(bars.close, end - 1)
  const finest = manifest.levels.find(({ kept }) => kept.length === 0)
  const kept =
    finest === undefined || finest.name === interval
      ? ''
      : window === undefined || trades.length === 0
        ? ` The page carries bars of ${finest.name} and longer.`
        : ` The page carries bars of ${finest.name} and longer, and those of ${interval} within ${formatCount(window, 'bar')} of each fill; --detail full carries all.`
  const names = lines.lines.slice(0, -2).map((line, i) => html`${i > 0 ? ', ' : ''}${named(line.name, 40)}`)
  return html`From ${formatMoment(openTimeAt(bars, first))} to ${formatMoment(manifest.to)} UTC ${named(bars.symbol, 40)} went from ${price(open)} to ${price(close)} ${asset} (${formatPercent(close / open - 1)}), between ${price(low)} and ${price(high)}; ${formatCount(trades.length, 'closed trade')}${
    result.hasOpenTrade ? ' and one open at the end' : ''
  }.${names.length === 0 || !isFirst ? undefined : html` Lines: ${names}.`}${
    lines.leftOut.length === 0 || !isFirst
      ? undefined
      : html` Not drawn: ${lines.leftOut.map((name, i) => html`${i > 0 ? ', ' : ''}${named(name, 40)}`)}.`
  }${kept}`
}

/** The chart's prices as a table, one row a bar of the finest level that is short enough. */
function twin({ data, result }: Chart, isOneOfMany: boolean): Html | undefined {
  const { overview, manifest } = data
  const { interval, symbol } = result.bars
  const of = isOneOfMany ? html` of ${named(symbol, 40)}` : undefined
  const level = overview.find(({ time }) => time.length <= MOST_ROWS) ?? overview.at(-1)
  if (level === undefined) return undefined
  const n = level.time.length
  const step = Math.ceil(n / MOST_ROWS)
  const price = (value: number): string => formatFixed(value, manifest.shownDecimals)
  const rows = Array.from({ length: Math.ceil(n / step) }, (_, k) => {
    const from = k * step
    const to = Math.min(n, from + step)
    const time = valueAt(level.time, from)
    return [
      level.ms * step >= 86_400_000 ? formatDay(time) : formatMoment(time),
      price(valueAt(level.open, from)),
      price(level.high.subarray(from, to).reduce((a, b) => Math.max(a, b))),
      price(level.low.subarray(from, to).reduce((a, b) => Math.min(a, b))),
      price(valueAt(level.close, to - 1)),
    ]
  })
  const length = step === 1 ? `bars of ${level.name}` : `${step} bars of ${level.name} a row`
  return html`<details>
<summary>The prices${of} as a table</summary>
${table({
  caption: `Prices${isOneOfMany ? ` of ${shorten(showHidden(symbol), 40)}` : ''}, ${step === 1 && level.name === interval ? 'every bar' : length}`,
  columns: [
    { title: 'From (UTC)' },
    { title: 'Open', isNumber: true },
    { title: 'High', isNumber: true },
    { title: 'Low', isNumber: true },
    { title: 'Close', isNumber: true },
  ],
  rows,
})}
</details>`
}

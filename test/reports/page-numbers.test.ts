/**
 * Every number in every table of a report is worked out again: a table that this file does not know fails, and so does
 * a cell that it does not expect.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { renderRunPage } from '../../reports/run-page.js'
import {
  adverseRisk,
  at,
  bars,
  bounds,
  CASH,
  COUNT,
  closes,
  DAY,
  DAYS,
  daily,
  day,
  depths,
  depthsOf,
  ends,
  equity,
  falls,
  fees,
  fills,
  fixed,
  gross,
  groupRow,
  groupRows,
  HOUR,
  HOURS,
  histogram,
  hold,
  input,
  inRisk,
  LENGTHS,
  lengthOf,
  mean,
  median,
  midnights,
  moment,
  monthReturns,
  orders,
  percent,
  quartileRows,
  type Rows,
  risked,
  rolling,
  signed,
  slippage,
  span,
  spread,
  start,
  streaks,
  sum,
  timeOf,
  trades,
  units,
} from './expected-numbers.js'

/** What each table must hold, by its caption. */
const EXPECTED: Readonly<Record<string, (shown: Rows) => Rows>> = {
  'Prices, bars of 1w': () =>
    Array.from({ length: Math.ceil(COUNT / 168) }, (_, k) => {
      const [from, to] = [168 * k, Math.min(COUNT, 168 * (k + 1))]
      return [
        day(timeOf(from)),
        fixed(bars.open[from] ?? 0),
        fixed(Math.max(...bars.high.subarray(from, to))),
        fixed(Math.min(...bars.low.subarray(from, to))),
        fixed(bars.close[to - 1] ?? 0),
      ]
    }),
  'Equity by months': () =>
    bounds.map(({ name, from, to }) => [
      name,
      ...[equity, gross, hold].map((values) => fixed(at(values, to))),
      percent(Math.max(...depths.slice(from + 1, to + 1))),
    ]),
  'From gross to net': () => [
    ['Before costs', fixed(at(gross, COUNT) - CASH)],
    ['Slippage', fixed(-at(slippage, COUNT))],
    ['Fees', fixed(-at(fees, COUNT))],
    ['Net profit', fixed(at(equity, COUNT) - CASH)],
  ],
  'Costs by month': () =>
    bounds.map(({ name, from, to }) => {
      const change = (values: readonly number[]) => at(values, to) - at(values, from)
      return [
        name,
        ...[change(gross), -change(slippage), -change(fees), change(equity)].map((value) => fixed(value)),
      ]
    }),
  'Returns by month and year': () => [
    [
      '2024',
      ...monthReturns(equity).map(signed),
      ...new Array<string>(8).fill('–'),
      signed(at(equity, COUNT) / CASH - 1),
      signed(at(hold, COUNT) / CASH - 1),
    ],
  ],
  'Returns by year': () => [
    ['2024', signed(at(equity, COUNT) / CASH - 1), signed(at(hold, COUNT) / CASH - 1)],
  ],
  'Daily returns by size': (shown) => histogram(shown, daily(equity), percent),
  'Mean return by hour of the week, basis points': () =>
    HOURS.map((name, hour) => [
      name,
      ...DAYS.map((_, weekday) => {
        const own = Array.from({ length: COUNT }, (__, i) => i).filter(
          // 1 January 2024 was a Monday; the first hour has none before it.
          (i) => i > 0 && i % 24 === hour && Math.floor(i / 24) % 7 === weekday,
        )
        return fixed(mean(own.map((i) => at(equity, i + 1) / at(equity, i) - 1)) * 1e4)
      }),
    ]),
  'Rolling figures at the end of each month': () => ends.map((end) => [day(timeOf(end)), ...rolling(end)]),
  'The deepest drawdowns': () =>
    falls()
      .slice(0, 10)
      .map((fall, i) => [
        fixed(i + 1, 0),
        percent(fall.depth),
        moment(timeOf(fall.peak)),
        moment(timeOf(fall.valley)),
        fall.end === undefined ? 'not by the end' : moment(timeOf(fall.end)),
        span(lengthOf(fall)),
        span((fall.valley - fall.peak) * HOUR),
      ]),
  'Under water at the end of each month': () => {
    const [own, market] = [equity, hold].map((values) => depthsOf(midnights.map((i) => at(values, i))))
    return [0, ...ends].map((end) => [
      day(timeOf(end)),
      percent(-at(own ?? [], end / 24)),
      percent(-at(market ?? [], end / 24)),
    ])
  },
  'Time under water by length of the drawdown': () => {
    const all = falls().map(lengthOf)
    return LENGTHS.map(([name, most], k) => {
      const own = all.filter((length) => length <= most && length > (LENGTHS[k - 1]?.[1] ?? 0))
      return [name, fixed(own.length, 0), fixed(sum(own) / DAY, 1), percent(sum(own) / sum(all), 1)]
    })
  },
  'Trades by return': (shown) =>
    histogram(
      shown,
      trades.map((trade) => trade.return),
      percent,
    ),
  'Trades by net': (shown) =>
    histogram(
      shown,
      trades.map(({ net }) => units(net)),
      fixed,
    ),
  'Excursions of trades': () => [
    ...quartileRows('MAE', ({ mae }) => mae, percent),
    ...quartileRows('MFE', ({ mfe }) => mfe, percent),
  ],
  'Duration and return of trades': () => [
    ...quartileRows('Held', ({ entryTime, exitTime }) => exitTime - entryTime, span),
    ...quartileRows('Return', (trade) => trade.return, percent),
  ],
  'Trades by entry tag': () => [groupRow('cross', trades)],
  'Trades by exit tag': () => [groupRow('exit', trades)],
  'Trades by exit reason': () => [groupRow('market', trades)],
  'Trades by tags and exit reason': () => [groupRow('cross / exit / market', trades)],
  'Trades by weekday of entry (UTC)': () =>
    groupRows(DAYS, ({ entryTime }) => Math.floor((entryTime - start) / DAY) % 7),
  'Trades by hour of entry (UTC)': () =>
    groupRows(HOURS, ({ entryTime }) => ((entryTime - start) / HOUR) % 24),
  'Trades by result in R': (shown) =>
    histogram(shown, risked.map(inRisk), (edge) => fixed(edge, shown[0]?.[0]?.split('.')[1]?.length ?? 0)),
  'Excursions and results in R': () => [
    ...quartileRows('MAE', adverseRisk, (value) => fixed(value), risked),
    ...quartileRows('Net', inRisk, (value) => fixed(value), risked),
  ],
  'Streaks by length': streaks,
  'Closed trades': () =>
    trades.map((trade) => [
      fixed(trade.number, 0),
      moment(trade.entryTime),
      moment(trade.exitTime),
      fixed(trade.entryPrice),
      fixed(trade.exitPrice),
      fixed(units(trade.quantity), 5),
      fixed(units(trade.net)),
      percent(trade.return),
      fixed(trade.bars, 0),
      percent(trade.mae),
      percent(trade.mfe),
      fixed(units(trade.fees)),
      trade.entryTag,
      trade.exitTag,
      'market',
    ]),
  'Orders by type': () => [
    ['MARKET', fixed(fills.length, 0), fixed(fills.length, 0), percent(1, 1), '0', '0', '0', '0 s', '0 s'],
    ['STOP_LOSS', fixed(risked.length, 0), '0', percent(0, 1), fixed(risked.length, 0), '0', '0', '–', '–'],
  ],
  'Fills by slippage, basis points': (shown) =>
    histogram(
      shown,
      fills.map(({ price, referencePrice }) => Math.abs(Number(price) / Number(referencePrice) - 1) * 1e4),
      fixed,
    ),
  'Fills as maker and as taker': () => [
    [
      'Taker',
      fixed(fills.length, 0),
      percent(1, 1),
      fixed(sum(fills.map(({ quote }) => units(quote)))),
      percent(1, 1),
    ],
  ],
  'How orders ended': () => [
    ['FILLED', '–', fixed(fills.length, 0)],
    ['CANCELED', '–', fixed(orders.length - fills.length, 0)],
  ],
  'Bars by origin': () => [['archive', "Binance's archives", fixed(COUNT, 0), 'as the exchange gave them']],
}

/** Tables of words, or of metrics, which another test holds to metrics.json. */
const WORDS = ['Metrics, their units and definitions', 'Settings of the run', 'What the run was made of']

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&#39;': "'",
  '&quot;': '"',
}
const plain = (html: string): string =>
  html.replace(/<[^>]*>/g, '').replace(/&[a-z#\d]+;/g, (entity) => ENTITIES[entity] ?? entity)

function tablesOf(page: string): Map<string, Rows> {
  const tables = new Map<string, Rows>()
  for (const [, caption = '', body = ''] of page.matchAll(
    /<caption>(.*?)<\/caption>[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/g,
  )) {
    expect(tables.has(plain(caption))).toBe(false)
    tables.set(
      plain(caption),
      [...body.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
        [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell = '']) => plain(cell)),
      ),
    )
  }
  return tables
}

describe('the numbers of a report', () => {
  let tables: Map<string, Rows>
  let text: string

  beforeAll(async () => {
    const page = await renderRunPage(input)
    tables = tablesOf(page)
    text = plain(page.replace(/<(script|style|svg|table|pre)[\s\S]*?<\/\1>|<\/dt>/g, ' ')).replace(
      /\s+/g,
      ' ',
    )
  })

  it('stand in no table that is not worked out again here', () => {
    expect([...tables.keys()].sort()).toEqual([...Object.keys(EXPECTED), ...WORDS].sort())
  })

  it.each(Object.keys(EXPECTED))('are those of bars, fills and trades: %s', (caption) => {
    const shown = tables.get(caption) ?? []
    expect(shown).toEqual(EXPECTED[caption]?.(shown))
  })

  it('are those of bars, fills and trades in sentences too', () => {
    const [r, b] = [daily(equity), daily(hold)]
    const [rise, fall] = [(value: number) => value > 0, (value: number) => value < 0]
    const capture = (holds: (value: number) => boolean) =>
      mean(r.filter((_, i) => holds(at(b, i)))) / mean(b.filter(holds))
    const both = sum(r.map((value, i) => (value - mean(r)) * (at(b, i) - mean(b)))) / (r.length - 1)
    const deepest = falls()[0]
    const holdReturn = at(hold, COUNT) / CASH - 1
    const holdDepth = Math.max(...depthsOf(hold))
    const holdCagr = (1 + holdReturn) ** (365 / 120) - 1
    const taken = at(slippage, COUNT) + at(fees, COUNT)
    const traded = sum(fills.map(({ quote }) => units(quote)))
    const sentences = [
      `hold ${percent(holdReturn)} CAGR`,
      `hold ${percent(holdCagr)} Sharpe`,
      `s.e. hold ${fixed((mean(b) / spread(b)) * Math.sqrt(365))} Sortino`,
      `hold ${fixed((mean(b) / Math.sqrt(mean(b.map((value) => Math.min(0, value) ** 2)))) * Math.sqrt(365))} Max`,
      `days hold ${percent(holdDepth)} Calmar`,
      `hold ${fixed(holdCagr / holdDepth)} Profit factor`,
      `from ${fixed(bars.open[0] ?? 0)} to ${fixed(at(closes, COUNT))} USDT (${percent(holdReturn)}), between ${fixed(Math.min(...bars.low.subarray(0, COUNT)))} and ${fixed(Math.max(...bars.high.subarray(0, COUNT)))}; 24 closed trades`,
      `The deepest drawdown, ${percent(deepest?.depth ?? 0)}, began ${moment(timeOf(deepest?.peak ?? 0))}, was lowest ${moment(timeOf(deepest?.valley ?? 0))}`,
      `took ${fixed(taken)}, ${percent(taken / (at(gross, COUNT) - CASH), 1)} of the profit before costs`,
      `commission of ${percent((at(equity, COUNT) - CASH + at(fees, COUNT)) / traded, 4)} of what is traded`,
      `${midnights.length - 1} days, mean ${percent(mean(r), 3)}, standard deviation ${percent(spread(r), 3)}`,
      `Correlation ${fixed(both / spread(r) / spread(b))}`,
      `Capture of up days ${percent(capture(rise), 1)}`,
      `Capture of down days ${percent(capture(fall), 1)}`,
      `${risked.length} trades: expectancy ${fixed(mean(risked.map(inRisk)))} R, median ${fixed(median(risked.map(inRisk)))} R, best ${fixed(Math.max(...risked.map(inRisk)))} R, worst ${fixed(Math.min(...risked.map(inRisk)))} R, after costs. 1 trade without one is not counted.`,
      `Mean alpha · ATR 20.00 bps`,
    ]
    expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([])
  })
})

// %% [markdown]
// # Look at bars
//
// Before any strategy: what is in the data? This notebook takes a month of made-up minutes, so that it runs
// anywhere. Put `'BTCUSDT'` (a symbol in your store) or a file such as `'BTCUSDT-1m-2024-12.csv.gz'` in place of
// the source below, and everything else stays.

// %%
import { toDanfo } from './kit/danfo.js'
import { display, loadBars, toRows } from './kit/index.js'

const bars = await loadBars('synthetic:7:43200', { symbol: 'BTCUSDT' })
const rows = toRows(bars)
console.log(
  `${bars.symbol} ${bars.interval}: ${bars.length} bars from ${rows[0]?.time} to ${rows.at(-1)?.time}`,
)
rows.slice(0, 5)

// %% [markdown]
// ## Prices by day
//
// A day is a group of rows. `Map.groupBy` is JavaScript's own; for millions of bars take `sql` of the kit.

// %%
const days = [...Map.groupBy(rows, ({ time }) => time.slice(0, 10))].map(([day, minutes]) => ({
  day,
  open: minutes[0]?.open ?? Number.NaN,
  high: Math.max(...minutes.map(({ high }) => high)),
  low: Math.min(...minutes.map(({ low }) => low)),
  close: minutes.at(-1)?.close ?? Number.NaN,
  volume: minutes.reduce((sum, { volume }) => sum + volume, 0),
}))
days.slice(0, 7)

// %% Closes of the month
const closes = {
  description: 'Close of each day, in quote',
  width: 640,
  height: 220,
  data: { values: days },
  mark: { type: 'line' as const, point: true },
  encoding: {
    x: { field: 'day', type: 'ordinal' as const, axis: { labelOverlap: true, title: null } },
    y: { field: 'close', type: 'quantitative' as const, scale: { zero: false } },
  },
}
display(closes)

// %% [markdown]
// ## Moments of returns
//
// Minute returns have fat tails: a normal distribution would have an excess kurtosis of 0. Half an average true
// range, the default slippage, is a lot beside a minute's return: look at the costs before believing a strategy.

// %%
const returns = rows.slice(1).map(({ close }, k) => close / (rows[k]?.close ?? Number.NaN) - 1)
const mean = returns.reduce((sum, r) => sum + r, 0) / returns.length
const moment = (power: number): number =>
  returns.reduce((sum, r) => sum + (r - mean) ** power, 0) / returns.length
const deviation = Math.sqrt(moment(2))
const moments = [
  {
    bars: returns.length,
    'mean, bps': mean * 1e4,
    'deviation, bps': deviation * 1e4,
    skew: moment(3) / deviation ** 3,
    'excess kurtosis': moment(4) / deviation ** 4 - 3,
    'zero returns': returns.filter((r) => r === 0).length / returns.length,
  },
]
display(moments)

// %% When is it busy?
const hours = toDanfo(
  rows.map(({ time, volume, high, low, open }) => ({
    hour: Number(time.slice(11, 13)),
    volume,
    range: (high - low) / open,
  })),
)
hours.groupby(['hour']).col(['volume', 'range']).mean()

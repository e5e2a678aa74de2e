/** Sharpe, Sortino, Calmar and CAGR of a run as other tools define them, beside ours. Floor 4. */
import { backtestingPyRatios } from '../engine/math/metrics/compat/backtesting-py.js'
import { freqtradeRatios, freqtradeWalletRatios } from '../engine/math/metrics/compat/freqtrade.js'
import { quantstatsRatios } from '../engine/math/metrics/compat/quantstats.js'
import type { Ratios } from '../engine/math/metrics/compat/ratios.js'
import { vectorbtRatios } from '../engine/math/metrics/compat/vectorbt.js'
import { returnsOf } from '../engine/math/metrics/daily-marks.js'
import { DAY_MS, type Interval, intervalMs, nextOpenTime } from '../engine/model/time.js'
import { prepend } from './prepend.js'
import type { StoredRun } from './stored-run.js'

/** One tool's ratios of a run. */
export interface ToolRatios {
  readonly tool: string
  readonly ratios: Ratios
}

/** A year as vectorbt and the daily numbers here have it. */
const YEAR_MS = 365 * DAY_MS

/** The tools in the order of `RATIO_FORMULAS`; vectorbt at its bars only where the run's table has them. */
export function runRatios(run: StoredRun): readonly ToolRatios[] {
  const { data, days, metrics, trades, marks } = run
  const { sharpe, sortino, calmar, cagr } = metrics
  const { start_equity: startEquity, end_equity: endEquity } = metrics
  const returns = returnsOf(days.equity)
  const betweenOpens = (data.to - data.from - intervalMs(data.interval)) / DAY_MS
  const byExit = trades.toSorted((a, b) => a.exitTime - b.exitTime)
  const span = { startEquity, endEquity, days: betweenOpens }
  const ends = dayEnds(run)
  const tools: ToolRatios[] = [
    { tool: 'Nextbar', ratios: { sharpe, sortino, calmar, cagr } },
    { tool: 'quantstats', ratios: quantstatsRatios(returns) },
    {
      tool: 'freqtrade, trades',
      ratios: freqtradeRatios({ ...span, profits: Float64Array.from(byExit, (trade) => trade.net) }),
    },
    {
      tool: 'freqtrade, wallet',
      ratios: freqtradeWalletRatios({ ...span, dayEnds: ends, marks: marks.equity }),
    },
    {
      tool: 'backtesting.py',
      ratios: backtestingPyRatios({
        ...span,
        dayEnds: ends,
        maxDrawdown: metrics.max_drawdown,
        daysPerYear: PERIODS[data.interval] ?? (weekendShare(data) > LEAST_WEEKEND ? 365 : 252),
      }),
    },
    { tool: 'vectorbt, daily', ratios: vectorbtRatios(returns, 365) },
  ]
  if (run.settings.equity === 'bars') {
    const values = prepend(startEquity, marks.equity)
    tools.push({
      tool: 'vectorbt, bars',
      ratios: vectorbtRatios(returnsOf(values), YEAR_MS / intervalMs(data.interval)),
    })
  }
  return tools
}

/** What backtesting.py takes for a year of bars that are longer than a day. */
const PERIODS: Readonly<Partial<Record<Interval, number>>> = { '1w': 52, '1M': 12 }

/** From this share of its bars on it takes a market to be open at weekends. */
const LEAST_WEEKEND = (2 / 7) * 0.6

/** Share of the range that lies on Saturdays and Sundays, UTC: one of a few days may have none. */
function weekendShare({ from, to }: StoredRun['data']): number {
  let weekend = 0
  for (let day = Math.floor(from / DAY_MS) * DAY_MS; day < to; day += DAY_MS) {
    const isWeekend = new Date(day).getUTCDay() % 6 === 0
    if (isWeekend) weekend += Math.min(to, day + DAY_MS) - Math.max(from, day)
  }
  return weekend / (to - from)
}

/** Equity at the last close of each day that has one: at midnights behind the start, and at an unfinished day's end. */
function dayEnds({ data, days, metrics }: StoredRun): Float64Array {
  const { from, interval, to } = data
  const ends: number[] = []
  let next = nextOpenTime(from, interval)
  for (const [i, time] of days.times.entries()) {
    // A bar of several days ends some of them alone.
    if (time <= from || (intervalMs(interval) > DAY_MS && time !== next)) continue
    next = nextOpenTime(time, interval)
    ends.push(days.equity[i] ?? Number.NaN)
  }
  if (to % DAY_MS !== 0) ends.push(metrics.end_equity)
  return Float64Array.from(ends)
}

/** How a tool computes the four, and what that does to them. */
export interface RatioFormulas {
  readonly tool: string
  readonly sharpe: string
  readonly sortino: string
  readonly calmar: string
  readonly cagr: string
  /** What differs from ours, in a sentence. */
  readonly difference: string
}

/** The formulas of every tool. r: daily returns, n of them; E: equity. */
export const RATIO_FORMULAS: readonly RatioFormulas[] = [
  {
    tool: 'Nextbar',
    sharpe: 'mean(r) ÷ std(r) · √365, std over n − 1',
    sortino: 'mean(r) ÷ √(Σ min(r, 0)² ÷ n) · √365',
    calmar: 'CAGR ÷ deepest drawdown over bar closes',
    cagr: '(E end ÷ E start)^(31,536,000 ÷ seconds) − 1',
    difference: 'Days of 24 hours and years of 365 days, as the market is open.',
  },
  {
    tool: 'quantstats',
    sharpe: 'mean(r) ÷ std(r) · √252, std over n − 1',
    sortino: 'mean(r) ÷ √(Σ min(r, 0)² ÷ n) · √252',
    calmar: 'its CAGR ÷ deepest drawdown over days',
    cagr: '(Π(1 + r))^(252 ÷ n) − 1',
    difference:
      'A year of 252 days unless told otherwise: ratios are √(252 ÷ 365) = 0.83 of ours, CAGR is that of 252 days; drawdowns inside a day do not count. ∞ without a spread or a drawdown.',
  },
  {
    tool: 'freqtrade, trades',
    sharpe: 'p ÷ std(trades) · √365, p = Σ profit ÷ start ÷ days, std over n',
    sortino: 'p ÷ std(losing trades) · √365',
    calmar: '100 · p ÷ drawdown of closed trades · √365',
    cagr: '(E end ÷ E start)^(365 ÷ whole days) − 1',
    difference:
      'Of trades, not of equity: what happens while a trade is open does not count, and the spread is that of single trades, so more trades a day alone raise it. Calmar is in percent and times √365, of the fall that is deepest in quote: comparable with no other. −100 where a denominator is 0, 0 without a trade.',
  },
  {
    tool: 'freqtrade, wallet',
    sharpe: 'mean(r) ÷ std(r) · √365, std over n',
    sortino: 'mean(r) ÷ std(r below 0) · √365, std over their number',
    calmar: '100 · (E end ÷ E start − 1) ÷ days ÷ drawdown · √365',
    cagr: '(E end ÷ E start)^(365 ÷ whole days) − 1',
    difference:
      'What it prints beside these since 2026, of the wallet at the end of each day (at the last bar’s open there, at its close here), without the first day. Sortino’s spread is about the mean of the losing days, so equal losses count as none. The drawdown is of the marks in equity.csv: bars with --equity bars, else days.',
  },
  {
    tool: 'backtesting.py',
    sharpe: '((1+g)^365 − 1) ÷ √((s² + (1+g)²)^365 − (1+g)^730), g geometric mean of r, s² variance',
    sortino: '((1+g)^365 − 1) ÷ (√(Σ min(r, 0)² ÷ n) · √365)',
    calmar: '((1+g)^365 − 1) ÷ deepest drawdown over bar closes',
    cagr: '(E end ÷ E start)^(365.25 ÷ days) − 1, days from the first bar’s open to the last’s',
    difference:
      'Growth is compounded before it is divided, so high growth is divided by a high spread, and the return of the first day is left out. 252 instead of 365 where no bar is of a weekend; bars of a week count as 52 a year, those of a month as 12, and r are theirs.',
  },
  {
    tool: 'vectorbt',
    sharpe: 'mean(x) ÷ std(x) · √(bars a year), x returns of bars, std over n − 1',
    sortino: 'mean(x) ÷ √(Σ min(x, 0)² ÷ n) · √(bars a year)',
    calmar: 'its CAGR ÷ deepest drawdown after the first return',
    cagr: '(Π(1 + x))^(bars a year ÷ n) − 1',
    difference:
      'At the frequency of the bars: neighbouring bars that move together make it another number than daily returns do. ∞ without a spread or a loss. “daily” is what it gives for daily equity; “bars” needs a run with --equity bars.',
  },
]

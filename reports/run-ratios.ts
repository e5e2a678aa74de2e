/** Sharpe, Sortino, Calmar and CAGR of a run as other tools define them, beside ours. Floor 4. */
import { backtestingPyRatios } from '../engine/math/metrics/compat/backtesting-py.js'
import { freqtradeRatios } from '../engine/math/metrics/compat/freqtrade.js'
import { quantstatsRatios } from '../engine/math/metrics/compat/quantstats.js'
import type { Ratios } from '../engine/math/metrics/compat/ratios.js'
import { vectorbtRatios } from '../engine/math/metrics/compat/vectorbt.js'
import { returnsOf } from '../engine/math/metrics/daily-marks.js'
import { DAY_MS, intervalMs } from '../engine/model/time.js'
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
  const tools: ToolRatios[] = [
    { tool: 'Nextbar', ratios: { sharpe, sortino, calmar, cagr } },
    { tool: 'quantstats', ratios: quantstatsRatios(returns) },
    {
      tool: 'freqtrade',
      ratios: freqtradeRatios({
        profits: Float64Array.from(byExit, (trade) => trade.net),
        startEquity,
        endEquity,
        days: Math.floor(betweenOpens),
      }),
    },
    {
      tool: 'backtesting.py',
      ratios: backtestingPyRatios({
        dayEnds: dayEnds(run),
        startEquity,
        endEquity,
        days: betweenOpens,
        maxDrawdown: metrics.max_drawdown,
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

/** Equity at the last close of each day: the midnights behind the start, and the end of an unfinished day. */
function dayEnds({ data, days, metrics }: StoredRun): Float64Array {
  const first = days.times[0] === data.from ? 1 : 0
  const ends = [...days.equity.subarray(first)]
  if (data.to % DAY_MS !== 0) ends.push(metrics.end_equity)
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
      'A year of 252 days unless told otherwise: ratios are √(252 ÷ 365) = 0.83 of ours, CAGR is that of 252 days; drawdowns inside a day do not count.',
  },
  {
    tool: 'freqtrade',
    sharpe: 'p ÷ std(trades) · √365, p = Σ profit ÷ start ÷ days, std over n',
    sortino: 'p ÷ std(losing trades) · √365',
    calmar: '100 · p ÷ drawdown of closed trades · √365',
    cagr: '(E end ÷ E start)^(365 ÷ whole days) − 1',
    difference:
      'Of trades, not of equity: what happens while a trade is open does not count, and the spread is that of single trades, so more trades a day alone raise it. Calmar is in percent and times √365: comparable with no other. −100 where a denominator is 0, 0 without a trade.',
  },
  {
    tool: 'backtesting.py',
    sharpe: '((1+g)^365 − 1) ÷ √((s² + (1+g)²)^365 − (1+g)^730), g geometric mean of r, s² variance',
    sortino: '((1+g)^365 − 1) ÷ (√(Σ min(r, 0)² ÷ n) · √365)',
    calmar: '((1+g)^365 − 1) ÷ deepest drawdown over bar closes',
    cagr: '(E end ÷ E start)^(365.25 ÷ days) − 1, days from the first bar’s open to the last’s',
    difference:
      'Growth is compounded before it is divided, so high growth is divided by a high spread, and the return of the first day is left out. 252 instead of 365 where no bar is of a weekend.',
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

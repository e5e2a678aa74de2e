/** Which way a metric is better, where it has a better way: what comparisons and rankings go by. Floor 1. */
import type { MetricKey } from './metric-table.js'

/** `none`: more of it is neither better nor worse by itself, as of trades, fees or exposure. */
export type MetricDirection = 'higher' | 'lower' | 'none'

/** The direction of every metric. */
export const METRIC_DIRECTIONS = {
  start_equity: 'none',
  end_equity: 'higher',
  net_profit: 'higher',
  net_return: 'higher',
  cagr: 'higher',
  volatility: 'lower',
  sharpe: 'higher',
  sharpe_se: 'lower',
  sortino: 'higher',
  calmar: 'higher',
  omega: 'higher',
  max_drawdown: 'lower',
  max_drawdown_days: 'lower',
  ulcer_index: 'lower',
  var_95: 'lower',
  cvar_95: 'lower',
  tail_ratio: 'higher',
  skew: 'none',
  excess_kurtosis: 'none',
  psr: 'higher',
  exposure: 'none',
  turnover: 'none',
  trades: 'none',
  win_rate: 'higher',
  profit_factor: 'higher',
  expectancy: 'higher',
  payoff: 'higher',
  sqn: 'higher',
  kelly: 'none',
  avg_trade_return: 'higher',
  best_trade: 'higher',
  worst_trade: 'higher',
  max_win_streak: 'none',
  max_loss_streak: 'lower',
  avg_bars: 'none',
  mae_mean: 'higher',
  mfe_mean: 'higher',
  gross_profit_before_costs: 'higher',
  fees: 'none',
  slippage: 'none',
  break_even_alpha: 'higher',
  fills: 'none',
  orders: 'none',
  rejected: 'lower',
  outside_bar_share: 'lower',
  ambiguous_trades: 'lower',
  buy_hold_return: 'none',
  alpha_vs_hold: 'higher',
  beta_vs_hold: 'none',
  information_ratio: 'higher',
  bars: 'none',
} as const satisfies Readonly<Record<MetricKey, MetricDirection>>

/**
 * Sorts better values first: the higher ones, unless lower is better; undefined ones (NaN) last.
 * Negative when `a` comes before `b`.
 */
export function compareMetric(key: MetricKey, a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return METRIC_DIRECTIONS[key] === 'lower' ? a - b : b - a
}

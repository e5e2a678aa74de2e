/**
 * What each metric is: its name in print, unit, definition and source. The report's appendix and the
 * documentation print this table; its order is the order of `metrics.json`. Floor 1.
 */

/** What a metric counts: amounts in quote, fractions (0.01 is 1 %), plain ratios, and what the others say. */
export type MetricUnit =
  | 'quote'
  | 'fraction'
  | 'fraction a year'
  | 'ratio'
  | 'times a year'
  | 'days'
  | 'bars'
  | 'count'
  | 'ATR'

/** One metric, in words. */
export interface MetricDefinition {
  readonly label: string
  readonly unit: MetricUnit
  /** One sentence with the formula. r: daily returns; b: those of the close; E: equity at bar closes. */
  readonly definition: string
  /** Where the formula comes from; empty where it is bookkeeping. */
  readonly source: string
}

/** All metrics, in order. */
export const METRICS = {
  start_equity: {
    label: 'Start equity',
    unit: 'quote',
    definition: 'Cash at the start.',
    source: '',
  },
  end_equity: {
    label: 'End equity',
    unit: 'quote',
    definition: 'Cash plus base held × close, after the last bar.',
    source: '',
  },
  net_profit: {
    label: 'Net profit',
    unit: 'quote',
    definition: 'End equity − start equity, to 1e−8.',
    source: '',
  },
  net_return: {
    label: 'Net return',
    unit: 'fraction',
    definition: 'End equity ÷ start equity − 1.',
    source: '',
  },
  cagr: {
    label: 'CAGR',
    unit: 'fraction a year',
    definition:
      '(End equity ÷ start equity)^(31,536,000 ÷ seconds) − 1, seconds from the first open to the end of the last bar.',
    source: '',
  },
  volatility: {
    label: 'Volatility',
    unit: 'fraction a year',
    definition: 'std(r) · √365, with n − 1.',
    source: '',
  },
  sharpe: {
    label: 'Sharpe',
    unit: 'ratio',
    definition: 'mean(r) ÷ std(r) · √365, with n − 1 and a risk-free rate of 0.',
    source: 'Sharpe, The Sharpe Ratio, 1994',
  },
  sharpe_se: {
    label: 'Sharpe, standard error',
    unit: 'ratio',
    definition:
      '√((1 − γ₃·SR + (γ₄ − 1)/4·SR²) ÷ (n − 1)) · √365, SR the Sharpe ratio of a day, γ₃ skewness, γ₄ raw kurtosis.',
    source: 'Mertens, 2002; Bailey and López de Prado, The Sharpe Ratio Efficient Frontier, 2012',
  },
  sortino: {
    label: 'Sortino',
    unit: 'ratio',
    definition: 'mean(r) ÷ √(Σ min(r, 0)² ÷ n) · √365.',
    source: 'Sortino and van der Meer, Downside Risk, 1991',
  },
  calmar: {
    label: 'Calmar',
    unit: 'ratio',
    definition: 'CAGR ÷ max drawdown.',
    source: 'Young, Calmar Ratio, Futures, 1991',
  },
  omega: {
    label: 'Omega',
    unit: 'ratio',
    definition: 'Σ max(r, 0) ÷ Σ max(−r, 0).',
    source: 'Keating and Shadwick, A Universal Performance Measure, 2002',
  },
  max_drawdown: {
    label: 'Max drawdown',
    unit: 'fraction',
    definition: 'Largest 1 − E ÷ peak of E so far.',
    source: '',
  },
  max_drawdown_days: {
    label: 'Max drawdown, length',
    unit: 'days',
    definition:
      'Days from the close of the first bar that reached the peak of the max drawdown to the first close back at it, or to the end.',
    source: '',
  },
  ulcer_index: {
    label: 'Ulcer index',
    unit: 'fraction',
    definition: '√mean((1 − E ÷ peak of E so far)²).',
    source: "Martin and McCann, The Investor's Guide to Fidelity Funds, 1989",
  },
  var_95: {
    label: 'VaR 95 %, one day',
    unit: 'fraction',
    definition: '−q, q the 5 % quantile of r with linear interpolation (type 7).',
    source: 'Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996',
  },
  cvar_95: {
    label: 'CVaR 95 %, one day',
    unit: 'fraction',
    definition: '−mean of the r at or below the 5 % quantile.',
    source: 'Rockafellar and Uryasev, Optimization of Conditional Value-at-Risk, 2000',
  },
  tail_ratio: {
    label: 'Tail ratio',
    unit: 'ratio',
    definition: '|95 % quantile of r ÷ 5 % quantile of r|.',
    source: '',
  },
  skew: {
    label: 'Skewness',
    unit: 'ratio',
    definition: 'm₃ ÷ m₂^1.5 of r, population moments.',
    source: '',
  },
  excess_kurtosis: {
    label: 'Excess kurtosis',
    unit: 'ratio',
    definition: 'm₄ ÷ m₂² − 3 of r, population moments; 0 for the normal distribution.',
    source: '',
  },
  psr: {
    label: 'Probabilistic Sharpe ratio',
    unit: 'fraction',
    definition:
      'Φ(SR·√(n − 1) ÷ √(1 − γ₃·SR + (γ₄ − 1)/4·SR²)), the probability that the true Sharpe ratio is above 0.',
    source: 'Bailey and López de Prado, The Sharpe Ratio Efficient Frontier, 2012',
  },
  exposure: {
    label: 'Exposure',
    unit: 'fraction',
    definition: 'Bars at whose close a position is held ÷ bars.',
    source: '',
  },
  turnover: {
    label: 'Turnover',
    unit: 'times a year',
    definition: 'Σ quote of all fills ÷ mean(E) ÷ years, buys and sells both counted.',
    source: '',
  },
  trades: {
    label: 'Trades',
    unit: 'count',
    definition: 'Closed round trips, flat to flat; one still open at the end is not counted.',
    source: '',
  },
  win_rate: {
    label: 'Win rate',
    unit: 'fraction',
    definition: 'Trades with net > 0 ÷ trades.',
    source: '',
  },
  profit_factor: {
    label: 'Profit factor',
    unit: 'ratio',
    definition: 'Σ net of winning trades ÷ |Σ net of losing trades|.',
    source: '',
  },
  expectancy: {
    label: 'Expectancy',
    unit: 'quote',
    definition: 'Mean net of the trades.',
    source: '',
  },
  payoff: {
    label: 'Payoff',
    unit: 'ratio',
    definition: 'Mean net of winning trades ÷ |mean net of losing trades|.',
    source: '',
  },
  sqn: {
    label: 'SQN',
    unit: 'ratio',
    definition: '√n · mean(net) ÷ std(net) of the n trades, with n − 1.',
    source: 'Tharp, Definitive Guide to Position Sizing, 2008',
  },
  kelly: {
    label: 'Kelly',
    unit: 'fraction',
    definition: 'W − (1 − W) ÷ payoff, W the win rate; an upper bound, not advice.',
    source: 'Kelly, A New Interpretation of Information Rate, 1956',
  },
  avg_trade_return: {
    label: 'Average trade',
    unit: 'fraction',
    definition: 'Mean return of the trades, net ÷ quote paid.',
    source: '',
  },
  best_trade: {
    label: 'Best trade',
    unit: 'fraction',
    definition: 'Highest return of a trade, net ÷ quote paid.',
    source: '',
  },
  worst_trade: {
    label: 'Worst trade',
    unit: 'fraction',
    definition: 'Lowest return of a trade, net ÷ quote paid.',
    source: '',
  },
  max_win_streak: {
    label: 'Longest winning streak',
    unit: 'count',
    definition: 'Most trades in a row with net > 0.',
    source: '',
  },
  max_loss_streak: {
    label: 'Longest losing streak',
    unit: 'count',
    definition: 'Most trades in a row with net < 0.',
    source: '',
  },
  avg_bars: {
    label: 'Average bars held',
    unit: 'bars',
    definition: "Mean bars of a trade, from the entry's to the one before the exit's.",
    source: '',
  },
  mae_mean: {
    label: 'Mean adverse excursion',
    unit: 'fraction',
    definition: 'Mean over the trades of the deepest low ÷ entry price − 1 while held, at most 0.',
    source: 'Sweeney, Maximum Adverse Excursion, 1996',
  },
  mfe_mean: {
    label: 'Mean favourable excursion',
    unit: 'fraction',
    definition: 'Mean over the trades of the highest high ÷ entry price − 1 while held, at least 0.',
    source: 'Sweeney, Maximum Adverse Excursion, 1996',
  },
  gross_profit_before_costs: {
    label: 'Profit before costs',
    unit: 'quote',
    definition: 'Net profit + fees + slippage.',
    source: '',
  },
  fees: {
    label: 'Fees',
    unit: 'quote',
    definition: "Σ commissions, one taken in base valued at its fill's price.",
    source: '',
  },
  slippage: {
    label: 'Slippage',
    unit: 'quote',
    definition: 'Σ |price − open of the filling bar| · quantity of all fills.',
    source: '',
  },
  break_even_alpha: {
    label: 'Break-even alpha',
    unit: 'ATR',
    definition:
      'alpha + net profit ÷ Σ(ATR · quantity) of all fills: the slippage at which the same fills earn nothing, fees as paid.',
    source: '',
  },
  fills: {
    label: 'Fills',
    unit: 'count',
    definition: 'Executions of orders.',
    source: '',
  },
  orders: {
    label: 'Orders',
    unit: 'count',
    definition: 'Orders sent, those of the last bar included.',
    source: '',
  },
  rejected: {
    label: 'Rejected orders',
    unit: 'count',
    definition: 'Orders that ended REJECTED, as by a filter of the exchange.',
    source: '',
  },
  outside_bar_share: {
    label: 'Fills outside their bar',
    unit: 'fraction',
    definition: "Fills whose price lies outside their bar's low to high ÷ fills.",
    source: '',
  },
  ambiguous_trades: {
    label: 'Ambiguous trades',
    unit: 'count',
    definition: 'Trades whose outcome depends on an unknown path inside a bar, booked as the worse one.',
    source: '',
  },
  buy_hold_return: {
    label: 'Buy and hold',
    unit: 'fraction',
    definition: 'Last close ÷ first open − 1, without costs.',
    source: '',
  },
  alpha_vs_hold: {
    label: 'Alpha against hold',
    unit: 'fraction a year',
    definition: '(mean(r) − β · mean(b)) · 365.',
    source: 'Jensen, The Performance of Mutual Funds, 1968; risk-free rate 0',
  },
  beta_vs_hold: {
    label: 'Beta against hold',
    unit: 'ratio',
    definition: 'β = cov(r, b) ÷ var(b).',
    source: 'Sharpe, Capital Asset Prices, 1964',
  },
  information_ratio: {
    label: 'Information ratio',
    unit: 'ratio',
    definition: 'mean(r − b) ÷ std(r − b) · √365, with n − 1.',
    source: 'Goodwin, The Information Ratio, 1998',
  },
  bars: {
    label: 'Bars',
    unit: 'bars',
    definition: 'Bars of the range.',
    source: '',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>

/** Name of a metric, as in `metrics.json`. */
export type MetricKey = keyof typeof METRICS

/** Names of all metrics, in order. */
export const METRIC_KEYS: readonly MetricKey[] = Object.keys(METRICS).filter(isMetricKey)

/** Whether the text names a metric. */
export function isMetricKey(text: string): text is MetricKey {
  return Object.hasOwn(METRICS, text)
}

/**
 * Every metric of a run, by the definitions of `metric-table.ts`. Floor 1.
 * Amounts are added up exactly and become doubles last, so that net = before costs − slippage − fees
 * holds to the last unit.
 */
import { type Origin, valueAt } from '../../model/bars.js'
import { InvariantError } from '../../model/errors.js'
import { toNumber, toUnits } from '../../model/money.js'
import type { RunResult } from '../../model/run-result.js'
import { formatTime } from '../../model/time.js'
import { benchmarkRatios } from './benchmark-ratios.js'
import { cagr, YEAR_SECONDS } from './cagr.js'
import { costsOf } from './costs.js'
import { barEnd, type DailyMarks, dailyMarks, returnsOf } from './daily-marks.js'
import { type Falls, fallsOf, toDrawdown } from './drawdown.js'
import { METRIC_KEYS, METRICS, type MetricKey, type MetricUnit } from './metric-table.js'
import type { Provenance } from './provenance.js'
import { momentsOfReturns, omega, psr, sharpe, sharpeError, sortino, volatility } from './return-ratios.js'
import type { RiskMultiples } from './risk-multiples.js'
import type { RunFalls } from './run-falls.js'
import { tailRisk } from './tail-risk.js'
import { tradeMetrics } from './trade-metrics.js'

/** Metrics of one run, and the daily marks they were computed from. */
export interface Metrics {
  /** In order of `METRICS`; what is undefined is NaN, never infinite. */
  readonly values: Readonly<Record<MetricKey, number>>
  readonly marks: DailyMarks
  /** Undefined where it was not computed: only a whole run is replayed for it. */
  readonly insideBars?: InsideBars
  /** Undefined where it was not computed: only of a whole run it is told. */
  readonly provenance?: Provenance
  /** Undefined where it was not computed: only of a whole run it is told. */
  readonly risk?: RiskMultiples
  /** Undefined where it was not computed: only of a whole run it is told. */
  readonly falls?: RunFalls
}

/** How much of a result rests on what came first inside a bar. */
export interface InsideBars {
  /** Ambiguous trades ÷ trades; 0 without a trade. */
  readonly ambiguousShare: number
  /** Net profit in quote with the worse and with the better outcome of every such bar. */
  readonly netWorst: number
  readonly netBest: number
}

/** All metrics of a run; `given` are the falls of its equity, where they are known. Throws an InvariantError without a bar. */
export function runMetrics(result: RunResult, given?: Falls): Metrics {
  const { bars, fills, first, end, equity, orders, rules, settings, trades } = result
  if (end <= first) throw new InvariantError(`a run must have a bar, was ${first}..${end} of ${bars.symbol}`)
  const scale = rules.priceScale * rules.quantityScale
  const count = end - first
  const seconds = (barEnd(bars, end - 1) - valueAt(bars.openTime, first)) / 1000
  const years = seconds / YEAR_SECONDS

  const startEquity = toNumber(settings.cash, scale)
  const endEquity = valueAt(equity, count - 1)
  const lastClose = valueAt(bars.close, end - 1)
  const held = result.symbols.reduce(
    (sum, one) =>
      sum + toUnits(toNumber(one.quantity, one.rules.quantityScale) * one.lastClose, 'nearest', scale),
    0n,
  )
  const netProfit = result.cash + held - settings.cash - (result.bnb?.charged ?? 0n)
  const costs = costsOf(fills, rules)
  const growth = cagr({ start: startEquity, end: endEquity, years })

  const falls = given ?? fallsOf(equity, 1)
  const deepest = falls.deepest[0]
  const maxDrawdown = deepest?.depth ?? 0

  const marks = dailyMarks(result)
  const returns = returnsOf(marks.equity)
  const moments = momentsOfReturns(returns)
  const tails = tailRisk(returns)
  const hold = benchmarkRatios(returns, returnsOf(marks.close))
  const trading = tradeMetrics(trades, scale)
  const atrTraded = fills.reduce(
    (sum, fill) => sum + fill.atr * toNumber(fill.quantity, rules.quantityScale),
    0,
  )

  const values: Record<MetricKey, number> = {
    start_equity: startEquity,
    end_equity: endEquity,
    net_profit: toNumber(netProfit, scale),
    net_return: endEquity / startEquity - 1,
    cagr: growth,
    volatility: volatility(returns),
    sharpe: sharpe(returns),
    sharpe_se: sharpeError(returns),
    sortino: sortino(returns),
    calmar: growth / maxDrawdown,
    omega: omega(returns),
    max_drawdown: maxDrawdown,
    max_drawdown_days: deepest === undefined ? 0 : toDrawdown(result, deepest).days,
    ulcer_index: falls.ulcerIndex,
    var_95: tails.valueAtRisk,
    cvar_95: tails.conditionalValueAtRisk,
    tail_ratio: tails.tailRatio,
    skew: moments.skewness,
    excess_kurtosis: moments.rawKurtosis - 3,
    psr: psr(returns),
    exposure: result.exposedBars / count,
    turnover: toNumber(costs.traded, scale) / falls.mean / years,
    trades: trades.length,
    win_rate: trading.winRate,
    profit_factor: trading.profitFactor,
    expectancy: trading.expectancy,
    payoff: trading.payoff,
    sqn: trading.sqn,
    kelly: trading.kelly,
    avg_trade_return: trading.averageReturn,
    best_trade: trading.bestReturn,
    worst_trade: trading.worstReturn,
    max_win_streak: trading.winStreak,
    max_loss_streak: trading.lossStreak,
    avg_bars: trading.averageBars,
    mae_mean: trading.meanAdverse,
    mfe_mean: trading.meanFavourable,
    gross_profit_before_costs: toNumber(netProfit + costs.fees + costs.slippage, scale),
    fees: toNumber(costs.fees, scale),
    slippage: toNumber(costs.slippage, scale),
    break_even_alpha: settings.alpha + toNumber(netProfit, scale) / atrTraded,
    fills: fills.length,
    orders: orders.length,
    rejected: orders.filter((record) => record.status === 'REJECTED').length,
    outside_bar_share: fills.filter((fill) => fill.isOutsideBar).length / fills.length,
    ambiguous_trades: trades.filter((trade) => trade.isAmbiguous).length,
    buy_hold_return: lastClose / valueAt(bars.open, first) - 1,
    alpha_vs_hold: hold.alpha,
    beta_vs_hold: hold.beta,
    information_ratio: hold.informationRatio,
    bars: count,
  }
  for (const key of METRIC_KEYS) values[key] = finite(values[key])
  return { values, marks }
}

/** A ratio without a finite value is undefined; −0 is 0. */
function finite(value: number): number {
  return Number.isFinite(value) ? value + 0 : Number.NaN
}

/** What `metrics.json` holds. */
export interface MetricsJson {
  readonly schema: 'nextbar/metrics@1'
  /** `null` where a metric is undefined. */
  readonly values: Readonly<Record<MetricKey, number | null>>
  readonly units: Readonly<Record<MetricKey, MetricUnit>>
  readonly inside_bars?: {
    readonly ambiguous_share: number
    readonly net_profit_worst: number
    readonly net_profit_best: number
  }
  /** Results of trades in units of what each risked at first, after costs; `null` where no trade had a stop. */
  readonly risk_multiples?: {
    readonly trades: number
    readonly without_stop: number
    readonly expectancy: number | null
    readonly median: number | null
    readonly best: number | null
    readonly worst: number | null
  }
  /** Shares are fractions of the changes of equity, without their signs. */
  readonly provenance?: {
    readonly unoriginal_share: number
    readonly by_origin: Readonly<Partial<Record<Origin, number>>>
    /** The gaps that a position was held over; times are those of the first missing and the next bar. */
    readonly held_gaps: readonly {
      readonly symbol: string
      readonly from: string
      readonly to: string
      readonly missing: number
    }[]
  }
}

/** Metrics as they are written: NaN becomes `null`, keys in order. */
export function metricsJson({ values, insideBars, provenance, risk }: Metrics): MetricsJson {
  return {
    schema: 'nextbar/metrics@1',
    values: recordOf((key) => orNull(values[key])),
    units: recordOf((key) => METRICS[key].unit),
    ...(insideBars && {
      inside_bars: {
        ambiguous_share: insideBars.ambiguousShare,
        net_profit_worst: insideBars.netWorst,
        net_profit_best: insideBars.netBest,
      },
    }),
    ...(risk && {
      risk_multiples: {
        trades: risk.trades.length,
        without_stop: risk.withoutStop,
        expectancy: orNull(risk.expectancy),
        median: orNull(risk.median),
        best: orNull(risk.best),
        worst: orNull(risk.worst),
      },
    }),
    ...(provenance && {
      provenance: {
        unoriginal_share: provenance.unoriginalShare,
        by_origin: Object.fromEntries(provenance.byOrigin),
        held_gaps: provenance.heldGaps.map(({ symbol, from, to, missing }) => ({
          symbol,
          from: formatTime(from),
          to: formatTime(to),
          missing,
        })),
      },
    }),
  }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

function recordOf<T>(metricAt: (key: MetricKey) => T): Readonly<Record<MetricKey, T>> {
  // `METRIC_KEYS` are all the keys, so the record is whole.
  return Object.fromEntries(METRIC_KEYS.map((key) => [key, metricAt(key)])) as Record<MetricKey, T>
}

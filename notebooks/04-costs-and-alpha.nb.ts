// %% [markdown]
// # Costs and alpha
//
// `alpha` is slippage in units of the average true range: a market order fills at the next open, plus (a BUY) or
// minus (a SELL) `alpha · ATR`. The default of one half is harsh on short bars. How much of a result is the
// assumption?

// %%
import { backtest, display } from './kit/index.js'

const market = {
  data: 'synthetic:5:17520',
  symbol: 'BTCUSDT',
  interval: '1h',
  params: { fast: 20, slow: 100 },
}
const alphas = [0, 0.05, 0.1, 0.2, 0.3, 0.5]
const runs = await Promise.all(alphas.map((alpha) => backtest('sma-cross', { ...market, alpha })))
const costs = runs.map(({ metrics }, k) => ({
  alpha: alphas[k],
  'before costs': metrics.gross_profit_before_costs,
  slippage: -metrics.slippage,
  fees: -metrics.fees,
  net: metrics.net_profit,
  'break-even alpha': metrics.break_even_alpha,
}))
costs

// %% Net profit by alpha
display({
  description: 'Net profit by alpha, in quote: the line falls with what slippage is assumed to be',
  width: 520,
  height: 240,
  data: { values: costs },
  mark: { type: 'line', point: true },
  encoding: {
    x: { field: 'alpha', type: 'quantitative' },
    y: { field: 'net', type: 'quantitative' },
  },
})

// %% [markdown]
// The line is nearly straight: the trades stay the same, each costs `alpha · ATR · quantity` more. Where it crosses
// zero is the break-even alpha that every report prints; a strategy whose break-even alpha is below what your own
// fills cost is not one to trade.
//
// ## Half the trades, half the costs
//
// The cure for costs is to trade less: longer averages pay them less often.

// %%
const periods = [20, 50, 100, 200, 400]
const slower = await Promise.all(
  periods.map(async (slow) => {
    const { metrics } = await backtest('sma-cross', {
      ...market,
      params: { fast: slow / 5, slow },
      alpha: 0.2,
    })
    return {
      fast: slow / 5,
      slow,
      trades: metrics.trades,
      'before costs': metrics.gross_profit_before_costs,
      costs: metrics.slippage + metrics.fees,
      net: metrics.net_profit,
    }
  }),
)
display(slower)

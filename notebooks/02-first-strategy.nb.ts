// %% [markdown]
// # A first strategy
//
// A strategy is one object: parameters, indicators, and what to do at a bar's close. It is the same object that a
// file in `strategies/` exports, and that paper and live trade.

// %%
import { close, crossedAbove, crossedBelow, defineStrategy, ema, int } from '../engine/index.js'
import { backtest, display } from './kit/index.js'

const cross = defineStrategy({
  name: 'my-cross',
  params: { fast: int(30, { min: 2, max: 500 }), slow: int(120, { min: 5, max: 2000 }) },
  allow: (p) => p.fast < p.slow,
  indicators: (p) => ({ fast: ema(close, p.fast), slow: ema(close, p.slow) }),
  onBar({ fast, slow }, { target }) {
    if (crossedAbove(fast, slow)) target(1, { tag: 'up' })
    if (crossedBelow(fast, slow)) target(0, { tag: 'down' })
  },
})

// %% [markdown]
// ## Run it
//
// `backtest` takes the flags of `run-backtest.ts` by name. What comes back is shown as a short tear sheet; its
// tables are rows of plain objects.

// %%
const market = { data: 'synthetic:3:8760', symbol: 'BTCUSDT', interval: '1h', alpha: 0.1 }
const run = await backtest(cross, market)
display(run)

// %% The five best trades
run.trades.toSorted((a, b) => Number(b.return) - Number(a.return)).slice(0, 5)

// %% [markdown]
// ## Is it the idea, or the noise?
//
// Other seeds are other markets made in the same way. An idea that works should work on most of them; here the
// market is a random walk with changing volatility, so the honest expectation is a loss of about the costs.

// %%
const seeds = [11, 12, 13, 14, 15, 16]
const table = await Promise.all(
  seeds.map(async (seed) => {
    const { metrics } = await backtest(cross, { ...market, data: `synthetic:${seed}:8760` })
    return {
      seed,
      'net return': metrics.net_return,
      'buy and hold': metrics.buy_hold_return,
      sharpe: metrics.sharpe,
      trades: metrics.trades,
      fees: metrics.fees,
    }
  }),
)
display(table)

// %% [markdown]
// # A sweep without fooling yourself
//
// The best of many trials always looks good. How good would the best look if no trial had an edge at all? This
// notebook sweeps a moving-average cross over a market that is a random walk: there is nothing to find, and the
// point is to see that the sweep says so.

// %%
import { backtest, display, sweep } from './kit/index.js'

const noise = { data: 'synthetic:21:17520', symbol: 'BTCUSDT', interval: '1h', alpha: 0.1 }
const folder = 'reports/out/notebooks'
const found = await sweep('sma-cross', {
  ...noise,
  params: { fast: '5:50:5', slow: '60:240:30' },
  out: `${folder}/noise-sweep`,
  'trial-store': `${folder}/trials`,
  fresh: true,
})
display(found)

// %% [markdown]
// Read the verdict from the top. The **deflated Sharpe ratio** sets the best trial against the best that so many
// trials show without any edge. **PBO** is how often the champion of one half of the days is below the median on the
// other half. A number that survives both is rare, and should be.
//
// ## Peak and plateau
//
// A lone peak is luck more often than a broad plateau. The sweep scores each trial by its neighbours.

// %%
const fast = [...new Set(found.trials.map((row) => Number(row.fast)))].sort((a, b) => a - b)
const heat = {
  description: 'Sharpe ratio by both periods, made-up market: colours without a pattern are noise',
  width: 420,
  height: 260,
  data: { values: found.trials.map((row) => ({ fast: row.fast, slow: row.slow, sharpe: row.sharpe })) },
  mark: 'rect' as const,
  encoding: {
    x: { field: 'fast', type: 'ordinal' as const, sort: fast },
    y: { field: 'slow', type: 'ordinal' as const, sort: 'descending' as const },
    color: {
      field: 'sharpe',
      type: 'quantitative' as const,
      scale: { scheme: 'blueorange' as const, domainMid: 0 },
    },
  },
}
display(heat)

// %% [markdown]
// ## The winner, on bars that it has never seen
//
// The sharpest test is the simplest: keep a range away from the sweep (`--holdout`), look at it once, at the end. Here
// the next seeds are such ranges.

// %%
const [best] = found.trials
const seeds = [22, 23, 24, 25]
const unseen = await Promise.all(
  seeds.map(async (seed) => {
    const params = { fast: Number(best?.fast), slow: Number(best?.slow) }
    const { metrics } = await backtest('sma-cross', { ...noise, data: `synthetic:${seed}:17520`, params })
    return { seed, sharpe: metrics.sharpe, 'net return': metrics.net_return }
  }),
)
display([{ seed: 21, sharpe: Number(best?.sharpe), 'net return': Number(best?.net_return) }, ...unseen])

// %% [markdown]
// `npx tsx run-sweep.ts … --walk-forward train=365d,test=90d` does this fold by fold, and its headline is the equity
// that was never trained on.

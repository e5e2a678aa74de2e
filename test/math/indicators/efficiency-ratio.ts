import { close, defineIndicator } from '../../../engine/index.js'

/** Kaufman's efficiency ratio: the way made in `period` bars, as a share of the way walked. */
export const efficiencyRatio = defineIndicator({
  name: 'efficiency-ratio',
  sources: { price: close },
  params: { period: 10 },
  warmup: ({ period }) => period,
  state: () => ({ last: [] as number[] }),
  next({ price }, state, { period }) {
    state.last.push(price)
    if (state.last.length > period + 1) state.last.shift()
    let walked = 0
    for (let i = 1; i < state.last.length; i++) {
      walked += Math.abs((state.last[i] ?? price) - (state.last[i - 1] ?? price))
    }
    return walked === 0 ? 0 : Math.abs(price - (state.last[0] ?? price)) / walked
  },
})

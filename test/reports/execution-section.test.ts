/** What the execution section says of a run's lists. */
import { expect, it } from 'vitest'
import { runMetrics } from '../../engine/math/metrics/run-metrics.js'
import { executionSection } from '../../reports/execution-section.js'
import { toMarkup } from '../../reports/html.js'
import { barsOf, run, scripted } from '../market.js'

it('counts lists by contingency and status', async () => {
  const bars = barsOf(Array.from({ length: 12 }, () => [100, 101, 99, 100]))
  const working = { side: 'BUY', quantity: 1, type: 'LIMIT', price: 98 } as const
  const pending = { side: 'SELL', quantity: 1, type: 'LIMIT', price: 103 } as const
  // The second is refused for its size; the first waits until the range ends.
  const result = run({
    bars,
    strategy: scripted({
      0: ({ oto }) => oto({ working, pending }),
      1: ({ oto }) => oto({ working: { ...working, quantity: 1_000 }, pending }),
    }),
  })
  const page = toMarkup(await executionSection(result, runMetrics(result)))
  expect(page).toMatch(/OTO lists[\s\S]{0,80}2 \(ALL_DONE 1, REJECT 1\)/)
  expect(page).not.toContain('OCO lists')
})

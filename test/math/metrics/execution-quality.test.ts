import { expect, it } from 'vitest'
import { executionQuality } from '../../../engine/math/metrics/execution-quality.js'
import { fixtureRun, moment } from './run-fixture.js'

const run = fixtureRun({
  closes: [100, 100, 100, 100],
  alpha: 0.5,
  fills: [
    { bar: 1, side: 'BUY', price: '100', quantity: '2', slippage: '0.4', atr: 2 },
    {
      bar: 2,
      side: 'SELL',
      price: '100',
      quantity: '1',
      slippage: '0.1',
      atr: 4,
      time: moment('2024-01-01T02:10'),
    },
  ],
  statuses: ['FILLED', 'FILLED', 'EXPIRED', 'EXPIRED', 'REJECTED'],
})

it('orders and fills are counted, timed and priced', () => {
  const quality = executionQuality(run)
  expect(quality.fillRatio).toBe(0.4)
  expect(quality.makerShare).toBe(0)
  // 0.4 of 2 × 100 and 0.1 of 100.
  expect([...quality.slippages].map((x) => Number(x.toFixed(9)))).toEqual([0.002, 0.001])
  // Half of 2 and of 4 ÷ 100.
  expect(quality.meanAlphaAtr).toBeCloseTo(0.015, 12)
  // At the next open, and ten minutes after it.
  expect(quality.types).toEqual([
    {
      type: 'MARKET',
      orders: 5,
      filled: 2,
      canceled: 0,
      expired: 2,
      rejected: 1,
      medianWaitMs: 300_000,
      longestWaitMs: 600_000,
    },
  ])
  expect(quality.ends).toEqual([
    { status: 'EXPIRED', reason: '', count: 2 },
    { status: 'FILLED', reason: '', count: 2 },
    { status: 'REJECTED', reason: '', count: 1 },
  ])
})

it('makers are counted by fills and by quote', () => {
  const [buy, sell] = run.fills
  if (!buy || !sell) throw new Error('must have two fills')
  const { makerShare, makerQuoteShare, liquidities } = executionQuality({
    ...run,
    fills: [{ ...buy, liquidity: 'MAKER' }, sell],
  })
  // 200 of 300 traded.
  expect([makerShare, makerQuoteShare]).toEqual([0.5, 2 / 3])
  expect(liquidities).toEqual([
    { liquidity: 'MAKER', fills: 1, quote: 200 },
    { liquidity: 'TAKER', fills: 1, quote: 100 },
  ])
})

it('a run without orders has no number', () => {
  const { fillRatio, makerShare, meanAlphaAtr, ends, types, liquidities } = executionQuality(
    fixtureRun({ closes: [1, 1] }),
  )
  expect([fillRatio, makerShare, meanAlphaAtr].every(Number.isNaN)).toBe(true)
  expect([ends, types, liquidities]).toEqual([[], [], []])
})

import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../engine/app/command-line.js'
import { resolveSettings } from '../../engine/app/resolve-settings.js'
import type { RunParts } from '../../engine/app/run-identity.js'
import { loadParts } from '../../engine/app/run-once.js'
import { runWarnings } from '../../engine/app/run-warnings.js'
import { runMetrics } from '../../engine/math/metrics/run-metrics.js'
import { ONE } from '../../engine/model/money.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { type SampleOptions, sampleRun } from '../reports/sample-run.js'

const PARTS: RunParts = await loadParts(
  resolveSettings([readCommandLine(['--data', 'synthetic:1:10', '--taker-fee', '0.0004'])]),
)

function warningsOf(
  options: SampleOptions,
  { parts = {}, result = {} }: { parts?: Partial<RunParts>; result?: Partial<RunResult> } = {},
): readonly string[] {
  const sample = { ...sampleRun(options).result, ...result }
  return runWarnings({ ...PARTS, ...parts }, sample, runMetrics(sample))
}

/** A year of hourly bars and enough trades: nothing to say but what the walk itself brings. */
const PLENTY: SampleOptions = { bars: 8760, trades: 60 }

describe('runWarnings', () => {
  it('warns of fewer than 30 trades and not of 30', () => {
    expect(warningsOf({ ...PLENTY, trades: 29 })).toContain(
      'Fewer than 30 trades (29): figures about trades are rough.',
    )
    expect(warningsOf({ ...PLENTY, trades: 30 }).join(' ')).not.toContain('Fewer than')
  })

  it.each([
    [29 * 24, /Only 29 days: figures a year are hidden below 30/],
    [30 * 24, /Only 30 days: figures a year are rough below 90/],
    [89 * 24, /Only 89 days: figures a year are rough below 90/],
  ])('warns of a run of %i hours', (bars, message) => {
    expect(warningsOf({ bars, trades: 30 }).join(' ')).toMatch(message)
  })

  it('does not warn of 90 days', () => {
    expect(warningsOf({ bars: 90 * 24, trades: 30 }).join(' ')).not.toContain('figures a year')
  })

  it('warns of a trade that is open at the end', () => {
    expect(warningsOf({ ...PLENTY, isOpenAtEnd: true }).join(' ')).toContain('A trade is open at the end')
    expect(warningsOf(PLENTY).join(' ')).not.toContain('A trade is open')
  })

  it('warns of what the warm-up took, and of a strategy that was never called', () => {
    expect(warningsOf(PLENTY, { result: { firstCall: 100 } })).toContain(
      'The warm-up took the first 100 bars of 8,760: the strategy was first called after them.',
    )
    expect(warningsOf(PLENTY, { result: { firstCall: 8760 } })).toContain(
      'The strategy was never called: 8,760 bars are fewer than its warm-up needs.',
    )
    expect(warningsOf(PLENTY).join(' ')).not.toMatch(/warm-up|never called/)
  })

  it('warns of gaps, and says what stands for them', () => {
    const [own] = PARTS.symbols
    const symbols = own ? [{ ...own, data: { ...own.data, gaps: 3 } }] : []
    expect(warningsOf(PLENTY, { parts: { symbols } })).toContain(
      'The data have 3 gaps in the range; the next bar that is there fills.',
    )
    const flat = { symbols, settings: { ...PARTS.settings, gaps: 'flat' as const } }
    expect(warningsOf(PLENTY, { parts: flat }).join(' ')).toContain('flat bars stand for what is missing')
  })

  it('warns when nothing is known of the symbol', () => {
    const [own] = PARTS.symbols
    const symbols = own ? [{ ...own, rules: { ...own.rules, isGuess: true } }] : []
    expect(warningsOf(PLENTY, { parts: { symbols } })[0]).toMatch(
      /^No exchange rules are known for SYNTHUSDT: .*--rules/,
    )
  })

  it('warns of little exposure', () => {
    expect(warningsOf(PLENTY, { result: { exposedBars: 87 } }).join(' ')).toContain(
      'in only 0.99% of the bars',
    )
    expect(warningsOf(PLENTY, { result: { exposedBars: 88 } }).join(' ')).not.toContain('in only')
  })

  it('says that no position was held, unless the strategy was never called', () => {
    expect(warningsOf(PLENTY, { result: { exposedBars: 0 } })).toContain('No position was ever held.')
    const never = warningsOf(PLENTY, { result: { exposedBars: 0, firstCall: 8760 } })
    expect(never.join(' ')).not.toContain('No position')
  })

  it('warns of default fees by their value', () => {
    const settings = { ...PARTS.settings, 'taker-fee': 0.001 }
    expect(warningsOf(PLENTY, { parts: { settings } }).join(' ')).toContain('The fees are the defaults')
    expect(warningsOf(PLENTY).join(' ')).not.toContain('The fees')
  })

  it('warns when the best five trades made more than half of the profit', () => {
    const { trades } = sampleRun(PLENTY).result
    const netOf = (nets: readonly number[]) =>
      warningsOf(PLENTY, {
        result: { trades: trades.map((trade, i) => ({ ...trade, net: BigInt(nets[i] ?? -1) * ONE })) },
      }).join(' ')
    // 5 × 3 of 5 × 3 + 14 × 1 is 15 of 29; with one winner more it is 15 of 30.
    expect(netOf([...Array(5).fill(3), ...Array(14).fill(1)])).toContain('(52%) comes from the best 5 trades')
    expect(netOf([...Array(5).fill(3), ...Array(15).fill(1)])).not.toContain('best 5')
    expect(netOf(Array(60).fill(-1))).not.toContain('best 5')
  })

  it('says the same of the same run', () => {
    expect(warningsOf(PLENTY)).toEqual(warningsOf(PLENTY))
  })

  it('doubts a Sharpe ratio that chance could have made, and calls a bad one bad', () => {
    const sample = sampleRun(PLENTY).result
    const metrics = runMetrics(sample)
    const withPsr = (psr: number) =>
      runWarnings(PARTS, sample, { ...metrics, values: { ...metrics.values, psr } }).join(' ')
    expect(withPsr(0.94)).toContain('not distinguishable from 0 (PSR 94%)')
    expect(withPsr(0.95)).not.toContain('Sharpe')
    expect(withPsr(0.04)).toContain('The Sharpe ratio is below 0 (PSR 4%)')
    expect(withPsr(Number.NaN)).not.toContain('Sharpe')
  })

  it('warns of slippage below a basis point of what was traded', () => {
    const { fills } = sampleRun(PLENTY).result
    const paying = (bps: bigint) =>
      warningsOf(PLENTY, {
        // A unit more than rounding down loses.
        result: { fills: fills.map((fill) => ({ ...fill, slippage: (fill.quote * bps) / 100_000n + 1n })) },
      }).join(' ')
    expect(paying(9n)).toContain(
      'Slippage is 0.90 bps of what was traded at alpha 0.5: less than markets charge.',
    )
    expect(paying(10n)).not.toContain('Slippage is')
    expect(warningsOf({ ...PLENTY, trades: 0 }).join(' ')).not.toContain('Slippage is')
  })

  it('warns of prices outside their bars and of rejected orders', () => {
    const sample = sampleRun(PLENTY).result
    const metrics = runMetrics(sample)
    const values = { ...metrics.values, outside_bar_share: 0.25, rejected: 2, orders: 1200 }
    const orders = ['LOT_SIZE', 'MAX_DAILY_LOSS', 'MAX_DAILY_LOSS', ''].flatMap((reason) =>
      sample.orders.slice(0, 1).map((record) => ({ ...record, status: 'REJECTED' as const, reason })),
    )
    const rejecting = { ...sample, orders: [...sample.orders, ...orders] }
    const text = runWarnings(PARTS, rejecting, { ...metrics, values }).join(' ')
    expect(text).toContain("25.0% of the fills are priced outside their bar's low..high")
    expect(text).toContain('2 orders of 1,200 were rejected (MAX_DAILY_LOSS 2, LOT_SIZE 1).')
  })
})

/** A run folder becomes a session in one flag: the same strategy, parameters, symbols, interval and settings. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Layer } from '../../../engine/app/layer.js'
import { withRunSymbols } from '../../../engine/app/live/run-symbols.js'
import { resolveSettings } from '../../../engine/app/resolve-settings.js'
import { ONE } from '../../../engine/model/money.js'
import { readRecord } from '../../../engine/promote/read-record.js'
import { listing, someBars, started } from '../../exchange/started.js'
import { startLive, until } from '../../live/live-command.js'
import { manifestIn, runInside, temporaryFolder } from '../command.js'

async function runFolder(more: readonly string[] = []): Promise<string> {
  const out = path.join(temporaryFolder(), 'run')
  const words = ['sma-cross', '-p', 'fast=3', '-p', 'slow=9', '--data', 'synthetic:7:600', '--out', out]
  const { code, stderr } = await runInside([...words, '--symbol', 'BTCUSDT', '--quiet', ...more])
  expect(code, stderr).toBe(0)
  return out
}

describe('run-live --run DIR', () => {
  it('is a session of that run: strategy, parameters, symbol, interval, costs, policy and limits', async () => {
    const run = await runFolder([
      ...['--alpha', '0.25', '--policy', 'maker-first', '--cash', '5000', '--max-order-quote', '6000'],
    ])
    const exchange = await started({ symbols: [listing(someBars(3000))], history: 1000, speed: 20 })
    const state = path.join(temporaryFolder(), 'state')
    const { rest, stream } = exchange.address
    const program = startLive(
      [
        ...['--run', run, '--mode', 'paper', '--state', state, '--clock', 'stream', '--late-after', '1h'],
        ...['--rest-url', rest, '--stream-url', stream],
      ],
      { HOME: temporaryFolder() },
    )
    await until(
      () => program.output.stdout.includes('order_request') || program.child.exitCode !== null,
      'an order',
    )
    program.child.kill('SIGTERM')
    expect(await program.ended, program.output.stderr).toBe(0)
    const { genesis } = readRecord(path.join(state, 'ledger.sqlite'))
    const manifest = manifestIn(run)
    expect(genesis.strategy.sha256).toBe(manifest.strategy.sha256)
    expect(genesis.engine).toBe(manifest.engine)
    expect(genesis.params).toEqual({ fast: 3, slow: 9 })
    expect(genesis.symbols.map(({ symbol }) => symbol)).toEqual(['BTCUSDT'])
    expect(genesis.interval).toBe('1m')
    expect(genesis.settings).toMatchObject({
      ...{ alpha: 0.25, cash: 5000n * ONE, policy: { postTimeoutMs: 60_000, escalate: 'market' } },
      limits: { maxOrderQuote: 6000n * ONE },
    })
  })

  it('takes the symbol and the interval of the data, and lets a flag name another', async () => {
    const run = await runFolder()
    const layer = (values: Layer['values']): Layer => ({
      origin: 'flag',
      values,
      nameOf: (flag: string) => `--${flag}`,
    })
    const taken = withRunSymbols(resolveSettings([layer(new Map())]), run)
    expect([taken.settings.symbol, taken.settings.interval]).toEqual([['BTCUSDT'], '1m'])
    expect(taken.origins.symbol).toBe(`run ${manifestIn(run).runId}`)
    const named = withRunSymbols(
      resolveSettings([
        layer(
          new Map([
            ['symbol', ['ETHUSDT']],
            ['interval', ['5m']],
          ]),
        ),
      ]),
      path.join(run, 'manifest.json'),
    )
    expect([named.settings.symbol, named.settings.interval]).toEqual([['ETHUSDT'], '5m'])
    expect(named.origins.symbol).toBe('flag')
  })

  it('says that there is no run where there is none', () => {
    expect(() => withRunSymbols(resolveSettings([]), 'nowhere')).toThrow(
      /nowhere\/manifest.json must be the manifest of a run/,
    )
  })
})

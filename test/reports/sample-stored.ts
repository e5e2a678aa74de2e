/** Runs as their folders hold them, made from the report's sample runs. */
import { isInterval } from '../../engine/model/time.js'
import type { RunSummary, StoredRun } from '../../reports/stored-run.js'
import { type SampleOptions, sampleRun } from './sample-run.js'

/** A stored run with daily rows, made as `sampleRun` makes it; `name` stands wherever someone else's word may. */
export function sampleStored(options: SampleOptions = {}, name?: string): StoredRun {
  const { result, metrics, identity } = sampleRun(options)
  const [data] = identity.data
  if (data === undefined || !isInterval(data.interval)) throw new Error('a sample run has data')
  const { times, equity } = metrics.marks
  let peak = 0
  const drawdown = equity.map((value) => {
    peak = Math.max(peak, value)
    return 1 - value / peak
  })
  const rows = { times: Float64Array.from(times), equity, drawdown }
  const summary: RunSummary = {
    runId: name ?? identity.runId,
    folder: name ?? 'run',
    engine: name ?? identity.engineVersion,
    strategy: name === undefined ? identity.strategy : { name, file: name, sha256: name },
    params: name === undefined ? identity.params : { [name]: name },
    data: { ...data, interval: data.interval, symbol: name ?? data.symbol, source: name ?? data.source },
    symbols: [name ?? data.symbol],
    settings: name === undefined ? identity.settings : { [name]: name },
    seed: identity.seed,
    command: name ?? identity.command,
    metrics: metrics.values,
  }
  return {
    ...summary,
    rows,
    marks: rows,
    days: { times: rows.times, equity },
    trades: result.trades.map((trade) => ({
      ...trade,
      symbol: summary.data.symbol,
      net: Number(trade.net) / 1e8,
    })),
  }
}

import { describe, expect, it } from 'vitest'
import { defineStrategy } from '../../engine/core/strategy.js'
import type { Evaluator } from '../../engine/sweep/evaluator.js'
import { QueuePool } from '../../engine/sweep/queue/queue-pool.js'
import { serveQueue } from '../../engine/sweep/queue/serve-queue.js'
import type { DoneRow, Trial } from '../../engine/sweep/trial.js'
import { barsOf, rulesOf, settingsOf } from '../market.js'
import { HAS_REDIS, startRedis } from './redis-server.js'

const STRATEGY = defineStrategy({ name: 'still', params: {}, indicators: () => ({}), onBar: () => undefined })

/** 16 chunks are made of them, four in each. */
const TRIALS: readonly Trial[] = Array.from({ length: 64 }, (_, k) => ({
  key: `trial-${k}`,
  params: { k },
  range: [0, 1],
}))

const rowOf = ({ params }: Trial): DoneRow => ({
  status: 'DONE',
  metrics: Float64Array.of(Number(params.k), Number.NaN),
  returns: Float64Array.of(0.1),
})

/** Runs trials one at a time; after `halting` of them it waits until it is stopped. */
function newEvaluator(halting = Number.POSITIVE_INFINITY) {
  const ran: string[] = []
  const halted = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  const evaluator: Evaluator = {
    async run(trials, onRow) {
      for (const [k, trial] of trials.entries()) {
        if (ran.length === halting) {
          halted.resolve()
          await stopped.promise
          return
        }
        ran.push(trial.key)
        onRow(k, rowOf(trial))
      }
    },
    stop: () => stopped.resolve(),
    close: async () => undefined,
  }
  return { evaluator, ran, halted: halted.promise }
}

describe.runIf(HAS_REDIS || process.env.NEXTBAR_REQUIRE_ALL === '1')('a worker that is stopped', () => {
  it('hands back the trials that it had not begun, and keeps the rows of those that it ended', async () => {
    const url = await startRedis()
    const nothing = () => undefined
    const links = { onLink: nothing, onForeign: nothing, onTrials: nothing }
    const start = (evaluator: Evaluator) =>
      serveQueue({ url, engineHash: 'one', leaseMs: 30_000, openPool: async () => evaluator, ...links })
    const pool = await QueuePool.open({
      ...{ url, engineHash: 'one', description: 'a sweep', onLonely: nothing, onLink: nothing },
      setup: {
        strategy: STRATEGY,
        symbols: [{ bars: barsOf([[1, 1, 1, 1]]), rules: rulesOf() }],
        settings: settingsOf(),
        benchmark: 'X',
      },
    })
    const rows: DoneRow[] = []
    const swept = pool.run(TRIALS, (index, row) => {
      if (row.status === 'DONE') rows[index] = row
    })
    // In the middle of the third chunk.
    const first = newEvaluator(10)
    const stopped = await start(first.evaluator)
    await first.halted
    stopped.stop()
    await stopped.ended
    const second = newEvaluator()
    const other = await start(second.evaluator)
    await swept
    expect(first.ran).toHaveLength(10)
    expect([...first.ran, ...second.ran].sort()).toEqual(TRIALS.map(({ key }) => key).sort())
    expect(rows).toEqual(TRIALS.map(rowOf))
    other.stop()
    await other.ended
    await pool.close()
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { METRIC_KEYS } from '../../engine/math/metrics/metric-table.js'
import type { TrialRow } from '../../engine/sweep/trial.js'
import { TrialStore } from '../../engine/sweep/trial-store.js'
import { temporaryFolder } from '../app/command.js'

const ROW: TrialRow = {
  status: 'DONE',
  metrics: Float64Array.from(METRIC_KEYS, (_, k) => (k === 3 ? Number.NaN : 0.1 * k)),
  returns: Float64Array.of(0.1, -0.25, 1e-300),
}

function storeIn(folder: string, symbols = ['BTCUSDT'], interval = '1h'): TrialStore {
  const store = new TrialStore(folder, { scope: { symbols, interval }, strategy: 'x' })
  onTestFinished(() => store.close())
  return store
}

const trial = (key: string, range: readonly [number, number] = [0, 100]) => ({ key, params: {}, range })

describe('the store of trials', () => {
  it('gives a row back to the bit, in another process of the same folder too', () => {
    const folder = temporaryFolder()
    storeIn(folder).put(trial('a'), ROW)
    expect(storeIn(folder).get('a')).toEqual(ROW)
    expect(storeIn(folder).get('b')).toBeUndefined()
  })

  it('keeps what the strategy threw, and nothing of a thread that ended', () => {
    const store = storeIn(temporaryFolder())
    const failed = { status: 'FAILED', error: 'seven', stack: 'at onBar', isLasting: true } as const
    store.put(trial('a'), failed)
    store.put(trial('b'), { ...failed, isLasting: false })
    expect([store.get('a'), store.get('b')]).toEqual([failed, undefined])
  })

  it('counts distinct trials of the symbol and interval over overlapping ranges', () => {
    const folder = temporaryFolder()
    const store = storeIn(folder)
    store.put(trial('a', [0, 100]), ROW)
    store.put(trial('a', [0, 100]), ROW)
    store.put(trial('b', [90, 200]), ROW)
    store.put(trial('far', [200, 300]), ROW)
    storeIn(folder, ['ETHUSDT']).put(trial('eth', [0, 100]), ROW)
    storeIn(folder, ['BTCUSDT'], '1m').put(trial('minutes', [0, 100]), ROW)
    storeIn(folder, ['BTCUSDT', 'ETHUSDT']).put(trial('both', [0, 100]), ROW)
    const frozen = store.begin({ sweepId: 's', folder: 'f', command: 'c' }, false)
    // a, b and both came before; c is new, and a is not counted twice.
    store.put(trial('c', [0, 100]), ROW)
    expect(store.countEver([0, 200], frozen, ['a', 'c'])).toBe(4)
  })

  it('keeps the count of the first start for a sweep that resumes, and forgets when asked', () => {
    const store = storeIn(temporaryFolder())
    const sweep = { sweepId: 's', folder: 'f', command: 'c' }
    const frozen = store.begin(sweep, false)
    store.put(trial('a'), ROW)
    expect(store.begin(sweep, true)).toBe(frozen)
    expect(store.countEver([0, 100], frozen, ['b'])).toBe(1)
    const later = store.begin(sweep, false)
    expect(store.countEver([0, 100], later, ['b'])).toBe(2)
    store.forget([0, 100])
    expect(store.countEver([0, 100], later, ['b'])).toBe(1)
  })

  it('remembers ranges that were held out until they are lifted', () => {
    const folder = temporaryFolder()
    storeIn(folder).holdOut([100, 200], 's1')
    expect(storeIn(folder).holdoutsIn([0, 101])).toEqual([{ range: [100, 200], sweepId: 's1' }])
    expect(storeIn(folder).holdoutsIn([0, 100])).toEqual([])
    expect(storeIn(folder, ['ETHUSDT']).holdoutsIn([0, 150])).toEqual([])
    storeIn(folder).liftHoldouts()
    expect(storeIn(folder).holdoutsIn([0, 150])).toEqual([])
  })

  it('names a file that is no store', () => {
    const folder = temporaryFolder()
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'trials.sqlite'), 'x'.repeat(5000))
    expect(() => storeIn(folder)).toThrow(/trials\.sqlite must be the store of trials, cannot be opened/)
  })
})

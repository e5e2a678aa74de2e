import { describe, expect, it } from 'vitest'
import { renderRunPage } from '../../reports/run-page.js'
import { attachSweep } from '../../reports/sweep/attach-sweep.js'
import { sampleRun } from './sample-run.js'
import { sampleSweepResult } from './sample-sweep.js'

describe('attachSweep', () => {
  const sweep = sampleSweepResult()
  const attached = attachSweep(sweep)

  it('carries the numbers of the sweep, parameters by name', () => {
    const best = sweep.trials.find(({ trial }) => trial === sweep.best?.trial)
    expect(attached?.best).toEqual({
      params: { fast: best?.params[0], slow: best?.params[1], exit: best?.params[2], size: 1 },
      value: sweep.best?.value,
    })
    expect(attached).toMatchObject({
      trials: 128,
      failed: 3,
      trialsEver: 328,
      dsr: sweep.overfitting.dsr,
      pbo: sweep.overfitting.pbo,
    })
    expect(attached?.walkForward?.folds).toHaveLength(6)
  })

  it('shows the cells around the best trial, at most four on each side', () => {
    const { x, y, cells } = attached?.neighbourhood ?? { x: { values: [] }, y: { values: [] }, cells: [] }
    expect(x.values.length).toBeLessThanOrEqual(9)
    expect(cells).toHaveLength(y.values.length)
    // The best is in it, to the two digits of the list.
    expect(Math.max(...cells.flat().filter((value) => !Number.isNaN(value)))).toBeCloseTo(
      sweep.best?.value ?? Number.NaN,
      1,
    )
  })

  it('is nothing where no trial could be chosen', () => {
    expect(attachSweep({ ...sweep, best: undefined })).toBeUndefined()
  })

  it("puts the verdict, its checks and the intervals into the run's report", async () => {
    const page = await renderRunPage({ ...sampleRun(), sweep: attached })
    expect(page).toContain(sweep.verdict.words)
    for (const { isMet } of sweep.verdict.checks) expect(page).toContain(isMet ? '<li>✓ ' : '<li>✗ ')
    expect(page).toContain('Bootstrap intervals')
    expect(page).toContain('IN-SAMPLE')
  })
})

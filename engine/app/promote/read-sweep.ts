/** `sweep.json` as far as a promotion reads it. Floor 5. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { DataError } from '../../model/errors.js'
import type { SweepFacts } from '../../promote/checklist/promotion-facts.js'
import { canonicalJson } from '../canonical-json.js'
import type { Manifest } from '../manifest.js'
import { SWEEP_FILE } from '../sweep/sweep-folder.js'
import { SWEEP_SCHEMA } from '../sweep/sweep-json.js'

const PARAMS = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]))

const SWEEP = z.object({
  schema: z.literal(SWEEP_SCHEMA),
  sweepId: z.string(),
  engine: z.string(),
  strategy: z.object({ sha256: z.string() }),
  data: z.array(z.object({ symbol: z.string(), interval: z.string() })),
  best: z.object({ params: PARAMS }).nullable(),
  plateau: z.object({ params: PARAMS }).nullable(),
  pbo: z.number().nullable(),
  dsr: z.number().nullable(),
  walkForward: z
    .object({
      folds: z.array(z.object({ params: PARAMS })),
      stitched: z.object({ sharpe: z.number().nullable() }),
    })
    .optional(),
})

/** A sweep's verdict, and in what it is not of the run. Throws a DataError when the folder holds no sweep. */
export function readSweepFacts(folder: string, run: Manifest): SweepFacts {
  const path = join(folder, SWEEP_FILE)
  const sweep = SWEEP.safeParse(readJson(path)).data
  if (!sweep) throw new DataError(`${path} must be the result of a sweep, is none or damaged`)
  const { walkForward } = sweep
  return {
    sweepId: sweep.sweepId,
    pbo: sweep.pbo ?? Number.NaN,
    dsr: sweep.dsr ?? Number.NaN,
    walkForwardSharpe: walkForward && (walkForward.stitched.sharpe ?? Number.NaN),
    differences: differencesOf(sweep, run),
  }
}

function differencesOf(sweep: z.infer<typeof SWEEP>, run: Manifest): readonly string[] {
  const of = (data: readonly { readonly symbol: string; readonly interval: string }[]) =>
    data.map(({ symbol, interval }) => `${symbol} ${interval}`).join(', ')
  const chosen = [sweep.best, sweep.plateau, sweep.walkForward?.folds.at(-1)].flatMap((one) =>
    one ? [canonicalJson(one.params)] : [],
  )
  const isChosen = chosen.includes(canonicalJson(run.params))
  const id = `sweep ${sweep.sweepId}`
  return [
    ...(sweep.strategy.sha256 === run.strategy.sha256 ? [] : [`${id} is of another strategy file`]),
    ...(sweep.engine === run.engine ? [] : [`${id} is of engine ${sweep.engine}, the run of ${run.engine}`]),
    ...(of(sweep.data) === of(run.data) ? [] : [`${id} is of ${of(sweep.data)}, the run of ${of(run.data)}`]),
    ...(isChosen
      ? []
      : [
          `${id} did not choose the run's parameters: neither its best, its plateau nor its last fold has them`,
        ]),
  ]
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new DataError(`${path} must be the result of a sweep, cannot be read`, { cause })
  }
}

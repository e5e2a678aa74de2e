/** One sweep from settings to files: load, run its trials, measure, run the best in full, write. Floor 5. */
import { join } from 'node:path'
import { attachSweep } from '../../../reports/sweep/attach-sweep.js'
import { renderSweepPage } from '../../../reports/sweep-page.js'
import { ConfigError } from '../../model/errors.js'
import type { SweepRange, SweepResult, SweepWalkForward } from '../../model/sweep-result.js'
import { formatTime } from '../../model/time.js'
import type { Evaluator } from '../../sweep/evaluator.js'
import type { Objective } from '../../sweep/objective.js'
import type { LocalPool } from '../../sweep/pool/local-pool.js'
import { QueuePool } from '../../sweep/queue/queue-pool.js'
import { createSampler } from '../../sweep/samplers/create-sampler.js'
import { toParams } from '../../sweep/space.js'
import { bestOf, type EndedTrial, sweepTrials } from '../../sweep/sweep-trials.js'
import { TrialStore } from '../../sweep/trial-store.js'
import {
  type ChosenFold,
  type FoldWindows,
  foldsOf,
  measureFolds,
  minTradesIn,
} from '../../sweep/walk-forward.js'
import { canonicalJson, type Json } from '../canonical-json.js'
import { manifestHead } from '../manifest.js'
import { writePage } from '../report/write-page.js'
import type { ResolvedSettings } from '../resolve-settings.js'
import { firstOf } from '../run-identity.js'
import { computeRun } from '../run-once.js'
import type { RunHooks } from '../run-phases.js'
import { writeRunFolder } from '../write-run-folder.js'
import { chosenTrials, leaderboardCsv } from './leaderboard.js'
import { localPool } from './local-threads.js'
import { measureSweep } from './measure-sweep.js'
import { writeReturns } from './returns-file.js'
import { sweepCommandOf, trialCommandOf, trialParts, typedCommandOf } from './sweep-command.js'
import type { SweepSettings } from './sweep-flags.js'
import { checkSweepFolder, clearSweepFolder, RERUN_FILE, SWEEP_FILE, writeSweepFile } from './sweep-folder.js'
import { failedJson, rerunJson, sweepJson } from './sweep-json.js'
import { loadSweep, type SweepParts } from './sweep-parts.js'

/** Who wants to know how a sweep goes on, and who may stop it. */
export interface SweepHooks extends RunHooks {
  /** The sweep is loaded and its first trial is about to begin. */
  readonly onStart?: (parts: SweepParts, folder: string) => void
  readonly onTrials?: (name: string, total: number) => void
  readonly onTrial?: (ended: EndedTrial, isKnown: boolean) => void
  /** Trials have ended; what begins now, in words, is step `step` of `steps`. */
  readonly onStep?: (words: string, step: number, steps: number) => void
  /** No worker takes trials from the queue. */
  readonly onLonely?: () => void
  /** The queue's server no longer answers, or does again. */
  readonly onLink?: (isUp: boolean) => void
  /** Called with what stops the sweep: no further trial begins. */
  readonly onStoppable?: (stop: () => void) => void
}

/** A sweep whose folder is there. */
export interface FinishedSweep {
  readonly parts: SweepParts
  readonly result: SweepResult
  /** The command of a trial, before its parameters. */
  readonly trialCommand: string
  readonly folder: string
}

/** What follows the last trial. */
const STEPS = 4

/** Thrown by a sweep that was stopped: every trial that has ended is kept. */
export class SweepStopped extends Error {}

/** Runs a sweep and writes its folder. Throws `SweepStopped` when it was stopped before its last trial. */
export async function runSweep(
  resolved: ResolvedSettings,
  sweep: SweepSettings,
  hooks: SweepHooks = {},
): Promise<FinishedSweep> {
  const { out } = resolved.settings
  if (out !== undefined) checkSweepFolder(out)
  const parts = await loadSweep(resolved, sweep, hooks)
  const { sweepId, range } = parts
  const plan = sweep['walk-forward']
  if (plan) foldsOf(range, plan)
  const folder = out ?? join('reports', 'out', sweepId)
  const command = sweepCommandOf(parts, resolved.params)
  const { data } = firstOf(parts.run)
  const store = new TrialStore(sweep['trial-store'], {
    scope: { symbols: parts.run.symbols.map((one) => one.data.symbol), interval: data.interval },
    strategy: parts.run.strategy.strategy.name,
  })
  try {
    guardHoldout(store, sweep, { sweepId, range })
    if (sweep.resume && !store.hasBegun(sweepId)) {
      throw new ConfigError(
        `--resume needs a sweep that was begun, ${sweepId} was not in ${sweep['trial-store']}; leave it out to begin it`,
      )
    }
    if (sweep.fresh && !sweep.resume) store.forget(range)
    const frozen = store.begin({ sweepId, folder, command }, sweep.resume)
    hooks.onStart?.(parts, folder)
    const evaluator = await openEvaluator(parts, hooks)
    let trials: readonly EndedTrial[]
    let walkForward: SweepWalkForward | undefined
    const run = trialRunner(parts, { evaluator, store, hooks })
    try {
      trials = await run.sweep()
      walkForward = await run.walkForward()
    } finally {
      await evaluator.close()
    }
    const trialsEver = store.countEver(range, frozen, run.keys)
    const begin = (words: string, step: number): void => hooks.onStep?.(words, step, STEPS)
    begin('weighing luck', 1)
    const measured = measureSweep(parts, { trials, trialsEver, walkForward, command })
    const trialCommand = trialCommandOf(parts.run, parts.run.params)
    clearSweepFolder(folder)
    begin('running the best in full', 2)
    const result: SweepResult = { ...measured, bestRuns: await writeBest(parts, measured, folder) }
    begin('writing the trials', 3)
    writeSweepFile(folder, 'leaderboard.csv', leaderboardCsv(result))
    await writeReturns(folder, trials, range)
    writeSweepFile(folder, 'failed.json', [failedJson(result)])
    begin('drawing the report', 4)
    writeSweepFile(folder, 'report.html', [await renderSweepPage(result)])
    writeSweepFile(folder, RERUN_FILE, [rerunJson(process.cwd(), typedCommandOf(parts, parts.run.params))])
    writeSweepFile(folder, SWEEP_FILE, [sweepJson(result, trialCommand)])
    store.finish(sweepId)
    return { parts, result, trialCommand, folder }
  } finally {
    store.close()
  }
}

/** Runs the trials of a sweep: over its range, and over the training windows of a walk-forward. */
function trialRunner(
  parts: SweepParts,
  {
    evaluator,
    store,
    hooks,
  }: { readonly evaluator: Evaluator; readonly store: TrialStore; readonly hooks: SweepHooks },
) {
  const { space, isAllowed, limit, expected, range, objective, keyOf, sweep, run, setup } = parts
  const keys = new Set<string>()
  let isStopped = false
  hooks.onStoppable?.(() => {
    isStopped = true
    evaluator.stop()
  })
  const trialsOver = async (over: SweepRange, name: string): Promise<readonly EndedTrial[]> => {
    hooks.onTrials?.(name, expected)
    const task = {
      ...{ space, isAllowed, limit, objective, keyOf, range: over },
      sampler: createSampler(sweep.sampler, space, run.settings.seed),
      minTrades: minTradesIn(over, range, sweep['min-trades']),
    }
    const trials = await sweepTrials(task, {
      evaluator,
      store,
      isStopped: () => isStopped,
      ...(hooks.onTrial === undefined ? {} : { onTrial: hooks.onTrial }),
    })
    if (isStopped) throw new SweepStopped()
    for (const { trial } of trials) keys.add(trial.key)
    if (trials.length > 0) return trials
    throw new ConfigError(
      `the strategy must allow at least one parameter set of the sweep, allows none of those tried; see \`allow\` in ${run.strategy.file}`,
    )
  }
  return {
    /** Of every trial that has ended. */
    keys,
    sweep: () => trialsOver(range, 'sweep'),
    async walkForward(): Promise<SweepWalkForward | undefined> {
      const plan = sweep['walk-forward']
      if (plan === undefined) return undefined
      const chosen: ChosenFold[] = []
      const folds = foldsOf(range, plan)
      for (const [k, windows] of folds.entries()) {
        const trials = await trialsOver(windows.train, `fold ${k + 1} of ${folds.length}`)
        chosen.push({ ...windows, chosen: chosenIn(trials, windows, objective) })
      }
      return measureFolds(setup, chosen, { objective, isAnchored: plan.isAnchored })
    },
  }
}

function chosenIn(trials: readonly EndedTrial[], { train }: FoldWindows, objective: Objective): EndedTrial {
  const best = bestOf(trials, objective)
  if (best) return best
  throw new ConfigError(
    `a training window must have a trial with an objective and enough trades, ${train.map(formatTime).join(' to ')} has none; lengthen train, or lower --min-trades`,
  )
}

async function openEvaluator(parts: SweepParts, hooks: SweepHooks): Promise<Evaluator> {
  const { run, setup, sweep } = parts
  if (sweep.queue === undefined) return openLocalPool(parts)
  return QueuePool.open({
    url: sweep.queue,
    engineHash: run.engine.hash,
    description: canonicalJson({ ...manifestHead(run, undefined), files: {} } as unknown as Json),
    setup,
    onLonely: () => hooks.onLonely?.(),
    onLink: (isUp) => hooks.onLink?.(isUp),
  })
}

/** Threads of this process. */
function openLocalPool({ setup, run, sweep, given }: SweepParts): LocalPool {
  return localPool({
    setup,
    strategy: given.strategy,
    isTrusted: run.settings.trust,
    workers: sweep.workers,
    columnMemory: sweep['column-memory'],
  })
}

/** Ranges that were held out stay untouched, whatever sweep comes later. */
function guardHoldout(
  store: TrialStore,
  { holdout }: SweepSettings,
  { sweepId, range }: { readonly sweepId: string; readonly range: SweepRange },
): void {
  if (holdout === 'none') store.liftHoldouts()
  const [touched] = store.holdoutsIn(range)
  if (touched) {
    const [from, to] = touched.range.map(formatTime)
    throw new ConfigError(
      `no sweep may touch ${from}..${to}: sweep ${touched.sweepId} held it out; end with --to ${from}, or lift it with --holdout none`,
    )
  }
  if (holdout !== undefined && holdout !== 'none') store.holdOut(holdout, sweepId)
}

/**
 * The best few, and the best plateau, as run folders of their own. Beside each folder is its report with what
 * the sweep says of it: the folder's own is that of the run alone, so that the run reproduces to the byte.
 */
async function writeBest(
  parts: SweepParts,
  sweep: Omit<SweepResult, 'bestRuns'>,
  folder: string,
): Promise<SweepResult['bestRuns']> {
  const written: SweepResult['bestRuns'][number][] = []
  const attached = attachSweep({ ...sweep, bestRuns: [] })
  const chosen = chosenTrials(sweep)
  const most = parts.sweep['best-runs']
  for (const [place, trial] of chosen.entries()) {
    if (most === 0 || (place >= most && trial.trial !== sweep.plateau?.trial)) continue
    const run = await computeRun(trialParts(parts.run, toParams(parts.space, trial.params)))
    const { runId } = run.head
    await writeRunFolder(join(folder, 'best', runId), run)
    writePage(join(folder, 'best', `${runId}.html`), await run.draw(attached))
    written.push({ trial: trial.trial, runId, folder: `best/${runId}` })
  }
  return written
}

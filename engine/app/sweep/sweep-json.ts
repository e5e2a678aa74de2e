/** `sweep.json`: a sweep for programs. Its trials are in `leaderboard.csv`. Floor 5. */
import type { SweepChoice, SweepResult, SweepTrial, SweepWalkForward } from '../../model/sweep-result.js'
import { formatTime } from '../../model/time.js'
import { prettyJson } from '../canonical-json.js'

/** Schema of the files that this version writes. */
export const SWEEP_SCHEMA = 'nextbar/sweep@1'

/**
 * The text of `sweep.json`; numbers that are not defined are `null`. `trialCommand` runs a trial, once its
 * parameters stand behind it.
 */
export function sweepJson(sweep: SweepResult, trialCommand: string): string {
  const { overfitting, trials, params, walkForward } = sweep
  const { pbo, pboLogits, dsr, ...luck } = overfitting
  return prettyJson({
    schema: SWEEP_SCHEMA,
    sweepId: sweep.sweepId,
    engine: `${sweep.engineVersion}+${sweep.engineHash}`,
    strategy: sweep.strategy,
    data: sweep.data.map((one) => ({ ...one, from: formatTime(one.from), to: formatTime(one.to) })),
    settings: sweep.settings,
    command: sweep.command,
    trialCommand,
    objective: sweep.objective,
    direction: sweep.direction,
    minTrades: sweep.minTrades,
    sampler: sweep.sampler,
    seed: sweep.seed,
    params,
    trials: trials.length,
    failed: trials.filter(({ status }) => status === 'FAILED').length,
    trialsEver: sweep.trialsEver,
    best: choiceJson(sweep, sweep.best),
    plateau: choiceJson(sweep, sweep.plateau),
    dsr,
    pbo,
    verdict: sweep.verdict,
    split: sweep.split && { train: timesOf(sweep.split.train), test: timesOf(sweep.split.test) },
    holdout: sweep.holdout && timesOf(sweep.holdout),
    overfitting: {
      ...luck,
      degradation: { ...luck.degradation, inSample: undefined, outOfSample: undefined },
    },
    bestRuns: sweep.bestRuns,
    pboLogits,
    ...(walkForward && { walkForward: walkForwardJson(sweep, walkForward) }),
  })
}

/** Schema of `rerun.json`. */
export const RERUN_SCHEMA = 'nextbar/rerun@1'

/** `rerun.json`: the command of a trial before its parameters, and the folder that its paths begin at. */
export function rerunJson(folder: string, trialCommand: string): string {
  return prettyJson({ schema: RERUN_SCHEMA, folder, trialCommand })
}

/** `failed.json`: each trial that threw, with what it threw and where; paths begin at the repository. */
export function failedJson(sweep: SweepResult): string {
  const failed = sweep.trials.filter((trial) => trial.status === 'FAILED')
  return prettyJson(
    failed.map((trial) => ({
      trial: trial.trial,
      params: paramsOf(sweep, trial),
      error: trial.error,
      stack: trial.stack,
    })),
  )
}

/** The parameters of a trial by name. */
export function paramsOf(sweep: Pick<SweepResult, 'params'>, { params }: Pick<SweepTrial, 'params'>) {
  return Object.fromEntries(sweep.params.map(({ name }, k) => [name, params[k]]))
}

function choiceJson(sweep: SweepResult, choice: SweepChoice | undefined) {
  const trial = sweep.trials.find((one) => one.trial === choice?.trial)
  return choice && trial ? { trial: choice.trial, params: paramsOf(sweep, trial), value: choice.value } : null
}

function walkForwardJson(sweep: SweepResult, { folds, stitched, efficiency, isAnchored }: SweepWalkForward) {
  return {
    isAnchored,
    folds: folds.map((fold) => ({
      train: timesOf(fold.train),
      test: timesOf(fold.test),
      params: paramsOf(sweep, fold),
      inSample: fold.inSample,
      outOfSample: fold.outOfSample,
    })),
    stitched: stitched.metrics,
    efficiency,
  }
}

function timesOf(range: readonly [number, number]): readonly string[] {
  return range.map(formatTime)
}

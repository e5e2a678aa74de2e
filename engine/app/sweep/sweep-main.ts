/** `run-sweep.ts`: from words to an exit code. Floor 5. */
import { join } from 'node:path'
import { drawingStarted } from '../../../reports/draw-chart.js'
import { NextbarError, StrategyError } from '../../model/errors.js'
import { serverOf } from '../../sweep/queue/redis-connection.js'
import { readCommandLine } from '../command-line.js'
import { engineName } from '../engine-identity.js'
import { errorText } from '../error-text.js'
import { keepStdout } from '../keep-stdout.js'
import { checkFirstWord } from '../load-strategy.js'
import type { Terminal } from '../main.js'
import { newPaint } from '../paint.js'
import { exitInOrder } from '../process-ends.js'
import { progressStream, SILENT } from '../progress.js'
import { readSettings } from '../read-settings.js'
import { shellWord } from '../run-identity.js'
import { readGates } from './fail-if.js'
import { readSweepWords } from './read-sweep-words.js'
import { runSweep, SweepStopped } from './run-sweep.js'
import { listSweeps, showSweep } from './stored-sweeps.js'
import { sweepConfig } from './sweep-config.js'
import { sweepHelp } from './sweep-help.js'
import { sweepJson } from './sweep-json.js'
import type { SweepParts } from './sweep-parts.js'
import { newSweepProgress, type SweepProgress } from './sweep-progress.js'
import { sweepText } from './sweep-text.js'
import { linkText, workerVerb } from './worker-verb.js'

const INTERRUPTED = 130

/**
 * Runs the command and gives its exit code. The result goes to stdout in one piece at the end, all else to
 * stderr. Without `terminal` it is the process's own: the first Ctrl-C or SIGTERM lets the trials under way end,
 * the second ends the process.
 */
export async function sweepMain(words: readonly string[], terminal?: Terminal): Promise<number> {
  const { stdout, stderr, environment } = terminal ?? {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
  }
  let progress: SweepProgress | undefined
  let stop: (() => void) | undefined
  let parts: SweepParts | undefined
  if (terminal === undefined) {
    exitInOrder(() => progress?.clear(), { onInterrupt: () => interrupt() })
    keepStdout()
  }
  try {
    const isHelp = words.some((word) => word === '--help' || word === '-h')
    stdout.write(isHelp ? sweepHelp() : await runCommand())
    return 0
  } catch (error) {
    progress?.clear()
    await drawingStarted()
    if (error instanceof SweepStopped) {
      stderr.write(`stopped; every trial that has ended is kept. Go on with:\n  ${resumeCommand(words)}\n`)
      return INTERRUPTED
    }
    stderr.write(errorText(error, words.includes('--debug')))
    return error instanceof NextbarError ? error.exitCode : 1
  }

  async function runCommand(): Promise<string> {
    const [verb, ...others] = words
    if (verb === 'worker') {
      await workerVerb(others, {
        say: (text) => stderr.write(`${text}\n`),
        onStoppable: (how) => {
          stop = how
        },
      })
      return ''
    }
    if (verb === 'list') return listSweeps(others)
    if (verb === 'show') return showSweep(others, newPaint(environment, stdout.isTTY === true))
    checkFirstWord(verb, ['worker', 'list', 'show'])
    const { own, rest } = readSweepWords(words)
    const odd: string[] = []
    const resolved = readSettings(readCommandLine(rest), environment, (text) => odd.push(text), own)
    const sweep = own.settings()
    const gates = readGates(sweep['fail-if'])
    const { settings } = resolved
    const say = (text: string): void => {
      progress?.clear()
      if (!settings.quiet) stderr.write(`${text}\n`)
    }
    if (!settings.quiet) {
      progress = newSweepProgress(progressStream(stderr, environment), () => parts?.objective)
    }
    for (const text of odd) say(`warning: ${text}`)
    if (settings['show-config']) return sweepConfig(resolved, sweep, own)
    const finished = await runSweep(resolved, sweep, {
      ...(progress ?? SILENT),
      onStart: (loaded) => {
        parts = loaded
      },
      onLonely: () =>
        say(
          `no worker of this engine (${parts === undefined ? 'unknown' : engineName(parts.run.engine)}) takes trials yet; start one with npx tsx run-sweep.ts worker --queue ${serverOf(sweep.queue ?? '')}`,
        ),
      onLink: (isUp) => say(linkText(sweep.queue ?? '', isUp)),
      onTrials: (name, total) => progress?.begin(name, total),
      onTrial: (ended, isKnown) => progress?.onTrial(ended, isKnown),
      onStep: (what, step, steps) => progress?.onStep(what, step, steps),
      onStoppable: (how) => {
        stop = how
      },
    })
    const { result } = finished
    progress?.finishSweep(result.data.reduce((sum, { bars }) => sum + bars, 0))
    const [first] = result.trials
    if (first?.status === 'FAILED' && result.trials.every(({ status }) => status === 'FAILED')) {
      throw new StrategyError(
        `every trial of sweep ${result.sweepId} failed, the first with: ${first.error} (stacks: ${join(finished.folder, 'failed.json')})`,
      )
    }
    gates(result)
    await drawingStarted()
    return settings.json
      ? sweepJson(result, finished.trialCommand)
      : sweepText(finished, newPaint(environment, stdout.isTTY === true))
  }

  /** True when the process goes on until the trials under way have ended. */
  function interrupt(): boolean {
    if (!stop) return false
    const end = stop
    stop = undefined
    progress?.clear()
    stderr.write('finishing the trials under way; press Ctrl-C again to end at once\n')
    end()
    return true
  }
}

/** The same words, and `--resume`. */
function resumeCommand(words: readonly string[]): string {
  const same = words.filter((word) => word !== '--resume' && word !== '--fresh')
  return ['npx tsx run-sweep.ts', ...same.map(shellWord), '--resume'].join(' ')
}

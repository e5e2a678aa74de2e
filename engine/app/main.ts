/** `run-backtest.ts`: from words to an exit code. Floor 5. */
import { drawingStarted } from '../../reports/draw-chart.js'
import { ConfigError, InterruptedError, NextbarError } from '../model/errors.js'
import { prettyJson } from './canonical-json.js'
import { readCommandLine } from './command-line.js'
import type { Environment } from './environment.js'
import { errorText } from './error-text.js'
import { FLAGS } from './flag-table.js'
import { helpText } from './help.js'
import { keepStdout } from './keep-stdout.js'
import type { Layer } from './layer.js'
import { checkFirstWord, loadStrategy } from './load-strategy.js'
import { newPaint } from './paint.js'
import { exitInOrder } from './process-ends.js'
import { newProgress, type Progress, type ProgressStream, progressStream, SILENT } from './progress.js'
import { readSettings } from './read-settings.js'
import { reportSizeText } from './report-size.js'
import { reproduce } from './reproduce.js'
import { resolveSettings } from './resolve-settings.js'
import { rulesAsked } from './rules-asked.js'
import { runOnce } from './run-once.js'
import { runSummary } from './run-summary.js'
import { showConfig } from './show-config.js'
import { parseParams } from './strategy-params.js'
import { terminalSummary } from './terminal-summary.js'
import { warmupText } from './warmup-text.js'

/** What a command touches of its process. */
export interface Terminal {
  readonly stdout: ProgressStream
  readonly stderr: ProgressStream
  readonly environment: Environment
}

/**
 * Runs the command and gives its exit code. The result goes to stdout in one piece at the end, so that
 * on an error stdout stays empty; all else goes to stderr. Without `terminal` it is the process's own,
 * and signals end it in order.
 */
export async function main(words: readonly string[], terminal?: Terminal): Promise<number> {
  const { stdout, stderr, environment } = terminal ?? {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
  }
  let progress: Progress = SILENT
  if (terminal === undefined) {
    exitInOrder(() => progress.clear())
    keepStdout()
  }
  try {
    const [first, ...rest] = words
    // Loaded when they are asked for: the client of the exchange alone would cost every run 0.17 s.
    if (first === 'init') {
      const { initStrategy } = await import('./first-steps/init-strategy.js')
      stdout.write(initStrategy(rest, new Date().getUTCFullYear()))
      return 0
    }
    if (first === 'doctor') {
      const { doctorText, isWell, readDoctorWords, runDoctor } = await import('./first-steps/doctor.js')
      const { isJson, ...places } = readDoctorWords(rest)
      const checks = await runDoctor({ ...places, environment })
      stdout.write(doctorText(checks, { isJson, paint: newPaint(environment, stdout.isTTY === true) }))
      return isWell(checks) ? 0 : 5
    }
    const isHelp = words.some((word) => word === '--help' || word === '-h')
    stdout.write(isHelp ? helpText() : await runCommand())
    return 0
  } catch (error) {
    progress.clear()
    if (!(error instanceof InterruptedError)) stderr.write(errorText(error, words.includes('--debug')))
    await drawingStarted()
    return error instanceof NextbarError ? error.exitCode : 1
  }

  async function runCommand(): Promise<string> {
    checkFirstWord(words[0], ['init', 'doctor'])
    const commandLine = readCommandLine(words)
    if (commandLine.values.has('reproduce')) return reproduceCommand(commandLine)
    const odd: string[] = []
    const resolved = readSettings(commandLine, environment, (text) => odd.push(text))
    const { settings } = resolved
    const warn = begin(settings.quiet)
    for (const text of odd) warn(text)
    if (settings['show-config']) {
      const { strategy } = await loadStrategy(settings.strategy, settings.trust)
      return showConfig(
        resolved,
        parseParams(strategy, resolved.params),
        await rulesAsked(settings, strategy),
      )
    }
    if (settings['measure-warmup']) {
      const text = await warmupText(resolved, progress)
      progress.clear()
      return text
    }
    const run = await runOnce(resolved, progress)
    progress.finish(run.result.end - run.result.first)
    if (!settings.quiet) stderr.write(reportSizeText(run))
    if (settings.json) return runSummary(run)
    return terminalSummary(run, newPaint(environment, stdout.isTTY === true))
  }

  async function reproduceCommand(commandLine: Layer): Promise<string> {
    const { manifest, folder, store, isTrusted, isQuiet, isJson } = reproduceSettings(commandLine)
    const warn = begin(isQuiet)
    const { runId, files } = await reproduce(manifest, { folder, store, isTrusted, warn, hooks: progress })
    progress.clear()
    if (isJson) return prettyJson({ schema: 'nextbar/reproduction@1', runId, files, isSame: true })
    return `run ${runId} came out the same: ${files.join(', ')}\n`
  }

  /** From here on it is known whether stderr is to be quiet. */
  function begin(isQuiet: boolean): (text: string) => void {
    if (isQuiet) return () => undefined
    progress = newProgress(progressStream(stderr, environment))
    return (text) => {
      progress.clear()
      stderr.write(`warning: ${text}\n`)
    }
  }
}

const REPRODUCE_FLAGS: ReadonlySet<string> = new Set([
  'reproduce',
  'data',
  'store',
  'trust',
  'quiet',
  'json',
  'debug',
])

/** `--reproduce` takes everything from the manifest: other flags would make it another run. */
function reproduceSettings(commandLine: Layer) {
  for (const flag of commandLine.values.keys()) {
    if (REPRODUCE_FLAGS.has(flag)) continue
    throw new ConfigError(
      `--${flag} must not stand beside --reproduce, which takes everything from the manifest`,
    )
  }
  const { settings } = resolveSettings([commandLine])
  const folders = settings.data === FLAGS.data.default ? [] : settings.data
  if (folders.length > 1) throw new ConfigError('--data must be one folder beside --reproduce, was several')
  return {
    manifest: settings.reproduce ?? '',
    folder: folders[0],
    store: settings.store,
    isTrusted: settings.trust,
    isQuiet: settings.quiet,
    isJson: settings.json,
  }
}

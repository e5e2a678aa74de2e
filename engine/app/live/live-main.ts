/** `run-live.ts`: from words to an exit code. Floor 5. */
import type { MutableEnvironment } from '../../live/keys/load-key.js'
import { redact } from '../../live/keys/secret.js'
import { NextbarError } from '../../model/errors.js'
import { readCommandLine } from '../command-line.js'
import { readConfigFile } from '../config-file.js'
import type { Environment } from '../environment.js'
import { readEnvironment } from '../environment.js'
import { errorText } from '../error-text.js'
import { FLAGS } from '../flag-table.js'
import type { Layer } from '../layer.js'
import { checkFirstWord } from '../load-strategy.js'
import { layerOf, type ResolvedSettings, resolveSettings } from '../resolve-settings.js'
import { adoptPosition } from './adopt-position.js'
import { armSession } from './arm-session.js'
import { cancelAll } from './cancel-all.js'
import { readLiveFlags } from './live-flags.js'
import { liveHelp } from './live-help.js'
import { isLiveVerb, LIVE_VERBS, runLiveVerb } from './live-verbs.js'
import { startSession } from './start-session.js'
import { testAlert } from './test-alert.js'

const CRASHED = 1

/** What the command touches of its process. */
export interface LiveTerminal {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  /** Variables that hold keys are taken out of it. */
  readonly environment: MutableEnvironment
}

/** Runs the command and gives its exit code. */
export async function liveMain(words: readonly string[], terminal?: LiveTerminal): Promise<number> {
  const { stdout, stderr, environment } = terminal ?? {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
  }
  let code = 0
  let crash: ((reason: string) => void) | undefined
  if (terminal === undefined) {
    process.on('uncaughtException', (error: unknown) => {
      if (code === CRASHED) process.exit(CRASHED)
      code = CRASHED
      // Node itself would print it as it is, whatever it holds.
      stderr.write(redact(errorText(error, words.includes('--debug'))))
      if (!crash) process.exit(CRASHED)
      const message = error instanceof Error ? error.message : String(error)
      crash(redact(`an error that nobody waited for: ${message}`))
    })
    outliveReaders()
  }
  try {
    if (words.some((word) => word === '--help' || word === '-h')) {
      stdout.write(liveHelp())
      return 0
    }
    const [verb, ...behind] = words
    if (verb !== undefined && isLiveVerb(verb)) return await runLiveVerb(verb, behind, stdout)
    if (verb === 'cancel-all') {
      stdout.write(await cancelAll(behind, environment))
      return 0
    }
    if (verb === 'test-alert') {
      stdout.write(await testAlert(behind, environment))
      return 0
    }
    const isLooking = verb === 'arm' || verb === 'adopt'
    if (!isLooking) checkFirstWord(verb, [...LIVE_VERBS, 'cancel-all', 'test-alert', 'arm', 'adopt'])
    const { live, rest } = readLiveFlags(isLooking ? behind : words)
    const warn = (text: string) => stderr.write(`warning: ${text}\n`)
    const resolved = await readLiveSettings(rest, environment, warn)
    if (isLooking) {
      const look = verb === 'arm' ? armSession : adoptPosition
      stdout.write(await look(resolved, live, environment))
      return 0
    }
    await startSession(resolved, live, {
      environment,
      print: (line) => void stdout.write(`${redact(line)}\n`),
      note: (line) => void (resolved.settings.quiet || stderr.write(`${redact(line)}\n`)),
      onStop(stop) {
        // A supervisor may signal the whole group, and the loader hands its own on: the same signal comes twice.
        process.on('SIGINT', () => {
          code = 130
          stop('SIGINT')
        })
        process.on('SIGTERM', () => stop('SIGTERM'))
      },
      onHalt: (halt) => process.on('SIGUSR2', () => halt('SIGUSR2')),
      onCrash(end) {
        crash = end
      },
    })
    return code
  } catch (error) {
    stderr.write(redact(errorText(error, words.includes('--debug'))))
    return error instanceof NextbarError ? error.exitCode : 1
  }
}

/** Who reads along may go, or the terminal be closed: what is printed is in the log too, and a session trades on. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
    })
  }
}

/** As for a backtest; a run folder is looked at only when one is named, for it needs more than live does. */
async function readLiveSettings(
  words: readonly string[],
  environment: Environment,
  warn: (text: string) => void,
): Promise<ResolvedSettings> {
  const commandLine = readCommandLine(words)
  const layers: Layer[] = [commandLine, readEnvironment(environment, warn)]
  const config = textIn(layers, 'config')
  if (config !== undefined) layers.push(readConfigFile(config))
  const run = textIn(layers, 'run')
  if (run === undefined) return resolveSettings(layers)
  const { readSettings } = await import('../read-settings.js')
  const { withRunSymbols } = await import('./run-symbols.js')
  return withRunSymbols(readSettings(commandLine, environment, warn), run)
}

function textIn(layers: readonly Layer[], flag: 'config' | 'run'): string | undefined {
  const layer = layerOf(layers, flag)
  return layer && FLAGS[flag].parse(layer.values.get(flag) ?? [], layer.nameOf(flag))
}

/** `run-live.ts` as a program of its own, against a local exchange inside the test's process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { type Strategy, strategyParams } from '../../engine/core/strategy.js'
import type { RunningExchange } from '../../engine/exchange/start-exchange.js'
import { proveBars } from '../../engine/promote/prove-bars.js'
import { proveReplay } from '../../engine/promote/prove-replay.js'
import { readRecord } from '../../engine/promote/read-record.js'
import { smaCross } from '../../strategies/sma-cross.js'
import { ROOT } from '../shared.js'

const LOADER = pathToFileURL(path.join(ROOT, 'node_modules/tsx/dist/esm/index.mjs')).href

/** A program under way. */
export interface LiveProgram {
  readonly child: ChildProcess
  /** What it has printed so far. */
  readonly output: { stdout: string; stderr: string }
  /** Fulfilled with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

/** Starts `run-live.ts` with these words; `mostKiB` bounds the size of any file that it writes. */
export function startLive(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  mostKiB?: number,
): LiveProgram {
  const program = [process.execPath, '--import', LOADER, path.join(ROOT, 'run-live.ts'), ...words]
  const limit = mostKiB === undefined ? '' : `trap '' XFSZ; ulimit -f ${mostKiB}; `
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...program], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += String(chunk)
  })
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'nothing'))
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, output, ended }
}

/** The words that point `sma-cross` at an exchange. */
export function liveWords(
  { address }: Pick<RunningExchange, 'address'>,
  state: string,
  more: readonly string[] = [],
): readonly string[] {
  return [
    ...['sma-cross', '-p', 'fast=5', '-p', 'slow=20'],
    ...[
      '--symbol',
      'BTCUSDT',
      '--interval',
      '1m',
      '--clock',
      'stream',
      '--late-after',
      '1h',
      '--state',
      state,
    ],
    ...['--rest-url', address.rest, '--stream-url', address.stream],
    ...more,
  ]
}

/** Waits until something holds; fails after half a minute. */
export async function until(holds: () => boolean, what: string, ms = 30_000): Promise<void> {
  const end = Date.now() + ms
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The lines of a session's log. */
export function logOf(state: string): readonly Readonly<Record<string, unknown>>[] {
  const file = path.join(state, 'log.jsonl')
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Readonly<Record<string, unknown>>]
      } catch {
        // The last line of a process that was killed may be cut.
        return []
      }
    })
}

/** How many lines of a kind the log has. */
export function countOf(state: string, type: string): number {
  return logOf(state).filter((line) => line.type === type).length
}

/** Both proofs over a session, and what its ledger holds. */
export function proofsOf(state: string, strategy: Strategy = smaCross) {
  const record = readRecord(path.join(state, 'ledger.sqlite'))
  const code = { strategy, params: strategyParams(strategy, record.genesis.params) }
  const bars = record.events.flatMap((event) => (event.kind === 'BAR' ? [event.bar] : []))
  return {
    record,
    bars,
    differences: [proveReplay(record, code).difference, proveBars(record, code).difference],
  }
}

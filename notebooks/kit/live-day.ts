/**
 * A live session in a cell: the real programs, on a local exchange of this machine, with a day that passes as fast
 * as they can follow. No key, no network. Roof.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { loadStrategy } from '../../engine/app/load-strategy.js'
import { ExchangeError } from '../../engine/model/errors.js'
import { holds, type Proof } from '../../engine/promote/proof.js'
import { proveBars } from '../../engine/promote/prove-bars.js'
import { proveReplay } from '../../engine/promote/prove-replay.js'
import { readRecord, type SessionRecord } from '../../engine/promote/read-record.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const STATE = join('reports', 'out', 'notebooks', 'live-day')
const PATIENCE_MS = 60_000
const STEP = 60
/** Kinds of journal entries that a session's own requests make. */
const MUTATING = /^(?:ORDER|TRADE|CANCELED|AMENDED|LIST)$/

/** What a session did, and what it left on the disk. */
export interface LiveDay {
  /** The state folder, with the ledger in it. */
  readonly state: string
  /** Everything that the ledger holds. */
  readonly record: SessionRecord
  /** One JSON line an order, as the session printed them. */
  readonly orders: readonly Readonly<Record<string, unknown>>[]
  /** Orders and cancels that the exchange took, by its own journal: none from paper and dry-run. */
  readonly accepted: number
}

/** What is traded, and for how long. */
export interface LiveDayOptions {
  readonly params?: Readonly<Record<string, number | string | boolean>>
  readonly mode?: 'paper' | 'dry-run'
  readonly data?: string
  readonly bars?: number
  /** The state folder: what is there already is removed. */
  readonly state?: string
}

/** Runs a strategy of `strategies/` live for some bars of one minute. Throws an ExchangeError with what a program said. */
export async function liveDay(
  strategy: string,
  { params = {}, mode = 'paper', data = 'synthetic:7:6000', bars = 600, state = STATE }: LiveDayOptions = {},
): Promise<LiveDay> {
  rmSync(state, { recursive: true, force: true })
  const exchange = start('run-exchange.ts', [
    '--data',
    data,
    '--symbol',
    'BTCUSDT',
    '--history',
    '2000',
    '--speed',
    '0',
  ])
  let session: Program | undefined
  try {
    const at = JSON.parse(await exchange.line()) as Readonly<
      Record<'rest' | 'stream' | 'control' | 'token', string>
    >
    session = start('run-live.ts', [
      ...[strategy, ...Object.entries(params).flatMap(([key, value]) => ['-p', `${key}=${value}`])],
      ...['--mode', mode, '--symbol', 'BTCUSDT', '--interval', '1m', '--state', state],
      ...['--rest-url', at.rest, '--stream-url', at.stream, '--clock', 'stream', '--late-after', '1h'],
    ])
    await until(() => statusOf(state) === 'ready', session)
    for (let done = 0; done < bars; done += STEP) {
      const count = Math.min(STEP, bars - done)
      await control(at, 'POST', '/advance', { bars: count })
      await until(() => barsIn(state) >= done + count, session)
    }
    session.child.kill('SIGTERM')
    await session.ended
    const { entries } = (await control(at, 'GET', '/journal')) as {
      readonly entries: readonly { readonly kind: string }[]
    }
    return {
      state,
      record: readRecord(join(state, 'ledger.sqlite')),
      orders: session.printed().filter(({ type }) => type === 'order_request'),
      accepted: entries.filter(({ kind }) => MUTATING.test(kind)).length,
    }
  } finally {
    session?.child.kill('SIGKILL')
    exchange.child.kill('SIGTERM')
    await exchange.ended
  }
}

/** Both proofs over a session, by the code that stands in `strategies/` now. */
export async function prove(
  record: SessionRecord,
  strategy: string,
): Promise<readonly (Proof & { readonly isHeld: boolean })[]> {
  const code = { strategy: (await loadStrategy(strategy)).strategy, params: record.genesis.params }
  return [proveReplay(record, code), proveBars(record, code)].map((proof) => ({
    ...proof,
    isHeld: holds(proof),
  }))
}

interface Program {
  readonly child: ChildProcess
  readonly ended: Promise<unknown>
  /** The first line of its stdout. */
  line(): Promise<string>
  /** Every JSON line of its stdout. */
  printed(): readonly Readonly<Record<string, unknown>>[]
  said(): string
}

function start(script: string, words: readonly string[]): Program {
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, script), ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  let said = ''
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString()
  })
  const ended = once(child, 'close')
  return {
    child,
    ended,
    async line() {
      await Promise.race([ended, ...(lines.length > 0 ? [Promise.resolve()] : [once(reader, 'line')])])
      const [first] = lines
      if (first === undefined) throw new ExchangeError(`${script} must start, said instead: ${said.trim()}`)
      return first
    },
    printed: () => lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    said: () => said,
  }
}

async function until(isDone: () => boolean, program: Program): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !isDone(); await sleep(20)) {
    if (program.child.exitCode !== null || Date.now() > end) {
      throw new ExchangeError(`the session must go on, said instead: ${program.said().trim()}`)
    }
  }
}

function statusOf(state: string): unknown {
  const file = join(state, 'status.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { state?: unknown }).state : undefined
}

function barsIn(state: string): number {
  const file = join(state, 'log.jsonl')
  return existsSync(file) ? readFileSync(file, 'utf8').split('"type":"bar"').length - 1 : 0
}

async function control(
  at: { readonly control: string; readonly token: string },
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await fetch(`${at.control}${path}`, {
    method,
    headers: { 'x-control-token': at.token, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok)
    throw new ExchangeError(
      `the exchange's ${path} must answer, said ${answer.status}: ${await answer.text()}`,
    )
  const text = await answer.text()
  return text === '' ? [] : JSON.parse(text)
}

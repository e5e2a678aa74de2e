/**
 * `run-live.ts status|report|halt|clear|resume|verify`: what people do to a session from outside. None of it loads a
 * strategy, metrics or market data, so that it works when those do not. Floor 5.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { lastDayOf } from '../../live/daily/ledger-day.js'
import { makeReport } from '../../live/daily/report-files.js'
import { reportText } from '../../live/daily/report-text.js'
import { clear, halt, pause, readHolds, resume } from '../../live/files/control-files.js'
import { acknowledgeLoss, dayAfter, lossText } from '../../live/files/loss-hold.js'
import { FILES, lastKnownHead, readStatus } from '../../live/files/state-folder.js'
import { verifyLedger } from '../../live/ledger/verify-ledger.js'
import { ConfigError, DataError } from '../../model/errors.js'
import { formatTime } from '../../model/time.js'
import { type LiveSettings, liveHint, readLiveFlags } from './live-flags.js'
import { statusText } from './status-text.js'

/** What can be done with a session's state folder. */
export const LIVE_VERBS = ['status', 'report', 'halt', 'pause', 'clear', 'resume', 'verify'] as const

type LiveVerb = (typeof LIVE_VERBS)[number]

interface Stdout {
  write(text: string): unknown
}

const WATCH_MS = 1000

/** Whether a word is a verb and no strategy. */
export function isLiveVerb(word: string): word is LiveVerb {
  return LIVE_VERBS.some((verb) => verb === word)
}

/** Does what a verb says and gives the exit code. */
export async function runLiveVerb(verb: LiveVerb, words: readonly string[], stdout: Stdout): Promise<number> {
  const { live, rest } = readLiveFlags(words)
  const isJson = rest.includes('--json')
  const odd = rest.find((word) => word !== '--json' && word !== '--debug')
  if (odd !== undefined) {
    throw new ConfigError(
      `${odd} must be a flag of run-live ${verb}, is none${liveHint(odd.replace(/^--/, ''))}`,
    )
  }
  const { state } = live
  if (state === undefined) throw new ConfigError('--state must name the folder of a session, was not given')
  switch (verb) {
    case 'status':
      return showStatus(state, { isJson, isWatched: live.watch }, stdout)
    case 'report':
      return showReport(state, live.day, isJson, stdout)
    case 'halt':
      halt(state, live.reason ?? 'run-live.ts halt', Date.now())
      stdout.write(`halted: ${state} asks for nothing more, and takes back what waits, until it is cleared\n`)
      return 0
    case 'pause':
      pause(state, live.reason ?? 'run-live.ts pause', Date.now())
      stdout.write(`paused: ${state} buys nothing more until it is resumed\n`)
      return 0
    case 'clear':
      stdout.write(clearHold(state, reasonOf(live)))
      return 0
    case 'resume':
      stdout.write(`resumed: ${resume(state).reason}\n`)
      return 0
    case 'verify':
      return verify(state, isJson, stdout)
  }
}

/** One hold for one reason: a halt first, then a day's loss. Gives what is shown. */
function clearHold(state: string, reason: string): string {
  const { halt: held, isKilled, loss } = readHolds(state)
  if (loss && !held && !isKilled) {
    if (reason.trim() === '') throw new ConfigError('--reason must say what was looked at, was empty')
    const { day, reason: why } = acknowledgeLoss(state, reason, Date.now())
    return `acknowledged: ${why}; it buys again from ${dayAfter(day)}\n`
  }
  const cleared = `cleared: ${clear(state, reason, Date.now()).reason}\n`
  return loss && !loss.acknowledged ? `${cleared}still held: ${lossText(loss)}\n` : cleared
}

function showReport(state: string, asked: number | undefined, isJson: boolean, stdout: Stdout): number {
  const path = join(state, FILES.ledger)
  if (!existsSync(path)) throw new DataError(`${path} must be a ledger, there is none`)
  const day = asked ?? lastDayOf(path)
  const report = day === undefined ? undefined : makeReport(state, day)
  if (!report) {
    const what = day === undefined ? 'any day' : formatTime(day).slice(0, 10)
    throw new DataError(`${path} must have a bar of ${what} behind its start, has none`)
  }
  stdout.write(isJson ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
  return 0
}

function reasonOf({ reason }: LiveSettings): string {
  if (reason !== undefined) return reason
  throw new ConfigError(
    '--reason must say why the halt or the pause for a loss is over: it goes to the ledger',
  )
}

function verify(state: string, isJson: boolean, stdout: Stdout): number {
  const path = join(state, FILES.ledger)
  if (!existsSync(path)) throw new DataError(`${path} must be a ledger, there is none`)
  const { anchor, fault } = knownHead(state)
  const { genesis, head, counts, balances } = verifyLedger(path, anchor)
  const symbols = genesis.symbols.map(({ symbol }) => symbol)
  if (isJson) {
    const { mode, interval } = genesis
    const session = { mode, strategy: genesis.strategy.name, symbols, interval }
    stdout.write(
      `${JSON.stringify({ schema: 'nextbar/verify@1', isWhole: true, ...session, counts, balances, head, statusFault: fault ?? null }, null, 2)}\n`,
    )
    return 0
  }
  const { bars, events, decisions, orders, fills } = counts
  stdout.write(
    `${[
      `ledger    whole: ${head.seq} rows, every link of the chain holds`,
      `session   ${genesis.strategy.name} ${genesis.mode} on ${symbols.join(', ')} ${genesis.interval}`,
      `rows      ${events} events (${bars} bars), ${decisions} decisions, ${orders} orders, ${fills} fills`,
      `books     ${Object.entries(balances)
        .map(([asset, amount]) => `${amount} ${asset}`)
        .join(', ')}: the sum of the fills`,
      `head      ${head.seq} ${head.hash}`,
      ...(fault === undefined ? [] : [`status    ${fault}`]),
    ].join('\n')}\n`,
  )
  return 0
}

/** The head that the status file knows; a damaged one knows none, and keeps nobody from looking at the ledger. */
function knownHead(state: string): {
  readonly anchor: ReturnType<typeof lastKnownHead>
  readonly fault: string | undefined
} {
  try {
    return { anchor: lastKnownHead(state), fault: undefined }
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    // Without it nothing here tells whether rows are missing at the end.
    const fault = `${FILES.status} is damaged: hold head against an alert, then remove it`
    return { anchor: undefined, fault }
  }
}

async function showStatus(
  state: string,
  { isJson, isWatched }: { readonly isJson: boolean; readonly isWatched: boolean },
  stdout: Stdout,
): Promise<number> {
  for (;;) {
    const status = readStatus(state)
    if (!status)
      throw new DataError(`${join(state, FILES.status)} must be there, is not: has the session ever run?`)
    const text = isJson
      ? `${JSON.stringify(Object.fromEntries(status), null, 2)}\n`
      : statusText(status, readHolds(state), Date.now())
    stdout.write(isWatched ? `\u001b[H\u001b[2J${text}` : text)
    if (!isWatched) return 0
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS))
  }
}

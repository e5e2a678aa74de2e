/** `run-promote.ts`: from words to an exit code. Floor 5. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeWhole } from '../../live/files/state-folder.js'
import { redact } from '../../live/keys/secret.js'
import { ConfigError, GateError, NextbarError } from '../../model/errors.js'
import { prettyJson } from '../canonical-json.js'
import type { Environment } from '../environment.js'
import { errorText } from '../error-text.js'
import { calibrateVerb } from './calibrate-verb.js'
import { explainVerb } from './explain-verb.js'
import type { Found, PromoteHost } from './found.js'
import { promoteHelp } from './promote-help.js'
import { DRILL_PATH, promoteRun } from './promote-run.js'
import { needed, type PromoteWords, readPromoteWords } from './promote-words.js'
import { promotionText } from './promotion-text.js'
import { proofText } from './proof-text.js'
import { proveSession } from './prove-session.js'
import { loadRecord } from './session-record.js'

interface Stream {
  write(text: string): unknown
}

/** What the command touches of its process. */
export interface PromoteTerminal {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly environment?: Environment
  /** UTC milliseconds. */
  readonly now?: () => number
}

/** Runs the command and gives its exit code. */
export async function promoteMain(words: readonly string[], terminal?: PromoteTerminal): Promise<number> {
  const { stdout, stderr, environment = process.env, now = Date.now } = terminal ?? process_()
  try {
    const read = readPromoteWords(words)
    const { given } = read
    if (given.has('help')) {
      stdout.write(promoteHelp())
      return 0
    }
    const say = (text: string) => void (given.has('quiet') || stderr.write(redact(text)))
    const { text, json, isWell } = await runVerb(read, {
      ...{ environment, now },
      warn: (one) => say(`warning: ${one}\n`),
      note: (one) => say(`${one}\n`),
    })
    stdout.write(redact(given.has('json') ? prettyJson(json) : text))
    return isWell ? 0 : new GateError('').exitCode
  } catch (error) {
    stderr.write(redact(errorText(error, words.includes('--debug'))))
    return error instanceof NextbarError ? error.exitCode : 1
  }
}

function process_(): PromoteTerminal {
  return { stdout: process.stdout, stderr: process.stderr }
}

async function runVerb(words: PromoteWords, host: PromoteHost): Promise<Found> {
  switch (words.verb) {
    case 'promote':
      return words.given.has('proof') ? prove(words) : promote(words, host)
    case 'drill':
      return drill(words, host)
    case 'divergence':
      // It draws: a chart brings a library that no other verb needs.
      return (await import('./divergence-verb.js')).divergenceVerb(words, host)
    case 'calibrate':
      return calibrateVerb(words)
    case 'explain':
      return explainVerb(words)
  }
}

async function prove(words: PromoteWords): Promise<Found> {
  const { given, run } = words
  if (run !== undefined) throw new ConfigError(`--proof needs no run folder, ${run} was named`)
  const state = needed(words, 'state')
  const report = proveSession(
    await loadRecord(state, { asked: given.get('strategy'), isTrusted: given.has('trust') }),
  )
  return {
    text: proofText(report),
    json: { schema: 'nextbar/proof@1', ...report },
    isWell: report.isProven,
  }
}

async function drill({ given }: PromoteWords, { now, note }: PromoteHost): Promise<Found> {
  // Loaded when it is asked for: it brings an exchange.
  const { drillText, runDrill } = await import('./drill/run-drill.js')
  const path = given.get('out') ?? DRILL_PATH
  const record = await runDrill(now(), ({ name, isPassed }) =>
    note(`${isPassed ? 'passed' : 'FAILED'} ${name}`),
  )
  mkdirSync(dirname(path), { recursive: true })
  writeWhole(path, prettyJson(record))
  return { text: drillText(record, path), json: record, isWell: record.steps.every((step) => step.isPassed) }
}

async function promote(words: PromoteWords, { environment, now, warn }: PromoteHost): Promise<Found> {
  const report = await promoteRun(words, { environment, now: now(), warn })
  return {
    text: promotionText(report),
    json: { schema: 'nextbar/checklist@1', ...report },
    isWell: report.isPromoted,
  }
}

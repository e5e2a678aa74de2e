/** The flags that only `run-live.ts` has. Floor 5. */
import { ConfigError } from '../../model/errors.js'
import { parseUnits, type Units } from '../../model/money.js'
import { hintFor } from '../../model/nearest-name.js'
import { parseTime } from '../../model/time.js'
import { choiceFlag, type Flag, flagOf, quoted, switchFlag, textFlag, wholeFlag } from '../flag.js'

/** The flags in the order of the help. */
export const LIVE_FLAGS = {
  mode: choiceFlag({
    default: 'dry-run',
    choices: ['paper', 'dry-run', 'testnet', 'demo', 'live'],
    help: 'paper: simulated fills; dry-run: the same, and the exact unsigned request of every order; testnet, demo, live: orders are sent',
  }),
  state: textFlag({ takes: 'DIR', help: 'ledger, status, log and holds; else state/<mode>/<strategy>' }),
  'rest-url': flagOf<string | undefined>({
    default: undefined,
    takes: 'URL',
    help: "REST; else the mode's own (paper and dry-run: the public data-api.binance.vision)",
    parse: checkUrl(['https:', 'http:']),
    show: (url) => url ?? null,
  }),
  'stream-url': flagOf<string | undefined>({
    default: undefined,
    takes: 'URL',
    help: "market streams; else the mode's own",
    parse: checkUrl(['wss:', 'ws:']),
    show: (url) => url ?? null,
  }),
  'ws-api-url': flagOf<string | undefined>({
    default: undefined,
    takes: 'URL',
    help: "WebSocket API, for what happens to the account; else the mode's own",
    parse: checkUrl(['wss:', 'ws:']),
    show: (url) => url ?? null,
  }),
  'key-file': textFlag({
    takes: 'FILE',
    help: "the account's key as JSON, mode 0600, where it is not in Vault: apiKey with secret or privateKey",
  }),
  'price-collar': flagOf<number | undefined>({
    default: undefined,
    takes: 'FRACTION',
    help: 'an order whose price is farther than this from the last trade is not sent, such as 0.02; live needs it',
    parse: parseFraction,
    show: (fraction) => fraction ?? null,
  }),
  promotion: textFlag({
    takes: 'FILE',
    help: 'live: what run-promote wrote; else promotion.json in the state folder',
  }),
  for: flagOf<number>({
    default: 24 * 3_600_000,
    takes: 'DURATION',
    help: 'arm: how long the session may trade for real',
    parse: parseDuration,
    show: (ms) => `${ms / 3_600_000}h`,
  }),
  take: flagOf<ReadonlyMap<string, Units> | undefined>({
    default: undefined,
    takes: 'ASSET=AMOUNT,…',
    help: 'adopt: what of the account a new session takes into its books, such as BTC=0.5; 0 takes nothing of what an earlier session left',
    parse: parseAmounts,
    show: () => null,
  }),
  'recv-window': flagOf<number>({
    default: 5_000,
    takes: 'DURATION',
    help: 'how old a signed request may be when the exchange looks at it, 60s at most',
    parse: parseDuration,
    show: (ms) => `${ms / 1000}s`,
  }),
  clock: choiceFlag({
    default: 'wall',
    choices: ['wall', 'stream'],
    help: "what ages are counted in; stream is the time that events carry, for a local exchange's made-up market",
  }),
  'late-after': flagOf<number | undefined>({
    default: undefined,
    takes: 'DURATION',
    help: 'a bar that is older than this when it is known, such as 30s, is seen and nothing is asked for at it; else half its interval, 60 s at most',
    parse: parseDuration,
    show: (ms) => (ms === undefined ? null : `${ms / 1000}s`),
  }),
  ticks: switchFlag(
    'follow every trade too (aggTrade): the last price is each of them, and every bar is held against their sum',
  ),
  history: wholeFlag<number | undefined>({
    default: undefined,
    min: 1,
    help: 'bars to warm up with; else what the strategy needs, and some more',
  }),
  'on-stop': choiceFlag({
    default: 'cancel',
    choices: ['cancel', 'leave'],
    help: 'open orders at the end: taken back, or left for the next start',
  }),
  'http-port': wholeFlag({
    default: 0,
    min: 0,
    help: 'operations page, /metrics and the like on 127.0.0.1; 0 takes a free port',
  }),
  'alert-format': choiceFlag({
    default: 'generic',
    choices: ['generic', 'slack', 'telegram'],
    help: 'how the webhook in NEXTBAR_ALERT_URL is spoken to (telegram: NEXTBAR_ALERT_CHAT)',
  }),
  'heartbeat-every': flagOf<number>({
    default: 60_000,
    takes: 'DURATION',
    help: 'how often the watcher in NEXTBAR_HEARTBEAT_URL hears that the session lives',
    parse: parseDuration,
    show: (ms) => `${ms / 1000}s`,
  }),
  watchdog: flagOf<number>({
    default: 30_000,
    takes: 'DURATION',
    help: 'a session whose process does not come back for so long, as from a strategy that never returns, is halted and ended (exit code 7); 0s never',
    parse: parseBound,
    show: (ms) => `${ms / 1000}s`,
  }),
  reason: textFlag({ takes: 'TEXT', help: 'why: for halt and clear' }),
  watch: switchFlag('status: draw it anew each second'),
  day: flagOf<number | undefined>({
    default: undefined,
    takes: 'YYYY-MM-DD',
    help: 'report: which UTC day of the session; else its last',
    parse: parseDay,
    show: () => null,
  }),
} as const

/** Name of a live flag, without its dashes. */
export type LiveFlagName = keyof typeof LIVE_FLAGS

type ValueOf<F> = F extends Flag<infer Value> ? Value : never

/** The checked value of every live flag. */
export type LiveSettings = { readonly [Name in LiveFlagName]: ValueOf<(typeof LIVE_FLAGS)[Name]> }

/** Names of all live flags in the order of the help. */
// Object.keys of a literal are its keys.
export const LIVE_FLAG_NAMES = Object.keys(LIVE_FLAGS) as readonly LiveFlagName[]

/**
 * Takes the live flags out of the words behind the script's name. Throws a ConfigError on one that is given twice or
 * without its value.
 */
export function readLiveFlags(words: readonly string[]): {
  readonly live: LiveSettings
  /** The flags that are shared with backtests, and the words without a flag. */
  readonly rest: readonly string[]
} {
  const given = new Map<LiveFlagName, string>()
  const rest: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const [, text, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? []
    const name = LIVE_FLAG_NAMES.find((one) => one === text)
    if (name === undefined) {
      rest.push(word)
      continue
    }
    if (given.has(name)) throw new ConfigError(`--${name} must be given once, was given twice`)
    const { takes } = LIVE_FLAGS[name]
    const next = words[i + 1]
    if (takes === undefined) given.set(name, inline ?? 'true')
    else if (inline !== undefined) given.set(name, inline)
    else if (next === undefined || next.startsWith('--')) {
      throw new ConfigError(
        `--${name} must be followed by ${takes}, was followed by ${next === undefined ? 'nothing' : quoted(next)}`,
      )
    } else {
      given.set(name, next)
      i++
    }
  }
  const values = LIVE_FLAG_NAMES.map((name) => {
    const flag: Flag<unknown> = LIVE_FLAGS[name]
    const text = given.get(name)
    return [name, text === undefined ? flag.default : flag.parse([text], `--${name}`)] as const
  })
  // Each flag's value was made by that very flag, and every flag has one.
  return { live: Object.fromEntries(values) as unknown as LiveSettings, rest }
}

/** Hint for a flag that neither table has. */
export function liveHint(text: string): string {
  return hintFor(text, LIVE_FLAG_NAMES, '--')
}

/** Whether an address is this machine's own. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function parseDuration(text: string, name: string): number {
  const [, count, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return Number(count) * (UNITS[unit] ?? 1)
  throw new ConfigError(`${name} must be a duration such as 30s, 5m or 1h, was ${quoted(text)}`)
}

/** A bound below a second would take a busy machine for a strategy that never returns. */
function parseBound(text: string, name: string): number {
  const ms = parseDuration(text, name)
  if (ms === 0 || ms >= 1000) return ms
  throw new ConfigError(`${name} must be at least 1s, or 0s for none, was ${quoted(text)}`)
}

function parseDay(text: string, name: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? parseTime(text) : undefined
  if (time !== undefined) return time
  throw new ConfigError(`${name} must be a day such as 2026-11-28, was ${quoted(text)}`)
}

function parseAmounts(text: string, name: string): ReadonlyMap<string, Units> {
  const amounts = new Map<string, Units>()
  for (const part of text.split(',')) {
    // An asset's name is not always in Latin letters.
    const [, asset = '', amount = ''] = /^([\p{Lu}\p{Lo}\p{N}]{1,20})=([0-9.]{1,30})$/u.exec(part) ?? []
    const units = parseUnits(amount)
    if (units === undefined || amounts.has(asset)) {
      throw new ConfigError(`${name} must be assets and amounts such as BTC=0.5,ETH=2, was ${quoted(text)}`)
    }
    amounts.set(asset, units)
  }
  return amounts
}

function parseFraction(text: string, name: string): number {
  const fraction = /^\d(\.\d{1,8})?$/.test(text) ? Number(text) : Number.NaN
  if (fraction > 0 && fraction < 1) return fraction
  throw new ConfigError(`${name} must be a fraction above 0 and below 1 such as 0.02, was ${quoted(text)}`)
}

function checkUrl(protocols: readonly string[]): (text: string, name: string) => string {
  return (text, name) => {
    const url = URL.parse(text)
    if (!url || !protocols.includes(url.protocol) || url.username !== '' || url.search !== '') {
      throw new ConfigError(
        `${name} must be an address that begins with ${protocols.join(' or ')}//, was ${quoted(text)}`,
      )
    }
    if ((url.protocol === 'http:' || url.protocol === 'ws:') && !isLoopback(text)) {
      throw new ConfigError(
        `${name} must be encrypted (${protocols[0]}//) unless it is this machine, was ${quoted(text)}`,
      )
    }
    return text.replace(/\/+$/, '')
  }
}

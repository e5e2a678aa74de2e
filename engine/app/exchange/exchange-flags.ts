/** The flags of `run-exchange.ts`: where bars come from is said as for a backtest. Floor 5. */
import { parseArgs } from 'node:util'
import { ConfigError } from '../../model/errors.js'
import { parseUnits, type Units } from '../../model/money.js'
import { hintFor } from '../../model/nearest-name.js'
import {
  choiceFlag,
  type Flag,
  flagOf,
  numberFlag,
  quoted,
  switchFlag,
  textFlag,
  wholeFlag,
} from '../flag.js'
import { FLAGS } from '../flag-table.js'

/** All flags in the order of the help. */
export const EXCHANGE_FLAGS = {
  port: wholeFlag({ default: 0, min: 0, takes: 'PORT', help: 'port on 127.0.0.1; 0 is any free one' }),
  data: {
    ...FLAGS.data,
    help: `${FLAGS.data.help}; of files of recorded trades (aggTrades) every trade is followed as it was`,
  },
  symbol: FLAGS.symbol,
  interval: FLAGS.interval,
  columns: FLAGS.columns,
  store: FLAGS.store,
  from: FLAGS.from,
  to: FLAGS.to,
  speed: numberFlag({
    default: 1,
    min: 0,
    help: 'bars of market time a second; 0 stands still and moves by control only',
  }),
  history: wholeFlag<number | undefined>({
    default: undefined,
    min: 0,
    takes: 'BARS',
    help: 'bars that have closed at the start; else 5000, or half of fewer',
  }),
  dates: choiceFlag({
    default: 'now',
    choices: ['now', 'original'],
    help: 'whether bars are moved to end their history at the start, or keep their dates',
  }),
  seed: FLAGS.seed,
  balance: flagOf<ReadonlyMap<string, Units>>({
    default: new Map([['USDT', 10_000n * 100_000_000n]]),
    takes: 'ASSET=AMOUNT,…',
    help: 'what the account owns',
    parse: parseBalances,
    show: (balances) => [...balances].map(([asset, units]) => `${asset}=${Number(units) / 1e8}`).join(','),
  }),
  rules: FLAGS.rules,
  'maker-fee': FLAGS['maker-fee'],
  'taker-fee': FLAGS['taker-fee'],
  'bnb-discount': switchFlag('take commissions from BNB, at a quarter less, where the account has it'),
  faults: textFlag({ takes: 'FILE', help: 'a script of faults in JSON; docs/exchange.md has the list' }),
  journal: textFlag({
    takes: 'FILE',
    help: 'where the journal is written too, a line of JSON for each entry',
  }),
  'weight-limit': wholeFlag({
    default: 6000,
    min: 1,
    takes: 'WEIGHT',
    help: 'request weight that an address has a minute',
  }),
  'order-limit': wholeFlag({
    default: 100,
    min: 1,
    takes: 'ORDERS',
    help: 'orders that an account has in ten seconds',
  }),
  'connection-life': flagOf({
    default: 86_400_000,
    takes: 'DURATION',
    help: 'every socket is closed after so long, such as 24h or 60s',
    parse: parseDuration,
    show: (ms) => `${ms / 1000}s`,
  }),
  'ping-every': flagOf({
    default: 20_000,
    takes: 'DURATION',
    help: 'how often sockets are pinged; without a pong for three times as long they are cut',
    parse: parseDuration,
    show: (ms) => `${ms / 1000}s`,
  }),
  quiet: switchFlag('nothing on stderr but errors'),
  debug: switchFlag('show stacks of errors'),
  help: switchFlag('print this help'),
} as const

type FlagName = keyof typeof EXCHANGE_FLAGS

/** What the flags say. */
export type ExchangeSettings = {
  readonly [Name in FlagName]: (typeof EXCHANGE_FLAGS)[Name] extends Flag<infer Value> ? Value : never
}

// Object.keys of a literal are its keys.
const NAMES = Object.keys(EXCHANGE_FLAGS) as readonly FlagName[]

/** Reads the words of the command. Throws a ConfigError on a flag that is none, or a value that it does not take. */
export function readExchangeFlags(words: readonly string[]): ExchangeSettings {
  const options = Object.fromEntries(
    NAMES.map((name) => [
      name,
      { type: EXCHANGE_FLAGS[name].takes === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  const { tokens } = parseArgs({
    args: words.map((word) => (word === '-h' ? '--help' : word)),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given = new Map<FlagName, string[]>()
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw new ConfigError(`run-exchange takes flags only, was given ${quoted(token.value)}`)
    if (token.kind !== 'option') continue
    const name = NAMES.find((one) => one === token.name)
    if (name === undefined) {
      throw new ConfigError(
        `--${token.name} must be a flag of run-exchange, is none${hintFor(token.name, NAMES, '--')} (--help lists them)`,
      )
    }
    const flag = EXCHANGE_FLAGS[name]
    if (given.has(name) && !flag.isRepeatable)
      throw new ConfigError(`--${name} must be given once, was given twice`)
    if (
      flag.takes !== undefined &&
      (token.value === undefined || (token.value.startsWith('--') && token.inlineValue !== true))
    ) {
      throw new ConfigError(
        `--${name} must be followed by ${flag.takes}, was followed by ${quoted(token.value ?? 'nothing')}`,
      )
    }
    given.set(name, [...(given.get(name) ?? []), token.value ?? 'true'])
  }
  const values = NAMES.map((name) => {
    const texts = given.get(name)
    return [
      name,
      texts === undefined ? EXCHANGE_FLAGS[name].default : EXCHANGE_FLAGS[name].parse(texts, `--${name}`),
    ]
  })
  // Each entry of the table parses to what it has as a default.
  return Object.fromEntries(values) as ExchangeSettings
}

function parseBalances(text: string, name: string): ReadonlyMap<string, Units> {
  const balances = new Map<string, Units>()
  for (const part of text.split(',')) {
    const [asset = '', amount = ''] = part.split('=')
    const units = /^[A-Z0-9]{1,20}$/.test(asset) ? parseUnits(amount) : undefined
    if (units === undefined || units < 0n) {
      throw new ConfigError(
        `${name} must be assets and amounts such as USDT=10000,BTC=0.5, was ${quoted(part)}`,
      )
    }
    balances.set(asset, units)
  }
  return balances
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseDuration(text: string, name: string): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text)
  const ms = match === null ? 0 : Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0)
  if (ms > 0) return ms
  throw new ConfigError(`${name} must be a duration such as 60s or 24h, was ${quoted(text)}`)
}

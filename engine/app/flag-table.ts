/** Every flag of `run-backtest.ts`, once: help, checks, environment and config files read this table. Floor 5. */
import { ConfigError } from '../model/errors.js'
import type { Units } from '../model/money.js'
import { INTERVALS, type Interval } from '../model/time.js'
import {
  amountFlag,
  checkChoice,
  choiceFlag,
  durationFlag,
  type Flag,
  flagOf,
  limitFlag,
  listFlag,
  momentFlag,
  numberFlag,
  numberOf,
  quoted,
  switchFlag,
  textFlag,
  wholeFlag,
  wholeUnits,
} from './flag.js'

const BNB_AMOUNT = amountFlag({ default: 0n, help: '' })

/** The flags in the order of the help. */
export const FLAGS = {
  strategy: flagOf({
    default: 'sma-cross',
    takes: 'NAME|FILE',
    help: 'a file in strategies/, or a path; the first word says the same',
    parse: checkName,
    show: (text) => text,
  }),
  param: listFlag({ default: [], takes: 'KEY=VALUE', help: "one of the strategy's parameters" }),
  data: listFlag({
    default: ['synthetic:1:525600'],
    takes: 'PATH|SYMBOL|synthetic[:SEED[:BARS]]',
    help: 'kline files (.csv, .csv.gz, .zip, .parquet, .arrow), a folder or glob of them, a symbol in the store, or made-up bars; one for each symbol',
  }),
  symbol: {
    ...listFlag({
      default: [],
      takes: 'SYMBOL',
      help: "the data's symbol, where its file's name does not say it; several share one cash account",
    }),
    parse: checkSymbols,
    show: (symbols) => (symbols.length > 1 ? symbols : (symbols[0] ?? null)),
  } satisfies Flag<readonly string[]>,
  interval: flagOf<Interval | undefined>({
    default: undefined,
    takes: 'INTERVAL',
    help: "the bars' interval such as 1m, where the file's name does not say it",
    parse: (text, name) => checkChoice(text, name, { choices: INTERVALS }),
    show: (interval) => interval ?? null,
  }),
  columns: flagOf<Readonly<Record<string, string>> | undefined>({
    default: undefined,
    takes: 'time=NAME,open=NAME,…',
    help: 'names of the columns in a file of another layout',
    parse: checkColumns,
    show: (columns) => (columns === undefined ? null : showColumns(columns)),
  }),
  store: flagOf({
    default: 'data/store',
    takes: 'DIR',
    help: 'where symbols are looked up',
    parse: (text, name) => {
      if (text.trim() !== '') return text
      throw new ConfigError(`${name} must name a folder, was empty`)
    },
    show: (text) => text,
  }),
  benchmark: flagOf<string | undefined>({
    default: undefined,
    takes: 'SYMBOL',
    help: "what buy and hold means: one of the run's symbols; else the first by name",
    parse: checkSymbol,
    show: (symbol) => symbol ?? null,
  }),
  from: momentFlag('first open time of the range, UTC; bars before it only warm up'),
  to: momentFlag('end of the range, UTC, not included'),
  gaps: choiceFlag({
    default: 'skip',
    choices: ['error', 'skip', 'flat'],
    help: 'missing bars: refuse; the next present bar fills; or flat bars that never fill',
  }),
  cash: amountFlag({ default: wholeUnits(10_000), help: 'quote asset at the start' }),
  alpha: numberFlag({
    default: 0.5,
    min: 0,
    below: 1_000_000,
    help: 'slippage in units of the average true range',
  }),
  'atr-period': wholeFlag({ default: 14, min: 1, help: "bars of Wilder's average true range" }),
  'atr-source': choiceFlag({
    default: 'next',
    choices: ['next', 'signal'],
    help: 'range through the bar that fills, or through the bar that decided',
  }),
  clamp: choiceFlag({
    default: 'none',
    choices: ['none', 'bar'],
    help: "whether market fills are kept inside their bar's low..high",
  }),
  'maker-fee': numberFlag({ default: 0.001, min: 0, below: 1, help: 'fraction: 0.001 is 10 basis points' }),
  'taker-fee': numberFlag({ default: 0.001, min: 0, below: 1, help: 'fraction' }),
  'fee-asset': choiceFlag({
    default: 'received',
    choices: ['received', 'quote', 'bnb'],
    help: 'what commissions are taken from; bnb: from --bnb-balance as long as it holds, at --bnb-discount',
  }),
  'bnb-balance': flagOf<Units>({
    default: 0n,
    takes: 'AMOUNT',
    help: 'BNB at the start, for commissions alone',
    parse: (text, name) => (numberOf(text) === 0 ? 0n : BNB_AMOUNT.parse([text], name)),
    show: (units) => BNB_AMOUNT.show(units),
  }),
  'bnb-discount': flagOf<number | undefined>({
    default: undefined,
    takes: 'SHARE',
    help: 'fraction that is taken off a commission in BNB, such as 0.25; --fee-asset bnb needs it',
    parse: (text, name) => {
      const share = numberOf(text)
      if (share >= 0 && share <= 1) return share
      throw new ConfigError(`${name} must be a share from 0 to 1, was ${quoted(text)}`)
    },
    show: (share) => share ?? null,
  }),
  'bnb-data': textFlag({
    takes: 'PATH|SYMBOL|PRICE',
    help: 'what BNB is worth: bars of it, or one price in quote; not needed where BNB itself is traded',
  }),
  rules: {
    ...textFlag({
      takes: 'PATH|built-in|none',
      help: "exchangeInfo answers, each in force from its day on; none: tick and step 1e-8, no filter; else the symbol's: as fetched, or built in",
    }),
    isRepeatable: true,
    parse: joinPaths,
  },
  policy: choiceFlag({
    default: 'market',
    choices: ['market', 'maker-first'],
    help: 'how a wish becomes orders: at market; or posted first, and what that leaves as --escalate says',
  }),
  'post-timeout': durationFlag({
    default: 60_000,
    help: 'maker-first: how long a posted order may rest; whole bars where orders are simulated',
  }),
  escalate: choiceFlag({
    default: 'market',
    choices: ['ioc', 'market', 'none'],
    help: 'maker-first: what follows a timeout or a rejection',
  }),
  'max-order-quote': limitFlag('most that one purchase may be worth'),
  'max-position-quote': limitFlag("most that a symbol's position may be worth"),
  'max-daily-loss': limitFlag('loss since 00:00 UTC from which on nothing is bought before the next day'),
  'max-orders-per-minute': wholeFlag<number | undefined>({
    default: undefined,
    min: 1,
    help: 'most orders within 60 seconds',
  }),
  'max-volume-share': flagOf<number | undefined>({
    default: undefined,
    takes: 'SHARE',
    help: 'purchases are cut to this share of what the last --volume-bars bars traded',
    parse: checkShare,
    show: (share) => share ?? null,
  }),
  'volume-bars': wholeFlag({ default: 20, min: 1, help: 'bars that --max-volume-share looks back over' }),
  'limit-fill': choiceFlag({
    default: 'through',
    choices: ['through', 'touch'],
    help: 'when a resting limit order fills: the bar trades through its price, or touches it',
  }),
  fine: flagOf<string | undefined>({
    default: undefined,
    takes: 'PATH|SYMBOL|none',
    help: 'finer bars or aggTrades that decide what came first inside a bar',
    parse: (text, name) => {
      if (text.trim() === '') throw new ConfigError(`${name} must name finer bars or trades, was empty`)
      return text === 'none' ? undefined : text
    },
    show: (fine) => fine ?? null,
  }),
  participation: flagOf<number | undefined>({
    default: undefined,
    takes: 'SHARE',
    help: "at most this share of a bar's volume per fill",
    parse: checkShare,
    show: (share) => share ?? null,
  }),
  warmup: wholeFlag<number | undefined>({
    default: undefined,
    min: 0,
    help: 'the strategy is not called before this bar; else what the run needs',
  }),
  'close-at-end': switchFlag("sell what is left on the last bar's close"),
  audit: choiceFlag({
    default: 'quick',
    choices: ['quick', 'full', 'off'],
    help: 'the look-ahead audit after the run: another future must give the same decisions',
  }),
  equity: choiceFlag({ default: 'days', choices: ['days', 'bars'], help: 'rows of equity.csv' }),
  sensitivity: switchFlag('also results over alpha × fee × one-bar delay, and where the profit ends'),
  interactive: switchFlag('charts of the report answer the pointer; adds 0.8 MB'),
  detail: choiceFlag({
    default: 'trades',
    choices: ['trades', 'full', 'none'],
    help: "bars in the report's chart: minutes around trades; all of them; hours and longer",
  }),
  seed: wholeFlag({ default: 1, min: 0, help: 'every random number of the run' }),
  run: textFlag({
    takes: 'DIR',
    help: 'take strategy, parameters, data and every setting from a run folder',
  }),
  config: textFlag({
    takes: 'FILE',
    help: 'flags as JSON or TOML; the command line and NEXTBAR_* win over it',
  }),
  out: textFlag({ takes: 'DIR', help: 'the run folder; else reports/out/<runId>' }),
  reproduce: textFlag({
    takes: 'MANIFEST',
    help: 'run a manifest again and compare every file; --data then names a folder of its inputs',
  }),
  trust: switchFlag('let the strategy import more than the engine'),
  'measure-warmup': switchFlag('print how much history the strategy really needs, and stop'),
  'show-config': switchFlag('print every setting and where it came from, and stop'),
  json: switchFlag('print one JSON document instead of the table'),
  quiet: switchFlag('nothing on stderr but errors'),
  debug: switchFlag('show stacks of errors'),
  help: switchFlag('print this help'),
} as const

/** Name of a flag, without its dashes. */
export type FlagName = keyof typeof FLAGS

type ValueOf<F> = F extends Flag<infer Value> ? Value : never

/** The checked value of every flag. */
export type Settings = { readonly [Name in FlagName]: ValueOf<(typeof FLAGS)[Name]> }

/** Names of all flags in the order of the help. */
// Object.keys of a literal are its keys.
export const FLAG_NAMES = Object.keys(FLAGS) as readonly FlagName[]

/** Flags that can change a number of the run, and so stand in its manifest, in this order. */
export const RESULT_FLAGS = [
  ...(['symbol', 'interval', 'columns', 'benchmark', 'from', 'to', 'gaps'] as const),
  ...(['cash', 'alpha', 'atr-period', 'atr-source', 'clamp'] as const),
  ...([
    'maker-fee',
    'taker-fee',
    'fee-asset',
    'bnb-balance',
    'bnb-discount',
    'bnb-data',
    'rules',
    'policy',
    'limit-fill',
    'fine',
    'participation',
  ] as const),
  ...(['post-timeout', 'escalate'] as const),
  ...(['max-order-quote', 'max-position-quote', 'max-daily-loss', 'max-orders-per-minute'] as const),
  ...(['max-volume-share', 'volume-bars'] as const),
  ...(['warmup', 'close-at-end', 'equity', 'interactive', 'detail', 'audit'] as const),
] as const satisfies readonly FlagName[]

/** Flags that only add to the report: they stand in a manifest where they are given, and nowhere else. */
export const ADDING_FLAGS = ['sensitivity'] as const satisfies readonly FlagName[]

/** Flags that only the command line takes. */
export const COMMAND_FLAGS: ReadonlySet<FlagName> = new Set([
  ...(['reproduce', 'show-config', 'measure-warmup', 'trust', 'debug', 'help'] as const),
])

/** Flags of Nextbar that this version does not have yet, with the words that say what it does anyway. */
export const LATER_FLAGS: ReadonlyMap<string, readonly string[]> = new Map([['fail-if', []]])

/** Whether the text names a flag. */
export function isFlagName(text: string): text is FlagName {
  return Object.hasOwn(FLAGS, text)
}

/** What was given more than once is one text, with commas. */
function joinPaths(texts: readonly string[], name: string): string {
  if (texts.every((text) => text.trim() !== '')) return texts.join(',')
  throw new ConfigError(`${name} must name a file or a folder, was empty`)
}

function checkShare(text: string, name: string): number {
  const share = numberOf(text)
  if (share > 0 && share <= 1) return share
  throw new ConfigError(`${name} must be a share above 0 and at most 1, was ${quoted(text)}`)
}

const SYMBOL = /^[\p{Lu}\p{Lo}\p{N}]{1,30}$/u

function checkSymbols(texts: readonly string[], name: string): readonly string[] {
  const twice = texts.find((text, k) => texts.indexOf(text) !== k)
  if (twice !== undefined) throw new ConfigError(`${name} must name each symbol once, named ${twice} twice`)
  return texts.map((text) => checkSymbol(text, name))
}

/** The symbol that a text is. Throws a ConfigError with the nearest spelling. */
export function checkSymbol(text: string, name: string): string {
  if (SYMBOL.test(text)) return text
  const capital = text.toUpperCase()
  const hint = capital !== text && SYMBOL.test(capital) ? `; did you mean ${capital}?` : ''
  throw new ConfigError(
    `${name} must be capital letters and digits such as BTCUSDT, was ${quoted(text)}${hint}`,
  )
}

function checkName(text: string, name: string): string {
  if (text.trim() !== '') return text
  throw new ConfigError(`${name} must name a strategy, was empty`)
}

function checkColumns(text: string, name: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((part) => /^([^=]+)=(.+)$/.exec(part))
  const columns = new Map<string, string>()
  for (const pair of pairs) {
    const [, key, column] = pair ?? []
    if (key === undefined || column === undefined || columns.has(key)) {
      throw new ConfigError(
        `${name} must be like time=Date,open=Open with each key once, was ${quoted(text)}`,
      )
    }
    columns.set(key, column)
  }
  return Object.fromEntries(columns)
}

function showColumns(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([key, column]) => `${key}=${column}`)
    .sort()
    .join(',')
}

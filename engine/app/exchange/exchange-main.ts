/** `run-exchange.ts`: starts the local exchange, says where it is, and ends it on a signal. Floor 5. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Fault } from '../../exchange/faults/fault.js'
import { parseFaults } from '../../exchange/faults/fault.js'
import { STATED_LIMITS } from '../../exchange/rest/rate-limits.js'
import { type RunningExchange, startExchange } from '../../exchange/start-exchange.js'
import { ConfigError, DataError, NextbarError } from '../../model/errors.js'
import { formatTime } from '../../model/time.js'
import { errorText } from '../error-text.js'
import type { Flag } from '../flag.js'
import type { Terminal } from '../main.js'
import { EXCHANGE_FLAGS, type ExchangeSettings, readExchangeFlags } from './exchange-flags.js'
import { exchangeSources } from './exchange-sources.js'

const DEFAULT_HISTORY = 5000

/** Runs the command until a signal ends it; gives its exit code. On an error stdout stays empty. */
export async function exchangeMain(words: readonly string[], terminal?: Terminal): Promise<number> {
  const { stdout, stderr } = terminal ?? { stdout: process.stdout, stderr: process.stderr }
  try {
    const settings = readExchangeFlags(words)
    if (settings.help) {
      stdout.write(helpText())
      return 0
    }
    const running = await begin(settings, (text) => stderr.write(text))
    stdout.write(`${JSON.stringify(running.address)}\n`)
    if (!settings.quiet) stderr.write(greeting(running))
    const code = await signalled()
    await running.stop()
    return code
  } catch (error) {
    stderr.write(errorText(error, words.includes('--debug')))
    return error instanceof NextbarError ? error.exitCode : 1
  }
}

async function begin(settings: ExchangeSettings, complain: (text: string) => void): Promise<RunningExchange> {
  const symbols = await exchangeSources(settings)
  const shortest = Math.min(...symbols.map(({ bars }) => bars.length))
  const history =
    settings.history ?? (shortest > 2 * DEFAULT_HISTORY ? DEFAULT_HISTORY : Math.floor(shortest / 2))
  if (history >= shortest) {
    throw new ConfigError(`--history must leave at least one bar of ${shortest}, was ${history}`)
  }
  return startExchange({
    symbols,
    history,
    port: settings.port,
    speed: settings.speed,
    dates: settings.dates,
    seed: settings.seed,
    balances: settings.balance,
    rates: { maker: settings['maker-fee'], taker: settings['taker-fee'] },
    bnbDiscount: settings['bnb-discount'],
    faults: settings.faults === undefined ? [] : readFaults(settings.faults),
    limits: STATED_LIMITS.map((limit) => {
      if (limit.rateLimitType === 'REQUEST_WEIGHT') return { ...limit, limit: settings['weight-limit'] }
      return limit.rateLimitType === 'ORDERS' && limit.interval === 'SECOND'
        ? { ...limit, limit: settings['order-limit'] }
        : limit
    }),
    sockets: {
      lifeMs: settings['connection-life'],
      pingMs: settings['ping-every'],
      pongMs: 3 * settings['ping-every'],
    },
    ...(settings.journal !== undefined && { writeJournal: journalTo(settings.journal) }),
    onError: (error) => complain(errorText(error, settings.debug)),
  })
}

function readFaults(path: string): readonly Fault[] {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`--faults must name a file of JSON, was ${path}: ${reason}`, { cause })
  }
  return parseFaults(json, path)
}

/** A new file, closed when the process ends. Each line is written before the exchange goes on. */
function journalTo(path: string): (line: string) => void {
  let file: number
  try {
    file = openSync(path, 'w')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`--journal must name a file that can be written, was ${path}: ${reason}`, { cause })
  }
  process.once('exit', () => closeSync(file))
  return (line) => writeSync(file, line)
}

function greeting({ exchange }: RunningExchange): string {
  const lines = exchange.allListed.map(
    ({ symbol, market }) => `  ${symbol} ${market.interval}  last ${market.lastPrice}`,
  )
  return `${lines.join('\n')}\n  market time ${formatTime(exchange.timeline.now)}; the keys are this run's own and worth nothing\n`
}

/** Comes back when a signal asks the process to end. */
function signalled(): Promise<number> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve(0))
    process.on('SIGINT', () => resolve(130))
  })
}

const COLUMN = 36

function helpText(): string {
  const lines = Object.entries(EXCHANGE_FLAGS).map(([name, flag]) => {
    const { takes, help, isRepeatable }: Flag<never> | Flag<unknown> = flag
    const words = `  --${name}${takes === undefined ? '' : ` ${takes}`}`
    const text = `${help}${isRepeatable ? '; may be repeated' : ''}`
    return words.length < COLUMN ? `${words.padEnd(COLUMN)}${text}` : `${words}\n${' '.repeat(COLUMN)}${text}`
  })
  return `A local exchange that speaks Binance Spot: REST, streams and WebSocket API on 127.0.0.1.

  npx tsx run-exchange.ts [flags]

Example:
  npx tsx run-exchange.ts --data synthetic:7:100000 --speed 2 --balance USDT=10000,BTC=0.5

When it is ready it prints one line of JSON: its addresses, an API key with its secret, an Ed25519 key, and
the token of the control port. It runs until SIGTERM or Ctrl-C. docs/exchange.md says what it does.

Flags:
${lines.join('\n')}

Exit codes: 0 ended by SIGTERM; 1 unexpected; 2 flags; 3 data missing or damaged; 130 ended by Ctrl-C.
`
}

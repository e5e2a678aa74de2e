/** `run-live.ts` as a program that sends orders, and the exchange that it sends them to. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { liveMain } from '../../../engine/app/live/live-main.js'
import type { ExchangeOptions } from '../../../engine/exchange/start-exchange.js'
import { ONE } from '../../../engine/model/money.js'
import { temporaryFolder } from '../../app/command.js'
import { listing, someBars, started } from '../../exchange/started.js'
import type { Standing } from './invariants.js'

/** An exchange with a long market and enough to trade with; so many bars a second. */
export async function tradingExchange(speed: number, options: Partial<ExchangeOptions> = {}) {
  return started({
    symbols: [listing(someBars(60_000))],
    history: 2000,
    speed,
    balances: new Map([['USDT', 20_000n * ONE]]),
    ...options,
  })
}

/** An exchange as `tradingExchange` makes it. */
export type TradingExchange = Awaited<ReturnType<typeof tradingExchange>>

/** Limits that a session with 10,000 of quote keeps, also with what it has adopted. */
const LIMITS = [
  ...['--max-order-quote', '15000', '--max-position-quote', '15000', '--max-daily-loss', '2000'],
  ...['--max-orders-per-minute', '600'],
]

/** Words for a mode that sends orders, every few bars; the key is in a file of the owner's alone. */
export function tradingWords(
  { address }: Pick<TradingExchange, 'address'>,
  state: string,
  {
    mode = 'testnet',
    lateAfter = '1h',
    more = [],
    isLimited = true,
    strategy = ['sma-cross', '-p', 'fast=2', '-p', 'slow=5'],
  }: {
    readonly mode?: string
    readonly lateAfter?: string
    readonly more?: readonly string[]
    readonly isLimited?: boolean
    readonly strategy?: readonly string[]
  } = {},
): readonly string[] {
  const file = path.join(temporaryFolder(), 'key.json')
  writeFileSync(file, JSON.stringify({ apiKey: address.apiKey, secret: address.secret }), { mode: 0o600 })
  chmodSync(file, 0o600)
  return [
    ...strategy,
    ...['--mode', mode, '--symbol', 'BTCUSDT', '--interval', '1m'],
    ...[
      '--clock',
      'stream',
      '--late-after',
      lateAfter,
      '--state',
      state,
      '--cash',
      '10000',
      '--key-file',
      file,
    ],
    ...(isLimited ? LIMITS : []),
    ...['--rest-url', address.rest, '--stream-url', address.stream, '--ws-api-url', address.wsApi],
    ...more,
  ]
}

/** How a program's session stands by its own status file; undefined without one that is of a session that runs. */
export function standingOf(state: string): Standing | undefined {
  const file = path.join(state, 'status.json')
  const status = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  return status && { state: String(status.state), orders: status.orders }
}

/** `run-live.ts adopt` with these words, inside this process. */
export async function adopt(words: readonly string[]) {
  const put = { stdout: '', stderr: '' }
  const terminal = {
    stdout: { write: (text: string) => (put.stdout += text) },
    stderr: { write: (text: string) => (put.stderr += text) },
    environment: {},
  }
  const code = await liveMain(['adopt', ...words], terminal)
  return { code, ...put }
}

/**
 * How long a live session takes from a bar's message to its decision on the disk, over loopback, beside a bare
 * transaction of the same size in the same process. `npx tsx bench/live.ts [bars]`. Roof.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { WebSocketServer } from 'ws'
import { generateBars } from '../data/synthetic.js'
import { strategyParams } from '../engine/core/strategy.js'
import { symbolEntry } from '../engine/exchange/listed-symbol.js'
import { startExchange } from '../engine/exchange/start-exchange.js'
import { MarketClock } from '../engine/live/feed/market-clock.js'
import { StateFolder } from '../engine/live/files/state-folder.js'
import { LiveRunner } from '../engine/live/live-runner.js'
import { simulatedMarket } from '../engine/live/session/live-market.js'
import { barAt } from '../engine/model/bars.js'
import { ONE } from '../engine/model/money.js'
import { knownRules } from '../engine/venue/known-symbols.js'
import { Limiter } from '../engine/venue/limiter.js'
import { PublicRest } from '../engine/venue/public-rest.js'
import { smaCross } from '../strategies/sma-cross.js'

const BARS = Number(process.argv[2] ?? 1000)
const HISTORY = 600
const EVERY_MS = 10

const rules = knownRules('BTCUSDT')
if (!rules) throw new Error('BTCUSDT must have built-in rules')
const bars = generateBars({ seed: 7, count: HISTORY + BARS + 10, symbol: 'BTCUSDT' })
const exchange = await startExchange({
  symbols: [{ bars, entry: symbolEntry(rules) }],
  history: HISTORY,
  dates: 'original',
})
const folder = mkdtempSync(join(tmpdir(), 'nextbar-bench-'))
const state = StateFolder.open(join(folder, 'state'))

/** The stream alone is the bench's own, so that the moment of sending is known. */
const streams = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await new Promise((resolve) => streams.once('listening', resolve))
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const sentAt = new Map<number, number>()
const all: number[] = []
const deciding: number[] = []
let ordersSeen = 0
const address = streams.address()
const port = typeof address === 'object' && address !== null ? address.port : 0
const runner = new LiveRunner({
  folder: state,
  genesis: {
    schema: 'nextbar/ledger@1',
    mode: 'dry-run',
    epoch: 1,
    strategy: { name: 'sma-cross', file: 'sma-cross.ts', sha256: 'ab'.repeat(32), source: '' },
    params: strategyParams(smaCross, { fast: 5, slow: 20 }),
    interval: '1m',
    symbols: [{ symbol: 'BTCUSDT', rules }],
    settings: {
      ...{ cash: 10_000n * ONE, alpha: 0.5, atrPeriod: 14, atrSource: 'next', clamp: 'none' },
      ...{ makerFee: 0.001, takerFee: 0.001, feeAsset: 'received', limitFill: 'through' },
      ...{ participation: undefined, insideBar: 'worst', warmup: 0, closeAtEnd: false },
    },
    engine: 'bench',
  },
  code: {
    strategy: smaCross,
    params: strategyParams(smaCross, { fast: 5, slow: 20 }),
    createMarket: simulatedMarket,
    isSimulated: true,
  },
  rest: new PublicRest({ url: exchange.address.rest, limiter: new Limiter({ now: Date.now, sleep }), sleep }),
  streamUrl: `ws://127.0.0.1:${port}`,
  clock: new MarketClock('stream'),
  historyBars: 100,
  lateAfterMs: 1e12,
  onStop: 'cancel',
  tell(news) {
    if (news.kind === 'ORDER') ordersSeen++
    if (news.kind !== 'BAR') return
    const ms = performance.now() - (sentAt.get(news.bar.openTime) ?? Number.NaN)
    if (Number.isNaN(ms)) return
    all.push(ms)
    if (ordersSeen > 0) deciding.push(ms)
    ordersSeen = 0
  },
})
streams.on('connection', async (socket) => {
  // The first makes the market's clock: the session starts behind it.
  socket.send(textOf(HISTORY, false))
  await sleep(1500)
  for (let i = HISTORY; i < HISTORY + BARS; i++) {
    await sleep(EVERY_MS)
    const text = textOf(i, true)
    sentAt.set(barAt(bars, i).openTime, performance.now())
    socket.send(text)
  }
})
await runner.start()
while (all.length < BARS - 5) await sleep(50)
runner.stop('the bench ends')
await runner.ended
state.close()
streams.close()
for (const client of streams.clients) client.terminate()
await exchange.stop()

const bare = bareTransactions(join(folder, 'bare.sqlite'))
rmSync(folder, { recursive: true })
const row = (name: string, values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) =>
    (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(2).padStart(9)
  return `${name.padEnd(44)}${at(0.5)}${at(0.99)}${String(values.length).padStart(9)}`
}
console.log(`${'milliseconds'.padEnd(44)}   median      99 %    count`)
console.log(row('bar message sent → input on the disk', all))
console.log(row('… where an order was decided', deciding))
console.log(row('a bare transaction of one row, synchronous', bare))
process.exit(0)

/** A kline as the stream sends it. */
function textOf(i: number, isClosed: boolean): string {
  const { openTime, open, high, low, close, volume } = barAt(bars, i)
  const prices = { o: String(open), h: String(high), l: String(low), c: String(close), v: String(volume) }
  const rest = { q: '1', V: '1', Q: '1', n: 1, x: isClosed }
  const k = { t: openTime, T: openTime + 59_999, s: 'BTCUSDT', i: '1m', ...prices, ...rest }
  return JSON.stringify({ e: 'kline', E: openTime + (isClosed ? 60_000 : 2000), s: 'BTCUSDT', k })
}

/** What the disk alone takes. */
function bareTransactions(path: string): readonly number[] {
  const database = new DatabaseSync(path)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)',
  )
  const insert = database.prepare('INSERT INTO t (b) VALUES (?)')
  return Array.from({ length: 300 }, () => {
    const began = performance.now()
    database.exec('BEGIN IMMEDIATE')
    insert.run('x'.repeat(400))
    database.exec('COMMIT')
    return performance.now() - began
  })
}

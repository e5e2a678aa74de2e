/**
 * `npx tsx bench/exchange.ts`: the local exchange under load, one process for it and one for its clients.
 * 200 subscribers of klines while 100 orders a second are placed and canceled; then, without readers and
 * with orders on the book, a million bars in bounded memory (`--bars N` for fewer).
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { generateBars } from '../data/synthetic.js'
import { symbolEntry } from '../engine/exchange/listed-symbol.js'
import { STATED_LIMITS } from '../engine/exchange/rest/rate-limits.js'
import { type ExchangeAddress, startExchange } from '../engine/exchange/start-exchange.js'
import { knownRules } from '../engine/venue/known-symbols.js'
import { queryOf, signedQuery } from '../engine/venue/signing.js'

const SUBSCRIBERS = 200
const ORDERS_A_SECOND = 100
const SECONDS = 10
/** Bars of market time a second: a kline of a minute is updated 30 times in each. */
const SPEED = 1

const flag = process.argv.indexOf('--bars')
const BARS = flag < 0 ? 1_000_000 : Number(process.argv[flag + 1])

/** The exchange, in a process of its own; it says what it used when it is asked. */
async function serve(): Promise<void> {
  const rules = knownRules('BTCUSDT')
  if (!rules) throw new Error('BTCUSDT must have built-in rules')
  const { address, exchange } = await startExchange({
    symbols: [
      { bars: generateBars({ seed: 1, count: BARS + 10_000, symbol: 'BTCUSDT' }), entry: symbolEntry(rules) },
    ],
    history: 5000,
    speed: SPEED,
    limits: STATED_LIMITS.map((limit) => ({ ...limit, limit: 1e9 })),
    balances: new Map([['USDT', 10n ** 15n]]),
    onError: (error) => console.error(error),
  })
  process.send?.(address)
  // Whoever measures is gone: nothing is left to do.
  process.on('disconnect', () => process.exit())
  process.on('message', () => {
    globalThis.gc?.()
    const { rss, heapUsed } = process.memoryUsage()
    process.send?.({ cpu: process.cpuUsage(), rss, heapUsed, bars: exchange.timeline.bars })
  })
}

interface Usage {
  readonly cpu: NodeJS.CpuUsage
  readonly rss: number
  readonly heapUsed: number
  readonly bars: number
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
    env: { ...process.env, NEXTBAR_BENCH_SERVE: '1' },
    execArgv: [...process.execArgv, '--expose-gc'],
  })
  const next = <Message>() =>
    new Promise<Message>((resolve) => child.once('message', (message) => resolve(message as Message)))
  const address = await next<ExchangeAddress>()
  const usage = async (): Promise<Usage> => {
    const answer = next<Usage>()
    child.send('usage')
    return answer
  }
  const control = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${address.control}/${path}`, {
      method: 'POST',
      headers: { 'x-control-token': address.token },
      body: JSON.stringify(body),
    })
    return response.json()
  }
  const before = await usage()
  const { frames, sockets } = await subscribe(address)
  const load = await order(address)
  const after = await usage()
  const cpu = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1e6
  const due = SUBSCRIBERS * 30 * SPEED * load.seconds
  const late = load.latencies.sort((a, b) => a - b)
  const at = (share: number): string => (late[Math.floor(late.length * share)] ?? 0).toFixed(1)
  console.log(
    `${SUBSCRIBERS} subscribers, ${ORDERS_A_SECOND} orders and as many cancels a second, ${load.seconds.toFixed(1)} s`,
  )
  console.log(`  answered          ${load.answered} of ${load.sent} (${load.refused} refused)`)
  console.log(`  latency, ms       median ${at(0.5)}, 99 % ${at(0.99)}`)
  console.log(`  frames            ${frames()} of about ${Math.round(due)}`)
  console.log(
    `  one core          ${((cpu / load.seconds) * 100).toFixed(0)} % busy, ${cpu.toFixed(1)} s in all`,
  )
  for (const socket of sockets) socket.terminate()

  // Orders far from the price keep every step watched.
  for (let k = 0; k < 20; k++) await place(address, `far-${k}`, '15000.00')
  const marks: number[] = []
  const start = performance.now()
  for (let k = 0; k < 10; k++) {
    await control('advance', { bars: BARS / 10 })
    marks.push((await usage()).rss)
  }
  const seconds = (performance.now() - start) / 1000
  console.log(`${BARS.toLocaleString('en')} bars, walked with 20 orders on the book`)
  console.log(`  bars a second     ${Math.round(BARS / seconds).toLocaleString('en')}`)
  console.log(`  memory, MB        ${marks.map((bytes) => Math.round(bytes / 1e6)).join(' ')}`)
  child.kill('SIGKILL')
}

async function subscribe(address: ExchangeAddress) {
  let count = 0
  const sockets = Array.from(
    { length: SUBSCRIBERS },
    () => new WebSocket(`${address.stream}/ws/btcusdt@kline_1m`),
  )
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('open', resolve))))
  for (const socket of sockets) socket.on('message', () => count++)
  return { frames: () => count, sockets }
}

async function place(address: ExchangeAddress, id: string, price: string): Promise<number> {
  const params = {
    ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.001', price },
    ...{ newClientOrderId: id, timestamp: Date.now() },
  }
  return signed(address, 'POST', params)
}

async function signed(
  address: ExchangeAddress,
  method: string,
  params: Parameters<typeof queryOf>[0],
): Promise<number> {
  const query = signedQuery(queryOf(params), { kind: 'HMAC', secret: address.secret })
  const response = await fetch(`${address.rest}/api/v3/order?${query}`, {
    method,
    headers: { 'x-mbx-apikey': address.apiKey },
  })
  await response.arrayBuffer()
  return response.status
}

async function order(address: ExchangeAddress) {
  const latencies: number[] = []
  let [sent, answered, refused] = [0, 0, 0]
  const start = performance.now()
  const one = async (n: number): Promise<void> => {
    try {
      await pair(n)
    } catch {
      // On a machine with other work a connection may not come about in time: it is counted as not answered.
    }
  }
  const pair = async (n: number): Promise<void> => {
    const began = performance.now()
    const status = await place(address, `b-${n}`, '20000.00')
    latencies.push(performance.now() - began)
    answered++
    if (status !== 200) refused++
    const params = { symbol: 'BTCUSDT', origClientOrderId: `b-${n}`, timestamp: Date.now() }
    await signed(address, 'DELETE', params)
  }
  const pending: Promise<void>[] = []
  while (sent < ORDERS_A_SECOND * SECONDS) {
    const due = Math.floor(((performance.now() - start) / 1000) * ORDERS_A_SECOND)
    while (sent < due) pending.push(one(sent++))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(pending)
  return { latencies, sent, answered, refused, seconds: (performance.now() - start) / 1000 }
}

await (process.env.NEXTBAR_BENCH_SERVE === '1' ? serve() : measure())

/** Random sessions on a market that does what markets do: other prices, parts, refusals, delays, odd commissions. */
import type { Strategy } from '../../engine/core/strategy.js'
import { close, defineStrategy, sma } from '../../engine/index.js'
import { LiveSession } from '../../engine/live/session/live-session.js'
import { decisionBody, fillBody, orderBody } from '../../engine/live/session/row-bodies.js'
import { atr } from '../../engine/math/atr.js'
import { FrameColumns } from '../../engine/math/frame-columns.js'
import { newRandom } from '../../engine/math/random.js'
import { toAmount } from '../../engine/model/amount.js'
import { BAR_FLAG, type Bar, type Bars, barAt, sliceBars } from '../../engine/model/bars.js'
import type { BrokerEvent, SessionEvent } from '../../engine/model/event.js'
import { divideDown, floorTo, multiplyDown, ONE } from '../../engine/model/money.js'
import type { Order, OrderStatus } from '../../engine/model/order.js'
import { toOrder } from '../../engine/model/sent-order.js'
import { toEpochMs } from '../../engine/model/time.js'
import type { SessionRecord } from '../../engine/promote/read-record.js'
import { someBars } from '../exchange/started.js'
import { genesisOf } from '../live/live-session.js'

/** In and out, every few bars. */
export const restless: Strategy = defineStrategy({
  name: 'restless',
  indicators: () => ({ mean: sma(close, 2) }),
  onBar: ({ mean }, { target }) => target(mean.at(0) > mean.at(1) ? 0.8 : 0),
})

/** How wild the market is. */
export interface Noise {
  readonly seed: number
  readonly bars?: number
  /** Slippage of market orders in units of ATR, and how far it strays (uniform, either way). */
  readonly alpha?: number
  readonly spread?: number
  /** Whether orders are refused, cut, delayed, and people step in. */
  readonly isWild?: boolean
}

const WARM_UP = 30
const MAKER_FIRST = { postTimeoutMs: 60_000, escalate: 'market' } as const

/** A session's record, and what its books came to. */
export interface NoisySession {
  readonly record: SessionRecord
  readonly code: { readonly strategy: Strategy; readonly params: Record<string, never> }
  readonly bars: Bars
  readonly cash: bigint
  readonly quantity: bigint
}

/** Runs one. */
export function noisySession({
  seed,
  bars: count = 240,
  alpha = 0.5,
  spread = 1,
  isWild = true,
}: Noise): NoisySession {
  const random = newRandom(seed)
  const chance = (share: number) => isWild && random.uniform() < share
  const all = someBars(count, 'BTCUSDT', seed)
  const settings = { alpha: 0.5, takerFee: 0.001, makerFee: 0.001, atrPeriod: 14 }
  const genesis = genesisOf({
    ...{ state: '', strategy: restless, mode: 'testnet' },
    settings: { ...settings, ...(random.uniform() < 0.5 && isWild && { policy: MAKER_FIRST }) },
  })
  const [{ symbol, rules } = { symbol: '', rules: undefined }] = genesis.symbols
  if (rules === undefined) throw new Error('no rules')
  const range = atr(14)
  const columns = new FrameColumns([range], all)
  columns.extend(all.length)
  const ranges = columns.column(range, 'value')
  const events: SessionEvent[] = []
  let waiting: { order: Order; at: number }[] = []
  const canceled: number[] = []
  let now = WARM_UP
  const session = new LiveSession({
    ...{ strategy: restless, params: {}, settings: genesis.settings, interval: '1m' },
    symbols: [{ symbol, rules, history: Array.from({ length: WARM_UP }, (_, i) => barAt(all, i)) }],
    ledger: { append: (event) => void events.push(event) },
    createMarket: () => ({
      isSimulated: false,
      broker: {
        submit: (order) =>
          void waiting.push({
            order: toOrder(order),
            at: now + 1 + (chance(0.15) ? 1 + Math.floor(random.uniform() * 2) : 0),
          }),
        cancel: (number) => void canceled.push(number),
      },
      ...{ pass: () => undefined, answer: () => undefined, note: () => undefined },
    }),
  })
  session.recordHistory()
  const time = () => toEpochMs((all.openTime[now] ?? 0) + 1500)
  const end = (orderNumber: number, status: OrderStatus): BrokerEvent => ({
    ...{ kind: 'ORDER', orderNumber, status, time: time(), reason: status === 'REJECTED' ? 'ODD' : '' },
  })
  const tell = (event: BrokerEvent) => session.onBrokerEvent(event)
  const stepIn = (kind: 'PAUSE' | 'RESUME' | 'HALT' | 'CLEAR') =>
    session.intervene({ kind, time: time(), reason: 'a test' })
  session.intervene({ kind: 'START', time: time(), epoch: 1, mode: 'testnet', balances: {} })
  /** What the market makes of an order at the bar `now`. */
  const meet = (order: Order): void => {
    if (chance(0.08)) {
      tell(end(order.number, 'REJECTED'))
      return
    }
    const isBuy = order.side === 'BUY'
    if (order.type === 'LIMIT_MAKER' && chance(0.4)) {
      waiting.push({ order, at: now + 1 })
      return
    }
    const open = all.open[now] ?? 0
    const slip = (alpha + spread * (2 * random.uniform() - 1)) * (ranges[now] ?? 0)
    const free = BigInt(Math.round((isBuy ? open + slip : open - slip) * 100)) * 1_000_000n
    const price = 'price' in order ? order.price : free
    const wanted = order.quantity ?? divideDown(order.quoteQuantity, price)
    const quantity = floorTo(chance(0.15) ? wanted / 2n : wanted, rules.stepSize)
    const isWhole = quantity === floorTo(wanted, rules.stepSize)
    if (quantity === 0n) {
      tell(end(order.number, 'EXPIRED'))
      return
    }
    const quote = multiplyDown(price, quantity)
    const rate = isWild ? 500n + BigInt(Math.floor(random.uniform() * 700)) : 1000n
    const commissionAsset = chance(0.1) ? 'BNB' : isBuy ? 'BTC' : 'USDT'
    tell({
      kind: 'FILL',
      isFinal: isWhole,
      tradeId: String(order.number),
      execution: {
        ...{ orderNumber: order.number, symbolIndex: 0, side: order.side, type: order.type },
        ...{ liquidity: 'TAKER', time: time(), barIndex: now, decisionTime: order.decisionTime },
        ...{ price: toAmount(price), quantity: toAmount(quantity), quote: toAmount(quote), commissionAsset },
        commission: toAmount(((isBuy ? quantity : quote) * rate) / 1_000_000n),
        ...{ referencePrice: toAmount(price), atr: 1, slippage: 0, isOutsideBar: false, isAmbiguous: false },
      },
    })
    if (!isWhole) tell(end(order.number, 'EXPIRED'))
  }
  for (; now < all.length; now++) {
    for (const number of canceled.splice(0)) {
      if (!waiting.some(({ order }) => order.number === number)) continue
      waiting = waiting.filter(({ order }) => order.number !== number)
      tell(end(number, 'CANCELED'))
    }
    const due = waiting.filter(({ at }) => at <= now)
    waiting = waiting.filter(({ at }) => at > now)
    for (const { order } of due) meet(order)
    if (chance(0.02)) stepIn('PAUSE')
    if (chance(0.05)) stepIn('RESUME')
    if (chance(0.01)) stepIn('HALT')
    if (chance(0.2)) stepIn('CLEAR')
    const bar: Bar = barAt(all, now)
    session.passMoment([chance(0.05) ? { ...bar, flags: BAR_FLAG.late } : bar])
  }
  const { journal } = session
  const rows = <T>(log: { readonly length: number; at(row: number): T }) =>
    Array.from({ length: log.length }, (_, row) => log.at(row))
  const body = (text: string, seq: number) => ({ seq, body: text })
  const identity = { epoch: genesis.epoch, hash6: genesis.strategy.sha256.slice(0, 6) }
  // What a ledger would give back: exact amounts have been through text.
  const record: SessionRecord = {
    ...{ genesis, events, head: { seq: 0, hash: '' }, first: [WARM_UP] },
    decisions: rows(journal.decisions).map((one, k) => body(decisionBody(one, {}), k)),
    orders: rows(journal.orders).map(({ order }, k) =>
      body(orderBody(order, [], { symbol: symbol, identity: identity }), k),
    ),
    fills: rows(journal.fills).map((fill, k) => body(fillBody(fill, { quote: 0n, base: 0n }), k)),
  }
  return {
    ...{ record, code: { strategy: restless, params: {} }, bars: all },
    ...{ cash: session.cash, quantity: session.holdings[0]?.quantity ?? 0n },
  }
}

/** Other bars that count as true: some closes and opens moved, some bars not there. */
export function otherBars(bars: Bars, seed: number): Bars {
  const random = newRandom(seed)
  const copy = sliceBars(bars, 0, bars.length)
  const close_ = new Float64Array(new SharedArrayBuffer(8 * copy.length))
  close_.set(copy.close)
  for (let i = 0; i < close_.length; i++) {
    const [high = 0, low = 0] = [copy.high[i], copy.low[i]]
    if (random.uniform() < 0.1) close_[i] = Math.round(100 * (low + (high - low) * random.uniform())) / 100
  }
  return { ...copy, close: close_ }
}

/** Floor of a number of 1e−16 of the quote asset, in units of 1e−8. */
export function wholeUnits(exact: bigint): bigint {
  const whole = exact / ONE
  return exact < 0n && whole * ONE !== exact ? whole - 1n : whole
}

/** The log of a live session: one JSON line for whatever happens, in a file of the state folder. Floor 3. */
import pino from 'pino'
import type { Bar } from '../../model/bars.js'
import { formatUnits } from '../../model/money.js'
import { formatTime } from '../../model/time.js'
import { redact } from '../keys/secret.js'
import type { LiveNews, NewsListener } from '../live-news.js'

/** A log that is written through at once, so that the last line before a kill is there. Close it when done. */
export interface LiveLog {
  readonly listen: NewsListener
  /** Any other line. */
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  close(): void
}

/** Opens the log file, to add to it. */
export function openLiveLog(path: string, base: Readonly<Record<string, unknown>>): LiveLog {
  const destination = pino.destination({ dest: path, sync: true, append: true, mode: 0o600 })
  // The last place before the disk: what is secret is cut out here, wherever it came from.
  let isClosed = false
  // An answer that the session did not wait for may come when the log is closed.
  const write = (line: string): void => {
    if (!isClosed) destination.write(line)
  }
  const sink = { write: (line: string) => write(redact(line)) }
  const logger = pino({ base, timestamp: pino.stdTimeFunctions.isoTime, level: 'info' }, sink)
  const listen = (news: LiveNews): void => {
    if (news.kind === 'ORDER' || news.kind === 'UNSIGNED_REQUEST' || news.kind === 'RISK_BLOCK') {
      // As it stands elsewhere: its numbers are the wire's texts, which another writer would change.
      write(`${news.line}\n`)
      return
    }
    const line = logLine(news)
    if (line) logger[line.level](line.fields, line.message)
  }
  return {
    listen,
    info: (fields, message) => logger.info(fields, message),
    close() {
      isClosed = true
      destination.end()
    },
  }
}

interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** What the log says of news; undefined where it says nothing. */
export function logLine(news: LiveNews): LogLine | undefined {
  switch (news.kind) {
    case 'TICKER':
    case 'COMMIT':
    case 'SENT':
    case 'ANSWERED':
    case 'ORDER_STATUS':
    case 'RECONCILED':
    case 'ORDER':
    case 'UNSIGNED_REQUEST':
      return undefined
    case 'RISK_BLOCK':
      return {
        level: 'warn',
        fields: { type: 'risk_block' },
        message: `an order in ${news.symbol} was stopped: ${news.rule}`,
      }
    case 'BAR': {
      const { symbol, bar, ageMs, isLate } = news
      const fields = {
        type: 'bar',
        symbol,
        open_time: formatTime(bar.openTime),
        close: bar.close,
        origin: bar.origin,
        age_ms: ageMs,
        late: isLate,
      }
      return {
        level: 'info',
        fields,
        message: `bar ${symbol} ${bar.close}${isLate ? ' (late: nothing is asked for at it)' : ''}`,
      }
    }
    case 'FILL': {
      const { side, price, quantity, commission, commissionAsset, time, orderNumber } = news.fill
      const fields = {
        ...{
          type: 'fill',
          symbol: news.symbol,
          side,
          price: formatUnits(price),
          quantity: formatUnits(quantity),
        },
        ...{ commission: formatUnits(commission), commission_asset: commissionAsset },
        ...{ time_of_fill: formatTime(time), order: orderNumber },
      }
      return {
        level: 'info',
        fields,
        message: `fill ${side} ${formatUnits(quantity)} ${news.symbol} at ${formatUnits(price)}`,
      }
    }
    case 'STATE':
      return {
        level: news.state === 'halted' ? 'error' : 'info',
        fields: { type: 'state', state: news.state, reason: news.reason },
        message: `${news.state}${news.reason === '' ? '' : `: ${news.reason}`}`,
      }
    case 'RECONNECT':
      return {
        level: 'warn',
        fields: { type: 'reconnect', reason: news.reason },
        message: `reconnect, ${news.reason}: ${news.detail}`,
      }
    case 'CONFLICT': {
      const { symbol, used, other } = news
      const fields = { type: 'bar_conflict', symbol, used, other }
      const shown = (bar: Bar): string => `close ${bar.close}, volume ${bar.volume} (${bar.origin})`
      return {
        level: 'error',
        fields,
        message: `${symbol} ${formatTime(used.openTime)} came in two forms: ${shown(used)} is used, ${shown(other)} is not`,
      }
    }
    case 'TRADE_CHECK': {
      const { bar, result } = news.verdict
      if (result !== 'unknown') return undefined
      return {
        level: 'warn',
        fields: { type: 'trade_check', symbol: news.symbol, open_time: formatTime(bar.openTime), result },
        message: `${news.symbol} ${formatTime(bar.openTime)}: not all of its trades came, so they say nothing of the bar`,
      }
    }
    case 'GAP':
      return {
        level: 'warn',
        fields: { type: 'bar_gap', symbol: news.symbol, bars: news.bars },
        message: `${news.symbol}: the exchange has no ${news.bars} bars before ${formatTime(news.before)}`,
      }
    case 'BACKFILL':
      return {
        level: 'info',
        fields: { type: 'backfill', symbol: news.symbol, bars: news.bars },
        message: `${news.symbol}: ${news.bars} bars over REST`,
      }
    case 'INCOMPLETE':
      return {
        level: 'warn',
        fields: { type: 'incomplete', time: news.time },
        message: `${formatTime(news.time)} passes without the bars of all symbols`,
      }
    case 'DISCARDED':
      return {
        level: 'warn',
        fields: { type: 'discarded', count: news.count, reason: news.reason },
        message: `${news.count} ${news.count === 1 ? 'ask was' : 'asks were'} not followed: ${news.reason}`,
      }
    case 'WARM_UP':
      return {
        level: 'info',
        fields: { type: 'warm_up', symbol: news.symbol, bars: news.bars },
        message: `${news.symbol}: warmed up with ${news.bars} bars`,
      }
    case 'CLOCK':
      return {
        level: 'warn',
        fields: { type: 'clock', jump_ms: Math.round(news.jumpMs) },
        message: `this machine's clock moved by ${(news.jumpMs / 1000).toFixed(1)} s, or the machine slept: the exchange's time is measured again`,
      }
    case 'RESUMED':
      return {
        level: 'info',
        fields: { type: 'resumed', rows: news.rows },
        message: `${news.rows} rows of the ledger replayed in ${Math.round(news.ms)} ms`,
      }
    case 'HALT':
    case 'CLEAR':
      return {
        level: news.kind === 'HALT' ? 'error' : 'warn',
        fields: { type: news.kind.toLowerCase(), reason: news.reason },
        message: `${news.kind.toLowerCase()}: ${news.reason}`,
      }
    case 'LOSS_LIMIT':
    case 'LOSS_CLEARED':
      return {
        level: news.kind === 'LOSS_LIMIT' ? 'error' : 'warn',
        fields: { type: news.kind.toLowerCase(), reason: news.reason },
        message: news.reason,
      }
    case 'ORDERS':
      return {
        level: news.urgency === 'page' ? 'error' : news.urgency === 'ticket' ? 'warn' : 'info',
        fields: { type: 'orders', topic: news.topic },
        message: news.message,
      }
    case 'BAD_MESSAGE':
    case 'REST_FAULT':
    case 'BANNED':
    case 'FAULT':
      return { level: 'error', fields: { type: news.kind.toLowerCase() }, message: news.message }
  }
}

/** Whether news is told on the terminal as it comes. */
export function isForPeople(news: LiveNews): boolean {
  if (news.kind === 'ORDERS') return news.urgency !== 'note'
  return news.kind === 'STATE' || news.kind === 'FAULT' || news.kind === 'DISCARDED'
}

/** An order in a few words. */
export function orderText({ symbol, order }: Extract<LiveNews, { readonly kind: 'ORDER' }>): string {
  const size =
    order.quantity === undefined ? `for ${formatUnits(order.quoteQuantity)}` : formatUnits(order.quantity)
  const price = 'price' in order ? ` at ${formatUnits(order.price)}` : ''
  return `order ${order.number}: ${order.side} ${symbol} ${order.type} ${size}${price}`
}

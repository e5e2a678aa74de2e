/** The status file as a terminal shows it. Floor 5. */
import type { Holds } from '../../live/files/control-files.js'
import { lossText } from '../../live/files/loss-hold.js'

type Fields = ReadonlyMap<string, unknown>

const STALE_MS = 15_000

/** A screen of text; it says so when the file is old, for then no process writes it. */
export function statusText(status: Fields, { halt, isKilled, pause, loss }: Holds, now: number): string {
  const age = now - Date.parse(text(status, 'updated'))
  const state = text(status, 'state')
  const isStopped = state === 'stopped'
  // Where no person and no loss has paused it, the exchange has.
  const shut = state === 'paused' ? text(status, 'reason') : undefined
  const paused = loss ? lossText(loss) : (pause?.reason ?? shut)
  const pausedText = paused === undefined ? '' : `PAUSED: ${paused}`
  const held = halt ? `HALTED: ${halt.reason}` : isKilled ? 'KILL' : pausedText
  const counts = recordOf(status.get('counts'))
  const ledger = recordOf(status.get('ledger'))
  return `${[
    `${text(status, 'mode').toUpperCase()}  ${state}${held === '' ? '' : `  ${held}`}`,
    `strategy  ${text(status, 'strategy')} ${paramsText(status.get('params'))}  (${text(status, 'strategyHash')})`,
    ...symbolsOf(status).map(
      (one) =>
        `${text(one, 'symbol').padEnd(10)}${text(one, 'quantity')} held, worth ${number(one, 'value')}; last bar ${text(one, 'lastBar')} at ${number(one, 'lastClose')}${one.get('hasPending') === true ? '; an order waits' : ''}`,
    ),
    `equity    ${number(status, 'equity')}  cash ${text(status, 'cash')}  since 00:00 UTC ${number(status, 'pnlDay')}`,
    ...limitsOf(status),
    ...ordersOf(status),
    `feed      ${status.get('isConnected') === true ? 'connected' : 'not connected'}, ${status.get('isUpToDate') === true ? 'up to date' : 'bars are missing'}, ${text(status, 'backlog')} inputs wait`,
    `counts    ${[...counts].map(([key, value]) => `${String(value)} ${key}`).join(', ')}`,
    `ledger    row ${text(ledger, 'seq')}  ${text(ledger, 'hash').slice(0, 16)}…`,
    `updated   ${text(status, 'updated')}${!isStopped && age > STALE_MS ? `  ${Math.round(age / 1000)} s ago: no process writes it` : ''}`,
  ].join('\n')}\n`
}

function symbolsOf(status: Fields): readonly Fields[] {
  const symbols = status.get('symbols')
  return Array.isArray(symbols) ? symbols.map(recordOf) : []
}

/** Shares of risk limits that are used. */
function limitsOf(status: Fields): readonly string[] {
  const used = [...recordOf(status.get('limits'))].map(
    ([rule, share]) => `${rule} ${typeof share === 'number' ? Math.floor(100 * share) : '–'} %`,
  )
  return used.length === 0 ? [] : [`limits    ${used.join(', ')}`]
}

/** The account and what is open there; nothing where no orders are sent. */
function ordersOf(status: Fields): readonly string[] {
  const glance = recordOf(status.get('orders'))
  if (glance.size === 0) return []
  const heard = glance.get('isHeard') === true ? 'heard' : 'not heard'
  const clean = glance.get('isClean') === true ? 'as the books say' : 'differs from the books'
  const open = symbolsOf(glance).flatMap((symbol) => {
    const orders = symbol.get('orders')
    return (Array.isArray(orders) ? orders.map(recordOf) : []).map((one) => {
      const phase = one.get('isLeaving') === true ? 'being taken back' : text(one, 'phase')
      const age = Math.round(Number(one.get('ageMs') ?? 0) / 1000)
      return `order     ${text(symbol, 'symbol')} ${text(one, 'side')} ${text(one, 'type')} ${text(one, 'quantity')} at ${text(one, 'price')}, ${text(one, 'executed')} traded, ${age} s old: ${phase}  ${text(one, 'id')}`
    })
  })
  return [`account   ${heard}, ${clean}; ${open.length} orders open`, ...open]
}

function paramsText(params: unknown): string {
  return [...recordOf(params)].map(([key, value]) => `${key}=${String(value)}`).join(' ')
}

function recordOf(value: unknown): Fields {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}

function text(fields: Fields, key: string): string {
  const value = fields.get(key)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '–'
}

function number(fields: Fields, key: string): string {
  const value = fields.get(key)
  return typeof value === 'number' ? value.toFixed(2) : '–'
}

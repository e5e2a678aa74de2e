/**
 * The invariants of every scenario in which a session sends orders, held against the exchange's own journal and doors:
 * nothing lost, nothing doubled, limits, bars, liveness, silence, secrets, alerts. One function, for every test that ends one.
 */
import path from 'node:path'
import { inspect } from 'node:util'
import { expect } from 'vitest'
import type { Strategy } from '../../../engine/core/strategy.js'
import type { LiveNews } from '../../../engine/live/live-news.js'
import { AlertRules } from '../../../engine/live/operations/alert-rules.js'
import type { OrdersGlance } from '../../../engine/live/orders/wire-news.js'
import { parseUnits } from '../../../engine/model/money.js'
import { intervalMs } from '../../../engine/model/time.js'
import { readRecord } from '../../../engine/promote/read-record.js'
import { logOf, until } from '../live-command.js'
import type { StillExchange } from '../live-session.js'
import { bytesIn, expectNoSecret } from './canary.js'
import { expectLimits, type KnownClose } from './limits-kept.js'
import type { SeenRequest } from './requests.js'
import { type Agreed, expectAgreement, journalOf } from './truth.js'

/** What a scenario has left behind, and what was seen of it. */
export interface Scenario {
  readonly exchange: Pick<StillExchange, 'client' | 'address'>
  /** State folder of the session, which has ended. */
  readonly state: string
  readonly strategy?: Strategy
  /** All that came to the exchange, from before the session began. */
  readonly requests: readonly SeenRequest[]
  /** When each process of the session began, on this process's own clock; one, from before all, unless given. */
  readonly lives?: readonly number[]
  /** What a session inside this process has told; of a program the log is read. */
  readonly news?: readonly LiveNews[]
  /** Whether it has halted, and whether a person has cleared that. */
  readonly halt?: 'halted' | 'cleared'
  /** Whatever else it has put out. */
  readonly put?: readonly (Buffer | string)[]
}

/** Fails unless every invariant holds. Gives what ledger and journal agree upon. */
export async function expectInvariants(scenario: Scenario): Promise<Agreed> {
  const { exchange, state, strategy, requests, news, halt, put = [] } = scenario
  const { lives = [Number.NEGATIVE_INFINITY] } = scenario
  expectSilence(requests)
  const told = news ? toldOf(news) : toldInLog(state)
  expectAlerts(told, halt)
  const record = readRecord(path.join(state, 'ledger.sqlite'))
  // I1 to I4, I7, I8, I13.
  const isDry = record.genesis.mode === 'dry-run'
  const agreed = isDry ? await expectMute(scenario, record) : await expectAgreement(exchange, state, strategy)
  if (!isDry) await expectOver(scenario, agreed, told)
  const closes = await expectBars(exchange, agreed.record, told.conflicts)
  const journal = await journalOf(exchange)
  expectLimits({ journal, genesis: agreed.record.genesis, requests, lives, closes })
  // I12: what is told goes to logs, metrics, alerts and pages.
  expectNoSecret(exchange.address, [...bytesIn(state), inspect(news, { depth: null }), ...put])
  return agreed
}

/** How a session stands, as `status.json` and a session in this process say it. */
export interface Standing {
  readonly state: string
  readonly orders: OrdersGlance | null
}

/**
 * I10: soon after the last fault a session is ready again, hears its account, has found it as it must be, and is in doubt
 * about nothing.
 */
export async function expectReady(
  look: () => Standing | undefined,
  what = '',
  mostLookedMs = 95_000,
): Promise<void> {
  const isReady = () => {
    const { state, orders } = look() ?? {}
    if (state !== 'ready' || !orders) return false
    const { isHeard, isClean, lookedMs = Number.POSITIVE_INFINITY, symbols } = orders
    return isHeard && isClean && lookedMs < mostLookedMs && symbols.every(({ unknown }) => unknown === 0)
  }
  await until(isReady, `I10: ready, heard, clean and nothing in doubt ${what}`, 10_000).catch((error) => {
    throw new Error(`${error}: ${JSON.stringify(look())}`)
  })
}

/** What was told of a session that the checks need. */
interface Told {
  /** Alerts of halts, in order: when, how urgent, and whether it says that one is over. */
  readonly halts: readonly { readonly at: number; readonly severity: string; readonly isResolved: boolean }[]
  /** When each halt was told of at all. */
  readonly haltedAt: readonly number[]
  /** Symbol and open time of bars that came in two forms. */
  readonly conflicts: ReadonlySet<string>
  /** Orders that a limit stopped, by id. */
  readonly blocked: ReadonlySet<string>
}

const idIn = (line: string) => /"client_order_id":"([^"]+)"/.exec(line)?.[1] ?? ''

function toldOf(news: readonly LiveNews[]): Told {
  const rules = new AlertRules()
  const alerts = news.flatMap((one) => rules.judge(one, 0)).filter(({ key }) => key === 'halt')
  return {
    halts: alerts.map(({ severity, isResolved }) => ({ at: 0, severity, isResolved })),
    haltedAt: news.filter(({ kind }) => kind === 'HALT').map(() => 0),
    conflicts: new Set(
      news.flatMap((one) => (one.kind === 'CONFLICT' ? [`${one.symbol} ${one.used.openTime}`] : [])),
    ),
    blocked: new Set(news.flatMap((one) => (one.kind === 'RISK_BLOCK' ? [idIn(one.line)] : []))),
  }
}

function toldInLog(state: string): Told {
  const log = logOf(state)
  const at = (line: (typeof log)[number]) => Date.parse(String(line.time))
  const openTime = (used: unknown) =>
    typeof used === 'object' && used !== null && 'openTime' in used ? Number(used.openTime) : 0
  return {
    halts: log
      .filter(({ type, key }) => type === 'alert' && key === 'halt')
      .map((line) => ({ at: at(line), severity: String(line.severity), isResolved: line.resolved === true })),
    haltedAt: log.filter(({ type }) => type === 'halt').map(at),
    conflicts: new Set(
      log.flatMap(({ type, symbol, used }) =>
        type === 'bar_conflict' ? [`${String(symbol)} ${openTime(used)}`] : [],
      ),
    ),
    blocked: new Set(
      log.flatMap(({ type, client_order_id }) => (type === 'risk_block' ? [String(client_order_id)] : [])),
    ),
  }
}

/** I14: a halt is told once, within 5 s, as one that wakes someone; its end once; without one nothing says that there was. */
function expectAlerts({ halts, haltedAt }: Told, halt: Scenario['halt']): void {
  const due = [
    ...(halt === undefined ? [] : [['page', false]]),
    ...(halt === 'cleared' ? [['page', true]] : []),
  ]
  expect(
    halts.map(({ severity, isResolved }) => [severity, isResolved]),
    'I14: one alert for each halt, and one for its end',
  ).toEqual(due)
  expect(haltedAt.length, 'I14: halts').toBe(halt === undefined ? 0 : 1)
  const late = haltedAt.map((at, k) => (halts[2 * k]?.at ?? Number.POSITIVE_INFINITY) - at)
  expect(
    late.filter((ms) => !(Math.abs(ms) <= 5000)),
    'I14: within 5 s',
  ).toEqual([])
}

/** I6: a session that may send nothing has asked for nothing but to look. */
async function expectMute(
  { exchange, requests }: Scenario,
  record: ReturnType<typeof readRecord>,
): Promise<Agreed> {
  expect(
    requests.filter(({ verb }) => verb !== 'GET'),
    'I6: nothing is sent',
  ).toEqual([])
  const done = (await journalOf(exchange)).filter(({ kind }) => /ORDER|CANCEL|TRADE|LIST/.test(kind))
  expect(done, 'I6: nothing has happened').toEqual([])
  return { accepted: 0, trades: 0, open: [], record, status: new Map() }
}

/** What ends all requests: what is open then stays, and only a person can find out about it. */
const ENDS: ReadonlySet<number> = new Set([302, 401, 403, 418])

/**
 * I1 and I10: once a session has stopped in order nothing of it is under way or in doubt, neither in its ledger nor on the
 * exchange, and what it has over and the exchange never had was refused before it was sent.
 */
async function expectOver(
  { exchange, requests }: Scenario,
  { open, record, status, accepted }: Agreed,
  { blocked }: Told,
): Promise<void> {
  const journal = await journalOf(exchange)
  const ids = new Set(
    journal.flatMap(({ kind, clientOrderId }) => (kind === 'ORDER' ? [String(clientOrderId)] : [])),
  )
  const invented = [...status].filter(([id, word]) => !ids.has(id) && /^(FILLED|EXPIRED|NEW|PEND)/.test(word))
  expect(invented, 'I1: orders that the exchange never had').toEqual([])
  expect(accepted).toBeLessThanOrEqual(ids.size)
  if (requests.some((one) => ENDS.has(one.status))) return
  const left = open.filter((id) => !blocked.has(id)).map((id) => [id, status.get(id)])
  expect(left, 'I10: nothing is left but what a limit stopped').toEqual([])
  for (const { symbol } of record.genesis.symbols) {
    const { body } = await exchange.client.signed('GET', '/api/v3/openOrders', { symbol })
    const ours = `nb${record.genesis.epoch}-`
    const own = body.filter((one: { clientOrderId: string }) => one.clientOrderId.startsWith(ours))
    expect(own, 'I10: nothing is left open on the exchange').toEqual([])
  }
}

/**
 * I9: the ledger has each closed bar once, in order, as REST has it, and each bar of REST between; of one that came in two
 * forms the first may have been used. Gives the closes.
 */
export async function expectBars(
  exchange: Pick<StillExchange, 'client'>,
  { events, genesis }: ReturnType<typeof readRecord>,
  conflicts: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, readonly KnownClose[]>> {
  // A symbol that is closed shows no bars.
  await exchange.client.control('POST', '/fault', { on: 'now', do: 'set-symbol', set: { status: 'TRADING' } })
  const closes = new Map<string, readonly KnownClose[]>()
  for (const [k, { symbol }] of genesis.symbols.entries()) {
    const bars = events.flatMap((event) =>
      event.kind === 'BAR' && event.symbolIndex === k ? [event.bar] : [],
    )
    const [first, last] = [bars[0]?.openTime ?? 0, bars.at(-1)?.openTime ?? 0]
    const rows = await klinesOf(exchange, { symbol, interval: genesis.interval }, first, last)
    const cells = (openTime: number, values: readonly unknown[]) =>
      conflicts.has(`${symbol} ${openTime}`) ? [openTime] : [openTime, ...values.map(Number)]
    expect(
      bars.map(({ openTime, open, high, low, close, volume }) =>
        cells(openTime, [open, high, low, close, volume]),
      ),
      'I9: the bars of the ledger are those of REST, each once',
    ).toEqual(rows.map((row) => cells(Number(row[0]), row.slice(1, 6))))
    const length = intervalMs(genesis.interval)
    closes.set(
      symbol,
      rows.map((row) => ({ time: Number(row[0]) + length, price: parseUnits(String(row[4])) ?? 0n })),
    )
  }
  return closes
}

async function klinesOf(
  { client }: Pick<StillExchange, 'client'>,
  of: { readonly symbol: string; readonly interval: string },
  first: number,
  last: number,
): Promise<readonly (readonly unknown[])[]> {
  const rows: (readonly unknown[])[] = []
  for (let startTime = first; startTime <= last; ) {
    const params = { ...of, startTime, endTime: last, limit: 1000 }
    const { body } = await client.get('/api/v3/klines', params)
    rows.push(...body)
    if (body.length < 1000) break
    startTime = Number(body.at(-1)[0]) + 1
  }
  return rows
}

/**
 * I11: nothing was asked while the exchange had said to wait, no order while it had said so of orders, and nothing at all
 * behind a 418 or a 403.
 */
export function expectSilence(requests: readonly SeenRequest[]): void {
  for (const told of requests) {
    const isEnd = told.status === 418 || told.status === 403
    if (!isEnd && told.status !== 429) continue
    // What was on the wire already when the word came is nobody's fault; a timer may come a little early.
    const [from, to] = [
      told.answeredAt + 20,
      isEnd ? Number.POSITIVE_INFINITY : told.answeredAt + told.waitMs - 20,
    ]
    const isOfOrders = told.code === TOO_MANY_ORDERS
    const inside = requests.filter(
      ({ cameAt, orders }) => cameAt > from && cameAt < to && (!isOfOrders || orders > 0),
    )
    expect(
      inside.map(
        ({ verb, path, cameAt }) => `${verb} ${path} ${Math.round(cameAt - told.answeredAt)} ms behind`,
      ),
      `I11: silence behind ${told.status}`,
    ).toEqual([])
  }
}

const TOO_MANY_ORDERS = -1015

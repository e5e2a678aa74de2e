/** The fault drill: each thing that goes wrong sooner or later, on purpose, on a local exchange. Floor 5. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningExchange } from '../../../exchange/start-exchange.js'
import {
  DRILL_STEPS,
  type DrillRecord,
  type DrillStep,
  type DrillStepName,
} from '../../../promote/checklist/drill-record.js'
import { engineIdentity, engineName } from '../../engine-identity.js'
import { type Agreement, agreementOf } from './agreement.js'
import { clearFaults, type DrillFault, drillExchange, setFaults } from './drill-exchange.js'
import { type DrillSession, startDrill, until } from './drill-session.js'
import { killMidOrder } from './kill-mid-order.js'

/** Bars before a fault, with it, and behind it. */
const BARS = { before: 5, during: 16, after: 6 }
const HALT_MS = 2_000

const POST = 'POST /api/v3/order'
const DELETE = 'DELETE /api/v3/order'

/** What a step makes of its session: undefined when it is as it must be. */
type Judge = (agreed: Agreement, exchange: RunningExchange) => string | undefined

/** Runs every step, each on an exchange of its own; a step that fails is in the record. `onStep` is told of each. */
export async function runDrill(now: number, onStep: (step: DrillStep) => void): Promise<DrillRecord> {
  const steps: DrillStep[] = []
  for (const [name, run] of STEPS) {
    const home = mkdtempSync(join(tmpdir(), 'nextbar-drill-'))
    const step = { name, ...(await tried(() => run(join(home, 'state'), home))) }
    rmSync(home, { recursive: true, force: true })
    steps.push(step)
    onStep(step)
  }
  return {
    schema: 'nextbar/drill@1',
    time: new Date(now).toISOString(),
    engine: engineName(engineIdentity()),
    venue: 'a local exchange',
    steps,
  }
}

type Step = (state: string, home: string) => Promise<string>

async function tried(run: () => Promise<string>): Promise<Omit<DrillStep, 'name'>> {
  try {
    return { isPassed: true, found: await run() }
  } catch (error) {
    return { isPassed: false, found: error instanceof Error ? error.message : String(error) }
  }
}

const STEPS: readonly (readonly [DrillStepName, Step])[] = [
  ['place', tradesThrough([], ({ accepted }) => (accepted > 0 ? undefined : 'no order was placed'))],
  [
    'cancel',
    tradesThrough([], ({ canceled, open }) =>
      canceled === 0
        ? 'no order was taken back'
        : open.length > 0
          ? `still open: ${open.join(', ')}`
          : undefined,
    ),
  ],
  [
    'partial-fill',
    tradesThrough([{ on: DELETE, do: 'fill', quantity: '0.001', count: 2 }], (_, exchange) =>
      happened(exchange),
    ),
  ],
  [
    'disconnect',
    tradesThrough(
      [
        { on: 'connect /ws-api*', do: 'refuse', count: 3 },
        { on: 'now', do: 'close-users' },
        { on: 'now', do: 'close-streams' },
      ],
      (_, exchange) => happened(exchange),
    ),
  ],
  [
    'rate-limit',
    tradesThrough(
      [{ on: POST, do: 'answer', status: 429, code: -1003, headers: { 'retry-after': '1' }, count: 1 }],
      (_, exchange) => happened(exchange),
    ),
  ],
  ['restart-mid-order', restartMidOrder],
  ['kill-switch', killSwitch],
]

function happened({ exchange }: RunningExchange): string | undefined {
  const isThere = exchange.journal.since().some(({ kind }) => kind === 'FAULT')
  return isThere ? undefined : 'the fault did not come about'
}

/** A session that trades while faults happen; behind them it must be ready, and agree with the exchange. */
function tradesThrough(faults: readonly DrillFault[], judge: Judge): Step {
  return async (state) => {
    const exchange = await drillExchange()
    let session: DrillSession | undefined
    try {
      session = await startDrill(exchange, state)
      await session.advance(BARS.before)
      if (faults.length > 0) await setFaults(exchange, faults)
      await session.advance(BARS.during)
      await clearFaults(exchange)
      await session.advance(BARS.after)
      const { state: standing } = session.runner
      await session.stop()
      session = undefined
      if (standing !== 'ready') throw new Error(`the session must be ready again, is ${standing}`)
      return found(agreed(exchange, state, judge))
    } finally {
      await session?.stop()
      await exchange.stop()
    }
  }
}

async function restartMidOrder(state: string, home: string): Promise<string> {
  const exchange = await drillExchange(20)
  try {
    const count = await killMidOrder(exchange, { state, home })
    const agreement = agreed(exchange, state, ({ open }) =>
      count === 0 ? 'no order was placed' : open.length > 0 ? `still open: ${open.join(', ')}` : undefined,
    )
    return `killed behind ${count} of ${found(agreement)}`
  } finally {
    await exchange.stop()
  }
}

async function killSwitch(state: string): Promise<string> {
  const exchange = await drillExchange()
  let session: DrillSession | undefined
  try {
    const under = await startDrill(exchange, state)
    session = under
    await under.advance(BARS.before)
    writeFileSync(join(state, 'KILL'), '')
    const began = performance.now()
    await until(() => under.runner.state === 'halted', 'a halt', HALT_MS)
    const ms = Math.round(performance.now() - began)
    await until(() => under.open() === 0, 'nothing open')
    const before = ordersOf(exchange)
    await under.advance(BARS.after, false)
    const after = ordersOf(exchange)
    await under.stop()
    session = undefined
    agreed(exchange, state, ({ open }) =>
      after > before
        ? `${after - before} orders came behind KILL`
        : open.length > 0
          ? 'orders stayed open'
          : undefined,
    )
    return `halted within ${ms} ms, nothing open, nothing new`
  } finally {
    await session?.stop()
    await exchange.stop()
  }
}

function ordersOf({ exchange }: RunningExchange): number {
  return exchange.journal.since().filter(({ kind }) => kind === 'ORDER').length
}

/** Throws on the first thing that is not as it must be. */
function agreed(exchange: RunningExchange, state: string, judge: Judge): Agreement {
  const agreement = agreementOf(exchange.exchange.journal.since(), state)
  const fault = agreement.faults[0] ?? judge(agreement, exchange)
  if (fault !== undefined) throw new Error(fault)
  return agreement
}

function found({ accepted, trades, canceled }: Agreement): string {
  return `${accepted} orders, ${trades} trades, ${canceled} taken back; ledger and exchange agree`
}

/** The record as a terminal shows it. */
export function drillText({ steps, venue }: DrillRecord, path: string): string {
  const passed = steps.filter(({ isPassed }) => isPassed).length
  return `${[
    `fault drill on ${venue}`,
    ...steps.map(stepLine),
    `${passed} of ${Object.keys(DRILL_STEPS).length} passed`,
    `written   ${path}`,
  ].join('\n')}\n`
}

function stepLine({ name, isPassed, found: what }: DrillStep): string {
  const claim = Object.entries(DRILL_STEPS).find(([one]) => one === name)?.[1] ?? ''
  return `  ${isPassed ? '[x]' : '[ ]'} ${name.padEnd(18)}${isPassed ? what : `${claim}: ${what}`}`
}

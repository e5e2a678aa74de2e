/** F77: a gap takes a day to its limit; nothing is bought before the next UTC day and a person's word. */
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { liveMain } from '../../../engine/app/live/live-main.js'
import { defineStrategy } from '../../../engine/index.js'
import { acknowledgeLoss, holdLoss, readLossHold } from '../../../engine/live/files/loss-hold.js'
import { Gate } from '../../../engine/live/gate/gate.js'
import type { LiveNews } from '../../../engine/live/live-news.js'
import { AlertRules } from '../../../engine/live/operations/alert-rules.js'
import { statusOf } from '../../../engine/live/operations/status.js'
import { LossBrake } from '../../../engine/live/session/loss-brake.js'
import { type LossRecord, lossRecordOf } from '../../../engine/live/session/loss-record.js'
import type { Intervention } from '../../../engine/model/event.js'
import { ONE } from '../../../engine/model/money.js'
import type { Order } from '../../../engine/model/order.js'
import { toEpochMs } from '../../../engine/model/time.js'
import { listing, started } from '../../exchange/started.js'
import { barsOf, units } from '../../market.js'
import { until } from '../live-command.js'
import { stateFolder } from '../live-session.js'
import { KEPT_LIMITS } from './limits-kept.js'
import { startedTrading, type TradingSession } from './trading-session.js'
import { expectAgreement, journalOf } from './truth.js'

const HISTORY = 600
/** 20 minutes before a day's end the session begins. */
const START = Date.UTC(2026, 2, 1, 23, 40) - HISTORY * 60_000

/** Half of the cash is held by its third bar, an order waits far below, and then it asks for more and less in turn. */
const eager = defineStrategy({
  name: 'eager',
  state: () => ({ bars: 0 }),
  onBar(_indicators, { state: own, bars, target, buy }) {
    own.bars++
    if (own.bars === 1) target(0.5)
    if (own.bars === 3) buy({ type: 'LIMIT', price: bars.close.at(0) * 0.7, quantity: 0.001, tag: 'low' })
    if (own.bars > 6) target(own.bars % 2 === 0 ? 0.9 : 0.2)
  },
})

/** Flat at 50,000, and at the session's sixth bar 8 % lower: half of 10,000 loses some 400. */
function gappingExchange() {
  const rows = Array.from({ length: HISTORY + 60 }, (_, i) => {
    const price = i < HISTORY + 5 ? 50_000 : 46_000
    return [price, price + 5, price - 5, price, 100]
  })
  return started({
    symbols: [listing(barsOf(rows, { start: START }))],
    history: HISTORY,
    dates: 'original',
  })
}

const settings = { policy: undefined, limits: { ...KEPT_LIMITS, maxDailyLoss: units('200') } }

async function command(...words: readonly string[]) {
  const output = { stdout: '', stderr: '' }
  const into = (name: keyof typeof output) => ({
    write(text: string) {
      output[name] += text
    },
  })
  const code = await liveMain(words, { stdout: into('stdout'), stderr: into('stderr'), environment: {} })
  return { code, ...output }
}

/** What a kill leaves that came when the bar of the gap was in the ledger, and no word of what it cost. */
function killedBeforeTheWord(state: string): string {
  const left = stateFolder()
  for (const end of ['', '-wal']) {
    const file = `ledger.sqlite${end}`
    if (existsSync(path.join(state, file))) copyFileSync(path.join(state, file), path.join(left, file))
  }
  const database = new DatabaseSync(path.join(left, 'ledger.sqlite'))
  const seq = database.prepare("SELECT seq FROM events WHERE kind = 'PAUSE'").get()?.seq ?? 0
  for (const table of ['events', 'decisions', 'orders', 'fills'])
    database.prepare(`DELETE FROM ${table} WHERE seq >= ?`).run(seq)
  database.close()
  return left
}

const losses = ({ news }: TradingSession) =>
  news.flatMap((one) => (one.kind === 'LOSS_LIMIT' ? [one.isNew] : []))
const resumed = ({ record }: Awaited<ReturnType<typeof expectAgreement>>) =>
  record.events.flatMap((event) =>
    event.kind === 'PAUSE' || event.kind === 'RESUME' ? [[event.kind, event.reason]] : [],
  )

describe('a day that has lost as much as it may', () => {
  it('buys nothing before the next day and a word, over kills and restarts; sales go on', async () => {
    const exchange = await gappingExchange()
    const wishes = { strategy: eager, settings }
    const state = stateFolder()
    const first = await startedTrading(exchange, { state, ...wishes })
    await first.advance(5)
    expect(first.runner.state).toBe('ready')
    expect(first.market.open.map(({ order }) => order.tag)).toEqual(['low'])
    const atGap = (await journalOf(exchange)).length
    await first.advance(1, false)
    await until(() => first.market.open.length === 0, 'the purchase that waited is taken back')
    expect(first.runner.state).toBe('paused')
    await until(() => first.runner.backlog === 0, 'all is written')
    const killed = killedBeforeTheWord(state)

    const reason = /^MAX_DAILY_LOSS of 2026-03-01: 4\d\d\.\d+ lost, 200 is the most/
    const status = statusOf(first.runner, { folder: state, started: 0, now: Date.now() })
    expect(status?.reason).toMatch(reason)
    expect(status?.reason).toMatch(/nothing is bought before 2026-03-02T00:00Z, nor until run-live.ts clear/)
    expect(losses(first)).toEqual([true])
    await first.stop()
    await expectAgreement(exchange, state, eager)

    // It was killed before it could say so: the ledger knows the bar, and that is enough.
    expect(readLossHold(killed)).toBeUndefined()
    const second = await startedTrading(exchange, { state: killed, ...wishes })
    expect(second.runner.state).toBe('paused')
    expect(losses(second)).toEqual([true])
    await until(() => second.runner.backlog === 0, 'all is written')
    // Who removes the file has acknowledged nothing.
    rmSync(path.join(killed, 'LOSS'))
    await until(() => existsSync(path.join(killed, 'LOSS')), 'it is back')
    await second.stop()

    const third = await startedTrading(exchange, { state: killed, ...wishes })
    expect([third.runner.state, losses(third)]).toEqual(['paused', [false]])
    const told = await command('clear', '--state', killed, '--reason', 'a gap, nothing is broken')
    expect(told).toMatchObject({ code: 0, stderr: '' })
    expect(told.stdout).toMatch(/^acknowledged: MAX_DAILY_LOSS of 2026-03-01: .* from 2026-03-02T00:00Z\n$/)
    const twice = await command('clear', '--state', killed, '--reason', 'again')
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('acknowledged once')])
    // Up to 23:59: acknowledged, and the day is not over.
    await third.advance(13, false)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(third.runner.state).toBe('paused')
    const sides = async () =>
      (await journalOf(exchange)).slice(atGap).flatMap((one) => (one.kind === 'ORDER' ? [one.side] : []))
    expect(new Set(await sides()), 'what is held may be sold').toEqual(new Set(['SELL']))
    await third.advance(2, false)
    await until(() => third.runner.state === 'ready', 'the next day')
    await third.advance(4)
    expect(await sides()).toContain('BUY')
    await third.stop()
    expect(readLossHold(killed)).toBeUndefined()
    expect(resumed(await expectAgreement(exchange, killed, eager))).toEqual([
      ['PAUSE', expect.stringMatching(reason)],
      ['RESUME', 'MAX_DAILY_LOSS of 2026-03-01 acknowledged: a gap, nothing is broken'],
    ])
  })
})

describe('the brake', () => {
  const DAY = Date.UTC(2026, 2, 1)
  const HOUR = 3_600_000

  /** A brake over a session that has lost this much, at this time of the market. */
  function braked(lost: bigint) {
    const folder = stateFolder()
    const at = { now: DAY + 12 * HOUR, lost }
    const events: string[] = []
    const news: LiveNews[] = []
    let lossRecord: LossRecord | undefined
    const session = {
      dayLoss: () => at.lost,
      get lossRecord() {
        return lossRecord
      },
    }
    const brake = new LossBrake({
      ...{ folder, most: 200n * ONE, takeBackPurchases: () => undefined, tell: (one) => void news.push(one) },
      marketNow: () => at.now,
      now: () => at.now,
      push(event: Intervention, onDone) {
        lossRecord = lossRecordOf(event, lossRecord)
        events.push(event.kind)
        onDone()
      },
    })
    return { folder, at, events, news, session, brake }
  }

  it('holds at the limit itself, once a day, and not one unit before', () => {
    const { brake, session, at, events } = braked(200n * ONE - 1n)
    brake.look(session, at.now)
    expect(events).toEqual([])
    at.lost = 200n * ONE
    brake.look(session, at.now)
    brake.look(session, at.now + HOUR)
    expect([events, brake.isOn(session)]).toEqual([['PAUSE'], true])
    brake.look(session, at.now + 24 * HOUR)
    expect(events, 'the next day has its own loss').toEqual(['PAUSE', 'PAUSE'])
  })

  it.each([
    ['the day is over and nobody has looked', false, 13, false],
    ['somebody has looked and the day is not over', true, 11, false],
    ['somebody has looked and the day is over', true, 12, true],
  ])('when %s: goes on %#', (_, isAcknowledged, hours, isFree) => {
    const { brake, session, at, events, folder } = braked(300n * ONE)
    brake.look(session, at.now)
    if (isAcknowledged) acknowledgeLoss(folder, 'looked at', at.now)
    at.now += hours * HOUR
    brake.follow(session)
    brake.follow(session)
    expect(events).toEqual(isFree ? ['PAUSE', 'RESUME'] : ['PAUSE'])
    expect(readLossHold(folder) === undefined).toBe(isFree)
  })

  it('follows a file of which the ledger does not know yet, and forgets one that is over', () => {
    const { brake, session, at, events, folder } = braked(0n)
    holdLoss(folder, { day: '2026-03-01', reason: 'by hand' }, at.now)
    brake.follow(session)
    expect([events, session.lossRecord?.reason]).toEqual([['PAUSE'], 'MAX_DAILY_LOSS of 2026-03-01: by hand'])
  })
})

describe('what stands beside it', () => {
  it('the gate lets no purchase through while LOSS is there, whatever the session asks', () => {
    const folder = stateFolder()
    const terms = { mode: 'testnet', symbols: ['BTCUSDT'], folder, promotion: '', terms: '' } as const
    const gate = new Gate({ ...terms, permit: undefined, limits: undefined, priceCollar: undefined })
    const view = { isReconciled: true, isHeard: true, closes: [100, 100], lastPrice: 100 }
    const order = (side: 'BUY' | 'SELL'): Order => ({
      ...{
        number: 1,
        symbolIndex: 0,
        side,
        type: 'LIMIT' as const,
        price: 100n * ONE,
        quantity: ONE,
        tag: '',
      },
      ...{ timeInForce: 'GTC' as const, decisionTime: toEpochMs(0), decisionOpenTime: toEpochMs(0) },
    })
    expect(gate.forbids([order('BUY')], view)).toBeUndefined()
    holdLoss(folder, { day: '2026-03-01', reason: 'lost' }, 0)
    expect(gate.forbids([order('BUY')], view)).toBe('MAX_DAILY_LOSS')
    expect(gate.forbids([order('SELL')], view)).toBeUndefined()
    expect(JSON.parse(readFileSync(path.join(folder, 'LOSS'), 'utf8')).day).toBe('2026-03-01')
  })

  it('one alert of a loss that is new, none of one that was told, and one when it is over', () => {
    const rules = new AlertRules()
    const words = (news: LiveNews) =>
      rules.judge(news, 0).map(({ severity, isResolved }) => [severity, isResolved])
    const loss = (isNew: boolean) => ({ kind: 'LOSS_LIMIT', reason: 'lost', isNew }) as const
    expect(words(loss(true))).toEqual([['page', false]])
    expect(rules.judgeLimit('MAX_DAILY_LOSS', 1.5).map(({ severity }) => severity)).toEqual(['ticket'])
    expect(words({ kind: 'LOSS_CLEARED', reason: 'looked at' })).toEqual([['page', true]])
    expect(words(loss(false))).toEqual([])
    expect(words({ kind: 'LOSS_CLEARED', reason: 'looked at' })).toEqual([['page', true]])
  })
})

/** Faults of clocks: the machine's is set, the exchange's drifts away, and requests come too late by it. */
import { expect } from 'vitest'
import { UNTIMELY } from '../../../engine/venue/signed-rest.js'
import { until } from '../live-command.js'
import { AFTER, AT_MARKET, DELETE, type FaultRow, POST } from './fault-row.js'
import type { SeenRequest } from './requests.js'
import type { TradingSession } from './trading-session.js'
import type { Agreed } from './truth.js'

const QUESTIONS = ['order', 'account', 'openOrders', 'myTrades'].map((name) => `GET /api/v3/${name}`)

/** Every order that was not kept back was sent once, so many again, and so many were refused for their time. */
function expectSent(
  { told }: TradingSession,
  { record }: Agreed,
  requests: readonly SeenRequest[],
  { again, refused }: { readonly again: number; readonly refused: number },
): void {
  const due = record.orders.length - told('kept back').length + again
  expect(requests.filter(({ orders }) => orders > 0).length).toBe(due)
  expect(told('refused').filter(({ message }) => message.includes(String(UNTIMELY))).length).toBe(refused)
}

/** The rows, in the order of the catalogue. */
export const CLOCK_ROWS: readonly FaultRow[] = [
  {
    ...{
      id: 'F32',
      fault: "this machine's clock jumps back by an hour",
      must: 'told, measured again; it trades on',
    },
    ...{ faults: [], wishes: { wallMoves: (bars) => (bars < 12 ? 0 : -3_600_000), reconcileMs: 300 } },
    check: ({ news }) =>
      expect(news.flatMap((one) => (one.kind === 'CLOCK' ? [Math.round(one.jumpMs / 1000)] : []))).toEqual([
        -3600,
      ]),
  },
  {
    ...{
      id: 'F33',
      fault: 'the clocks drift 2 s apart between two measurements',
      must: '−1021 once; measured again, and the same order sent again',
    },
    ...{ faults: [{ on: 'now', do: 'clock', offsetMs: -2000 }], wishes: AT_MARKET },
    check: (session, agreed, requests) => {
      expect(requests.filter(({ code }) => code === UNTIMELY).length).toBe(1)
      expectSent(session, agreed, requests, { again: 1, refused: 0 })
    },
  },
  {
    ...{
      id: 'F33',
      fault: "the clocks drift 2 s apart, and the account's stream must be opened anew",
      must: '−1021 once; measured again, and heard again',
    },
    faults: [
      { on: 'now', do: 'clock', offsetMs: -2000 },
      { on: 'now', do: 'close-users' },
    ],
    wishes: AT_MARKET,
    through: async ({ session }) => {
      const reasons = () => session.told('stream').map(({ message }) => message)
      await until(() => reasons().some((one) => one.includes(String(UNTIMELY))), 'a refusal')
      await until(() => session.orders.glance().isHeard, 'heard again')
      expect(reasons().filter((one) => one.includes(String(UNTIMELY))).length).toBe(1)
    },
  },
  {
    ...{
      id: 'F84',
      fault: "this machine's clock is set by 2 s at each close, forth and back",
      must: 'each bar once',
    },
    ...{ faults: [], wishes: { wallMoves: (bars) => (bars % 2) * 2000 } },
  },
  {
    ...{ id: 'F34', fault: '−1021 on an order', must: 'the clock is measured, and the order sent once more' },
    faults: [{ on: POST, do: 'answer', status: 400, code: UNTIMELY, count: 1 }],
    check: (session, agreed, requests) => expectSent(session, agreed, requests, { again: 1, refused: 0 }),
  },
  {
    ...{
      id: 'F34',
      fault: '−1021 on an order, and again',
      must: 'refused for certain; a third time it is not sent',
    },
    faults: [{ on: POST, do: 'answer', status: 400, code: UNTIMELY, count: 2 }],
    check: (session, agreed, requests) => expectSent(session, agreed, requests, { again: 1, refused: 1 }),
  },
  {
    ...{ id: 'F34', fault: '−1021 in a 504 behind an accepted order', must: 'as F1' },
    faults: [
      { ...AFTER, do: 'answer', status: 504, code: UNTIMELY, count: 1 },
      { on: 'user executionReport', do: 'drop', count: 6 },
    ],
    told: ['unknown'],
    check: (session, agreed, requests) => expectSent(session, agreed, requests, { again: 0, refused: 0 }),
  },
  {
    ...{
      id: 'F34',
      fault: '−1021 on a cancel, and on every question',
      must: 'each is sent once more, at once',
    },
    faults: [
      ...[DELETE, ...QUESTIONS].map((on) => ({ on, do: 'answer', status: 400, code: UNTIMELY, count: 1 })),
      // Orders of which nothing is heard are asked for.
      { ...AFTER, do: 'drop-reply', count: 5 },
      { on: 'user executionReport', do: 'drop', count: 10 },
    ],
    // So far apart that what is asked again at once is told from the next look.
    wishes: { reconcileMs: 1000 },
    through: async ({ session, requests }) => {
      const isDue = () => requests.filter(({ code }) => code === UNTIMELY).length <= QUESTIONS.length
      for (let k = 0; k < 100 && isDue(); k++) await session.advance(1)
      await until(() => !isDue(), 'each was refused for its time')
    },
    check: ({ told }, _agreed, requests) => {
      const late = requests.filter(({ code }) => code === UNTIMELY)
      const routes = late.map(({ verb, path }) => `${verb} ${path}`)
      expect(routes.toSorted()).toEqual([DELETE, ...QUESTIONS].toSorted())
      for (const { verb, path, answeredAt } of late) {
        const again = requests.find(
          (one) => one.verb === verb && one.path === path && one.cameAt > answeredAt,
        )
        expect((again?.cameAt ?? Number.POSITIVE_INFINITY) - answeredAt, `${verb} ${path}`).toBeLessThan(700)
      }
      expect(told('reconcile').filter(({ message }) => message.includes('must show'))).toEqual([])
    },
  },
  {
    ...{ isSoak: true, id: 'F35', fault: 'the exchange says that it is ten minutes later', must: 'a halt' },
    state: 'halted',
    faults: [
      { on: 'now', do: 'clock', reportedOffsetMs: 600_000 },
      { on: POST, do: 'answer', status: 400, code: UNTIMELY, count: 1 },
    ],
  },
]

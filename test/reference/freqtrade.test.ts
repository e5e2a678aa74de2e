/**
 * The candle tables of freqtrade's back-tester: what its authors expect of stops, targets, trailing stops, exit
 * signals and limits, against ours, where the rules are the same; every difference is listed with its reason.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { barsOf, run, scripted } from '../market.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

type Row = readonly number[]

interface Case {
  readonly name: string
  /** Tick, open, high, low, close, volume, enter, exit. */
  readonly data: readonly Row[]
  readonly stop_loss: number
  readonly roi: Readonly<Record<string, number>>
  readonly profit_perc: number
  readonly custom_entry_price?: number
  readonly custom_exit_price?: number
  readonly trailing_stop?: boolean
  readonly trailing_stop_positive?: number
  readonly use_exit_signal?: boolean
  readonly trades: readonly {
    readonly exit_reason: string
    readonly open_tick: number
    readonly close_tick: number
    readonly is_short?: boolean
  }[]
}

const cases = (): readonly Case[] =>
  JSON.parse(readFileSync(sharedPath('reference', 'freqtrade-order-cases.json'), 'utf8')).cases

type AnyContext = Parameters<Parameters<typeof scripted>[0][number]>[0]

/** The profit at which it leaves a candle that opens so many hours after the entry. */
function targetOf({ roi }: Case, hours: number): number {
  const steps = Object.keys(roi).map(Number)
  return roi[String(Math.max(...steps.filter((minutes) => minutes <= 60 * hours)))] ?? 0
}

/** What the case's strategy does at the close of candle `k`; `entered` is the candle of its last entry. */
function act(
  one: Case,
  k: number,
  { bracket, close, position, trail }: AnyContext,
  state: { entered: number; price: number },
) {
  const [, open = 0, , , , , enter, exit] = one.data[k] ?? []
  const next = one.data[k + 1]?.[1] ?? 0
  if (state.entered === k) state.price = one.custom_entry_price ?? open
  if (position.isLong) {
    if (exit === 1 && one.use_exit_signal) close()
    else {
      const [now, then] = [targetOf(one, k - state.entered), targetOf(one, k + 1 - state.entered)]
      const price = state.price * (1 + then)
      // A step that begins with an open beyond it leaves at that open.
      if (now !== then && next >= price) close()
      else if (now !== then) bracket({ stop: state.price * (1 + one.stop_loss), takeProfit: price })
    }
  }
  if (enter !== 1 || !position.isFlat) return
  // Its stops and targets are distances from the entry, which is the next candle's open.
  const entry = one.custom_entry_price ?? next
  state.entered = k + 1
  const terms = one.custom_entry_price === undefined ? {} : ({ type: 'LIMIT', price: entry } as const)
  const takeProfit = entry * (1 + targetOf(one, 0))
  if (one.trailing_stop && one.trailing_stop_positive === undefined) {
    bracket({ quantity: 1, ...terms, takeProfit })
    trail(-one.stop_loss)
  } else bracket({ quantity: 1, ...terms, stop: entry * (1 + one.stop_loss), takeProfit })
}

function play(one: Case) {
  const state = { entered: -1, price: 0 }
  const result = run({
    strategy: scripted(
      Object.fromEntries(one.data.map((_, k) => [k, (context: AnyContext) => act(one, k, context, state)])),
    ),
    bars: barsOf(
      one.data.map(([, ...prices]) => prices),
      { interval: '1h' },
    ),
    settings: { atrPeriod: 1, closeAtEnd: true },
  })
  const profit = result.trades.reduce((sum, { exitPrice, entryPrice }) => sum + exitPrice / entryPrice - 1, 0)
  return {
    profit: Math.round(profit * 1000) / 1000,
    ticks: result.trades.map(({ entryBar, exitBar }) => [entryBar, Math.min(exitBar, one.data.length - 1)]),
  }
}

/** What differs, on purpose, by the number of its case; docs/execution.md has the reasons at length. */
const DIFFERENT: Readonly<Record<number, string>> = {
  9: 'raises a trailing stop by a high and looks at the same candle again',
  11: 'arms a trailing stop at a profit only',
  12: 'arms a trailing stop at a profit only',
  20: 'begins a step of its target in the middle of a candle',
  23: 'sells short',
  27: 'takes leverage',
  32: 'sells short',
  33: 'trails by another distance than its stop, from inside the entry candle',
  35: 'arms and hits a trailing stop inside the entry candle',
  36: 'lets a function move the stop inside the entry candle',
  38: 'sells short',
  41: 'sells short',
  44: 'fills a sell limit below the market at its limit',
  45: 'keeps an exit waiting at a limit',
  47: 'enters on no signal that comes with an exit',
  48: 'moves the price of an entry that waits',
  53: 'sells short',
}

const numberOf = ({ name }: Case) => Number(name.replace('freqtrade-tc', ''))

describe.skipIf(!HAS_SHARED)("freqtrade's candle tables", () => {
  it('give the same trades and profit, but for what is listed', () => {
    const same = cases().filter((one) => !(numberOf(one) in DIFFERENT))
    expect(same.length).toBe(19)
    for (const one of same) {
      const { profit, ticks } = play(one)
      const expected = one.trades.map(({ open_tick, close_tick }) => [open_tick, close_tick])
      expect([one.name, profit, ticks]).toEqual([one.name, one.profit_perc, expected])
    }
  })

  it('differ where the list says so, and nowhere for nothing', () => {
    const others = cases().filter((one) => numberOf(one) in DIFFERENT)
    expect(others.length).toBe(Object.keys(DIFFERENT).length)
    for (const one of others) {
      const { profit, ticks } = play(one)
      const expected = one.trades.map(({ open_tick, close_tick }) => [open_tick, close_tick])
      expect([one.name, profit, ticks]).not.toEqual([one.name, one.profit_perc, expected])
    }
  })
})

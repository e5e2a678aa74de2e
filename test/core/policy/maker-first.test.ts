import { describe, expect, it } from 'vitest'
import { type MakerFirstEvent, stepMakerFirst } from '../../../engine/core/policy/maker-first.js'
import {
  filledBy,
  type MakerFirst,
  type MakerFirstTerms,
  newMakerFirst,
  restOf,
} from '../../../engine/core/policy/maker-first-state.js'
import { toEpochMs } from '../../../engine/model/time.js'
import {
  EMPTY,
  goodMove,
  keyOf,
  liveIn,
  movesOf,
  NOW,
  obey,
  textOf,
  tradedIn,
  type World,
} from './order-world.js'

const TERMS = {
  side: 'BUY',
  size: { quantity: 2n },
  postTimeoutMs: 60_000,
  escalate: 'market',
  least: 1n,
} as const

/** Moves of machine and world together: 8,000 states in the gate, 300,000 in `npm run soak`. */
const MOVES = process.env.NEXTBAR_SOAK === '1' ? 9 : 6

/** Events that reach the machine after its start. */
const DEPTH = 6

const at = (ms: number) => toEpochMs(1_000 + ms)

/** The actions that events lead to, one list an event, as words. */
function play(events: readonly MakerFirstEvent[], changes: Partial<MakerFirstTerms> = {}): readonly string[] {
  let state = newMakerFirst({ ...TERMS, ...changes })
  return events.map((event) => {
    const step = stepMakerFirst(state, event)
    state = step.state
    return step.actions.map((action) => Object.values(action).join(' ')).join(', ')
  })
}

const start = { kind: 'START', time: at(0) } as const
const late = { kind: 'TIMER', time: at(60_000) } as const
const ack = (attempt = 1) => ({ kind: 'ACK', attempt, time: at(1) }) as const
const fill = (executed: bigint, isFinal = false, attempt = 1) =>
  ({ kind: 'FILL', attempt, time: at(2), executed, spent: 100n * executed, isFinal }) as const
const canceled = (executed: bigint, attempt = 1) =>
  ({ kind: 'CANCELED', attempt, time: at(3), executed, spent: 100n * executed }) as const
const expired = (executed: bigint, attempt = 1) =>
  ({ ...canceled(executed, attempt), kind: 'EXPIRED' }) as const
const rejected = (attempt = 1) => ({ kind: 'REJECTED', attempt, time: at(3) }) as const

describe('a maker-first wish', () => {
  it('posts, waits, takes the post back when its time is up, and takes the rest', () => {
    expect(
      play([start, ack(), fill(1n), { ...late, time: at(59_999) }, late, canceled(1n), fill(1n, true, 2)]),
    ).toEqual(['POST 1 2, WAKE 61000', '', '', '', 'CANCEL 1', 'ESCALATE MARKET 2 1', 'DONE FILLED 0'])
  })

  it('takes nothing when a fill overtakes the cancel', () => {
    expect(
      play([start, ack(), late, fill(2n, true), { kind: 'CANCEL_REFUSED', attempt: 1, time: at(4) }]),
    ).toEqual(['POST 1 2, WAKE 61000', '', 'CANCEL 1', 'DONE FILLED 0', ''])
  })

  it('counts what a cancel says was filled, before the fill itself is told', () => {
    const told = play([start, ack(), late, canceled(1n), fill(1n)])
    expect(told.slice(3)).toEqual(['ESCALATE MARKET 2 1', ''])
  })

  it('takes at once what would have crossed', () => {
    expect(play([start, rejected()])[1]).toBe('ESCALATE MARKET 2 2')
    expect(play([start, rejected()], { escalate: 'ioc' })[1]).toBe('ESCALATE IOC 2 2')
    expect(play([start, rejected()], { escalate: 'none' })[1]).toBe('DONE UNFILLED 2')
  })

  it('posts again as often as it may, and its time goes on from the first', () => {
    expect(play([start, rejected(), ack(2), late], { maxPosts: 2 })).toEqual([
      'POST 1 2, WAKE 61000',
      'POST 2 2, WAKE 61000',
      '',
      'CANCEL 2',
    ])
  })

  it('ends when its tries are used up', () => {
    const taken = [start, rejected(), ack(2), expired(1n, 2)]
    expect(play(taken)[3]).toBe('DONE UNFILLED 1')
    expect(play(taken, { maxTakes: 2 })[3]).toBe('ESCALATE MARKET 3 1')
    expect(play([start, rejected(), rejected(2)], { maxTakes: 2 })[2]).toBe('DONE REJECTED 2')
  })

  it('spends what is left of the quote, and leaves dust alone', () => {
    const inQuote = { size: { quoteQuantity: 250n }, least: 60n } as const
    expect(play([start, ack(), late, canceled(1n)], inQuote)[3]).toBe('ESCALATE MARKET 2 150')
    expect(play([start, ack(), late, canceled(2n)], inQuote)[3]).toBe('DONE REST_TOO_SMALL 50')
  })

  it('asks what became of an order when no answer says it, and sends nothing until it knows', () => {
    const unknown = { kind: 'UNKNOWN', attempt: 1, time: at(5) } as const
    const absent = { kind: 'ABSENT', attempt: 1, time: at(9) } as const
    const open = { kind: 'FOUND_OPEN', attempt: 1, time: at(9), executed: 1n, spent: 100n } as const
    expect(play([start, unknown, late, absent])).toEqual([
      'POST 1 2, WAKE 61000',
      'QUERY 1',
      '',
      'ESCALATE MARKET 2 2',
    ])
    expect(play([start, unknown, late, open, unknown, canceled(1n)]).slice(3)).toEqual([
      'CANCEL 1',
      'QUERY 1',
      'ESCALATE MARKET 2 1',
    ])
  })

  it('does not believe that an order never was which has been seen', () => {
    const absent = { kind: 'ABSENT', attempt: 1, time: at(9) } as const
    expect(play([start, ack(), absent])[2]).toBe('ALERT CONTRADICTION, QUERY 1')
    expect(play([start, fill(1n), rejected()])[2]).toBe('ALERT CONTRADICTION, QUERY 1')
  })

  it('sends nothing new once it is withdrawn, or ended by others', () => {
    const withdraw = { kind: 'WITHDRAW', time: at(7) } as const
    expect(play([start, ack(), withdraw, canceled(1n)]).slice(2)).toEqual(['CANCEL 1', 'DONE WITHDRAWN 1'])
    expect(play([start, withdraw, rejected()]).slice(1)).toEqual(['CANCEL 1', 'DONE WITHDRAWN 2'])
    expect(play([withdraw, start])).toEqual(['DONE WITHDRAWN 2', ''])
    const unknown = { kind: 'UNKNOWN', attempt: 1, time: at(5) } as const
    expect(play([start, unknown, withdraw, ack()]).slice(1)).toEqual(['QUERY 1', 'CANCEL 1', 'CANCEL 1'])
    expect(play([start, ack(), canceled(0n)])[2]).toBe('ALERT POST_ENDED_BY_OTHERS, DONE ENDED_BY_OTHERS 2')
    expect(play([start, ack(), late, expired(0n)])[3]).toBe(
      'ALERT POST_ENDED_BY_OTHERS, DONE ENDED_BY_OTHERS 2',
    )
  })

  it('calls someone when a cancel does not work, or more was filled than asked for', () => {
    const open = { kind: 'FOUND_OPEN', attempt: 1, time: at(9), executed: 0n, spent: 0n } as const
    expect(play([start, ack(), late, open, open, open]).slice(2)).toEqual([
      'CANCEL 1',
      'CANCEL 1',
      'CANCEL 1',
      'CANCEL 1, ALERT CANCEL_DOES_NOT_WORK',
    ])
    expect(play([start, ack(), late, canceled(0n), fill(2n, true, 2), fill(1n)]).at(-1)).toBe(
      'ALERT OVERFILLED',
    )
  })

  it('is plain data: a copy goes on alike', () => {
    let state = newMakerFirst(TERMS)
    for (const event of [start, ack(), fill(1n), late])
      state = structuredClone(stepMakerFirst(state, event).state)
    expect(stepMakerFirst(state, canceled(1n)).actions).toEqual([
      { kind: 'ESCALATE', type: 'MARKET', attempt: 2, rest: 1n },
    ])
  })
})

/** Events of one order whose totals are as given. */
function anyEvents(attempt: number, known: bigint): readonly MakerFirstEvent[] {
  const more = known + 1n
  return [
    ack(attempt),
    fill(known, false, attempt),
    fill(more, false, attempt),
    fill(more, true, attempt),
    canceled(known, attempt),
    canceled(more, attempt),
    expired(known, attempt),
    rejected(attempt),
    { kind: 'CANCEL_REFUSED', attempt, time: at(4) },
    { kind: 'UNKNOWN', attempt, time: at(5) },
    { kind: 'FOUND_OPEN', attempt, time: at(5), executed: known, spent: 100n * known },
    { kind: 'ABSENT', attempt, time: at(5) },
  ]
}

/** Walks every state that is reached within `depth` moves, each once, and gives their number. */
function walkAll<Node>(
  start: Node,
  depth: number,
  {
    keyOfNode,
    next,
  }: {
    readonly keyOfNode: (node: Node) => string
    readonly next: (node: Node) => readonly Node[]
  },
): number {
  const seen = new Set<string>()
  let layer: readonly Node[] = [start]
  for (let moves = 0; moves <= depth; moves++) {
    const behind: Node[] = []
    for (const node of layer) {
      const key = keyOfNode(node)
      if (seen.has(key)) continue
      seen.add(key)
      behind.push(...next(node))
    }
    layer = behind
  }
  return seen.size
}

const SETTINGS = [
  { escalate: 'market' },
  { escalate: 'ioc', maxTakes: 2, maxPosts: 2 },
  { escalate: 'none' },
] as const

describe('whatever is told, in whatever order', () => {
  it.each(SETTINGS)(
    'six events never make two orders that may trade, and lose no fill: $escalate',
    (changes) => {
      const wish = newMakerFirst({ ...TERMS, ...changes, size: { quantity: 3n } })
      const states = walkAll<MakerFirst>(stepMakerFirst(wish, start).state, DEPTH, {
        keyOfNode: textOf,
        next(state) {
          const attempts = state.orders.map((_, k) => k + 1)
          const events = [
            ...attempts.flatMap((attempt) => anyEvents(attempt, state.orders[attempt - 1]?.executed ?? 0n)),
            late,
            { kind: 'WITHDRAW', time: at(7) } as const,
            start,
          ]
          return events.map((event) => checkStep(state, event))
        },
      })
      expect(states).toBeGreaterThan(150)
    },
  )
})

function checkStep(state: MakerFirst, event: MakerFirstEvent): MakerFirst {
  const step = stepMakerFirst(state, event)
  const sends = step.actions.filter(({ kind }) => kind === 'POST' || kind === 'ESCALATE')
  const live = step.state.orders.filter(({ status }) => status !== 'OVER').length
  const [sent] = sends
  if (sends.length > 1) expect.fail('two orders at once')
  if (sends.length === 1 && state.outcome) expect.fail('an order after the end')
  if (live > 1) expect.fail('two orders may trade')
  if (step.state.outcome === undefined && live !== 1) expect.fail('it waits for nothing')
  if (sent && 'rest' in sent && sent.rest !== restOf(step.state)) expect.fail('another rest was asked for')
  if (filledBy(step.state) < filledBy(state)) expect.fail('a fill was lost')
  if ('executed' in event && (step.state.orders[event.attempt - 1]?.executed ?? 0n) < event.executed)
    expect.fail('a fill was not counted')
  return step.state
}

/** The wish and the world around it. */
interface Scene {
  readonly machine: MakerFirst
  readonly world: World
}

function tell({ machine, world }: Scene, event: MakerFirstEvent): Scene {
  const step = stepMakerFirst(machine, event)
  return { machine: step.state, world: obey(world, step.actions) }
}

/** Delivers one of the reports, which may come again. */
function deliver({ machine, world }: Scene, k: number, isTwice: boolean): Scene {
  const report = world.reports[k]
  if (!report) throw new Error(`no report ${k}`)
  const left = isTwice ? world : { ...world, reports: world.reports.filter((_, i) => i !== k) }
  return tell({ machine, world: left }, report)
}

/** From here on all goes well: requests arrive and are answered, reports come once, time passes. */
function letItEnd(scene: Scene): Scene {
  let now = scene
  for (let k = 0; k < 60 && now.machine.outcome === undefined; k++) {
    const world = goodMove(now.world)
    if (now.world.reports.length > 0) now = deliver(now, 0, false)
    else if (world) now = { ...now, world }
    else now = tell(now, { kind: 'TIMER', time: at(60_000) })
  }
  return now
}

function checkScene(scene: Scene): void {
  const { machine, world } = scene
  if (liveIn(world) > 1) expect.fail(`two orders can trade: ${textOf(scene)}`)
  if (tradedIn(world) > 2n) expect.fail(`more was traded than wished for: ${textOf(scene)}`)
  if (world.alerts.includes('OVERFILLED') || world.alerts.includes('UNASKED_ORDER'))
    expect.fail(`a false alarm: ${textOf(scene)}`)
  if (machine.outcome === undefined) return
  if (filledBy(machine) !== tradedIn(world)) expect.fail(`a fill was lost: ${textOf(scene)}`)
  if (liveIn(world) > 0) expect.fail(`an order is left behind: ${textOf(scene)}`)
}

describe('in a world that fills, refuses, loses, repeats and delays', () => {
  it.each(SETTINGS)(
    'never buys twice, loses no fill and always ends: $escalate',
    { timeout: 1_800_000 },
    (changes) => {
      const wish = tell({ machine: newMakerFirst({ ...TERMS, ...changes }), world: EMPTY }, start)
      const scenes = walkAll<Scene>(wish, MOVES, {
        keyOfNode: ({ machine, world }) => keyOf(machine, world),
        next(scene) {
          checkScene(scene)
          const end = letItEnd(scene)
          if (end.machine.outcome === undefined) expect.fail(`it never ends: ${textOf(scene)}`)
          checkScene(end)
          const { machine, world } = scene
          return [
            ...movesOf(world).map((moved) => ({ machine, world: moved })),
            ...world.reports.flatMap((_, k) => [deliver(scene, k, false), deliver(scene, k, true)]),
            tell(scene, { kind: 'TIMER', time: at(60_000) }),
            tell(scene, { kind: 'WITHDRAW', time: NOW }),
          ]
        },
      })
      expect(scenes).toBeGreaterThan(1_000)
    },
  )
})

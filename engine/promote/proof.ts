/** What a proof finds: that both sides are the same, or the first place where they are not. Floor 4. */

/** A row of one side, ready to be shown. */
export interface ShownRow {
  /** The bar that decided: open, high, low, close, volume. */
  readonly inputs: Readonly<Record<string, number>> | undefined
  /** Indicator values, at the bar and at the one before. */
  readonly readings: Readonly<Record<string, readonly (number | null)[]>> | undefined
  /** What was asked for, or what came of it. */
  readonly branch: string
}

/** The first difference. */
export interface Difference {
  readonly what: 'decision' | 'order' | 'fill'
  /** Counted from 1. */
  readonly number: number
  /** Close of the bar that decided, ISO 8601. */
  readonly time: string
  readonly symbol: string
  /** Undefined where that side has nothing there. */
  readonly recorded: ShownRow | undefined
  readonly replayed: ShownRow | undefined
}

/** One proof and its result. */
export interface Proof {
  readonly name: 'A' | 'B'
  /** What is the same when it holds. */
  readonly claim: string
  readonly counts: Readonly<Record<string, number>>
  readonly difference: Difference | undefined
  /** What broke the replay off, where no row differs before it. */
  readonly fault?: string | undefined
}

/** Whether nothing differs. */
export function holds({ difference, fault }: Proof): boolean {
  return difference === undefined && fault === undefined
}

/** One list of a proof: rows as text on both sides, and how one is shown. */
export interface Compared {
  readonly what: Difference['what']
  readonly recorded: readonly string[]
  readonly replayed: readonly string[]
  readonly locate: (body: string) => { readonly time: number; readonly symbolIndex: number }
  readonly show: (body: string, side: 'recorded' | 'replayed') => ShownRow
  /** What the replay's side saw at a moment where it has no row. */
  readonly seen: (place: { readonly time: number; readonly symbolIndex: number }) => ShownRow | undefined
}

/** The first difference of several lists, the earliest in time; undefined when there is none. */
export function firstDifference(
  lists: readonly Compared[],
  symbols: readonly string[],
): Difference | undefined {
  const found = lists.flatMap((list) => {
    const difference = differenceIn(list, symbols)
    return difference ? [difference] : []
  })
  return found.reduce<Difference | undefined>(
    (first, one) => (first === undefined || one.time < first.time ? one : first),
    undefined,
  )
}

function differenceIn(list: Compared, symbols: readonly string[]): Difference | undefined {
  const { recorded, replayed } = list
  const most = Math.max(recorded.length, replayed.length)
  let k = 0
  while (k < most && recorded[k] === replayed[k]) k++
  if (k === most) return undefined
  const [left, right] = [recorded[k], replayed[k]]
  const places = [left, right].flatMap((body) => (body === undefined ? [] : [list.locate(body)]))
  const place = places.reduce((a, b) => (b.time < a.time ? b : a))
  const isHere = (body: string | undefined): body is string => {
    if (body === undefined) return false
    const { time, symbolIndex } = list.locate(body)
    return time === place.time && symbolIndex === place.symbolIndex
  }
  return {
    what: list.what,
    number: k + 1,
    time: new Date(place.time).toISOString(),
    symbol: symbols[place.symbolIndex] ?? '',
    recorded: isHere(left) ? list.show(left, 'recorded') : undefined,
    replayed: isHere(right) ? list.show(right, 'replayed') : list.seen(place),
  }
}

/** The faults that are set, and which of them are due at an occasion. Floor 3. */
import type { Fault, FaultAction } from './fault.js'

/** What an occasion looks like: its name, and the fields that `where` may ask for. */
export type Fields = Readonly<Record<string, unknown>>

interface SetFault {
  readonly id: number
  readonly fault: Fault
  readonly pattern: RegExp
  readonly setAt: number
  readonly setAtBar: number
  passed: number
  happened: number
  firstBar: number | undefined
  firstAt: number | undefined
}

/** Whatever the faults need of the world. */
export interface FaultParts {
  /** Milliseconds of the machine's clock. */
  readonly now: () => number
  /** Bars since the start. */
  readonly bars: () => number
  /** Told of each fault that happens. */
  readonly onFault: (id: number, fault: Fault, occasion: string) => void
}

/** The faults of one exchange. */
export class Faults {
  readonly #parts: FaultParts
  #set: SetFault[] = []
  #nextId = 1

  constructor(parts: FaultParts) {
    this.#parts = parts
  }

  /** Whether none is set: then nothing needs to be looked up. */
  get isEmpty(): boolean {
    return this.#set.length === 0
  }

  /** Sets a fault and gives its number. */
  add(fault: Fault): number {
    const id = this.#nextId++
    this.#set.push({
      id,
      fault,
      pattern: patternOf(fault.on),
      setAt: this.#parts.now(),
      setAtBar: this.#parts.bars(),
      passed: 0,
      happened: 0,
      firstBar: undefined,
      firstAt: undefined,
    })
    return id
  }

  /** Takes all faults away, or one. */
  clear(id?: number): void {
    this.#set = id === undefined ? [] : this.#set.filter((one) => one.id !== id)
  }

  /** The faults that are set, with how often each has happened. */
  list(): readonly (Fault & { readonly id: number; readonly happened: number })[] {
    return this.#set.map(({ id, fault, happened }) => ({ id, happened, ...fault }))
  }

  /** The faults that happen at this occasion, each counted. `actions` are those that it knows. */
  take(
    occasion: string,
    actions: readonly FaultAction[],
    fields: () => Fields = () => ({}),
  ): readonly Fault[] {
    if (this.#set.length === 0) return []
    const due = this.#set.filter(
      (one) =>
        actions.includes(one.fault.do) &&
        one.pattern.test(occasion) &&
        this.#isDue(one) &&
        fits(one.fault, fields),
    )
    return due.flatMap((one) => {
      one.passed++
      if (one.passed <= one.fault.skip) return []
      one.happened++
      this.#parts.onFault(one.id, one.fault, occasion)
      return [one.fault]
    })
  }

  /** What happens to the rows of REST klines. */
  alterKlines(
    symbol: string,
    interval: string,
    rows: readonly (readonly unknown[])[],
  ): readonly (readonly unknown[])[] {
    let altered = rows
    for (const fault of this.take(`rows ${symbol} ${interval}`, ['empty', 'drop-rows', 'replace-rows'])) {
      const { size = 1, set = {} } = fault
      if (fault.do === 'empty') altered = []
      else if (fault.do === 'drop-rows')
        altered = altered.filter((_, i) => i < altered.length - 1 - size || i === altered.length - 1)
      else {
        altered = altered.map((row, i) =>
          i < altered.length - size ? row : row.map((cell, k) => (Object.hasOwn(set, k) ? set[k] : cell)),
        )
      }
    }
    return altered
  }

  #isDue(one: SetFault): boolean {
    const { fault } = one
    if (fault.count > 0 && one.happened >= fault.count) return false
    const [now, bars] = [this.#parts.now(), this.#parts.bars()]
    if (fault.atBar !== undefined && bars < fault.atBar) return false
    if (fault.afterMs !== undefined && now < one.setAt + fault.afterMs) return false
    one.firstBar ??= fault.atBar ?? one.setAtBar
    one.firstAt ??= fault.atBar === undefined ? one.setAt + (fault.afterMs ?? 0) : now
    if (fault.forMs !== undefined && now >= one.firstAt + fault.forMs) return false
    return fault.forBars === undefined || bars < one.firstBar + fault.forBars
  }
}

/** `*` stands for anything. */
function patternOf(text: string): RegExp {
  const escaped = text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${escaped}$`, 'i')
}

function fits({ where }: Fault, fields: () => Fields): boolean {
  if (where === undefined) return true
  const found = fields()
  return Object.entries(where).every(([path, due]) => String(fieldAt(found, path)) === String(due))
}

/** The value at a path such as `k.x`; own fields only. */
export function fieldAt(fields: unknown, path: string): unknown {
  let value: unknown = fields
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

/** A copy with some fields at their paths set to other values. */
export function withFields(fields: Fields, set: Fields): Fields {
  const copy = structuredClone(fields) as Record<string, unknown>
  for (const [path, value] of Object.entries(set)) {
    const names = path.split('.')
    const last = names.pop() ?? path
    let place: unknown = copy
    for (const name of names)
      place = typeof place === 'object' && place !== null ? Reflect.get(place, name) : undefined
    if (typeof place === 'object' && place !== null && last !== '__proto__') Reflect.set(place, last, value)
  }
  return copy
}

/**
 * The memory of the shared indicator columns: slots in shared memory, at most so many bytes of them, and
 * which column stands in which. A column that no coming trial needs soonest goes first. Floor 4.
 */
import { type Column, newColumn } from '../../model/bars.js'

/** A piece of shared memory that holds one column after another. */
export interface Slot {
  readonly number: number
  readonly column: Column
}

/** A column of the pool: one slot for each output of its indicator. */
export interface PooledColumn {
  readonly id: string
  readonly slots: readonly Slot[]
  isReady: boolean
  /** Tasks under way that read or write it. */
  pins: number
}

/** What becomes of the pool's memory, for those who hold it too. */
export interface SlotListener {
  onSlot(slot: Slot): void
  onDrop(number: number): void
}

/** Slots and the columns in them. */
export class ColumnPool {
  readonly #capacity: number
  readonly #listener: SlotListener
  readonly #columns = new Map<string, PooledColumn>()
  readonly #slots = new Map<number, Slot>()
  readonly #free = new Map<number, Slot[]>()
  #bytes = 0
  #slotCount = 0

  /** `capacity` is in bytes. */
  constructor(capacity: number, listener: SlotListener) {
    this.#capacity = capacity
    this.#listener = listener
  }

  /** Bytes that the pool may hold. */
  get capacity(): number {
    return this.#capacity
  }

  /** Bytes that the pool holds. */
  get bytes(): number {
    return this.#bytes
  }

  /** All memory there is. */
  get slots(): Iterable<Slot> {
    return this.#slots.values()
  }

  column(id: string): PooledColumn | undefined {
    return this.#columns.get(id)
  }

  /**
   * Makes room for a column of `outputs` × `length` values; undefined where there is none now. `nextUse`
   * says when a column is needed next: the one needed last goes first, one needed at 0 or pinned stays.
   */
  allocate(
    id: string,
    { outputs, length }: { readonly outputs: number; readonly length: number },
    nextUse: (id: string) => number,
  ): PooledColumn | undefined {
    const bytes = length * Float64Array.BYTES_PER_ELEMENT
    const missing = (): number => Math.max(0, outputs - (this.#free.get(length)?.length ?? 0))
    while (this.#bytes + missing() * bytes > this.#capacity) {
      if (!this.#dropFree(length) && !this.#evict(nextUse)) return undefined
    }
    const slots = Array.from(
      { length: outputs },
      () => this.#free.get(length)?.pop() ?? this.#newSlot(length),
    )
    const column = { id, slots, isReady: false, pins: 0 }
    this.#columns.set(id, column)
    return column
  }

  /** Takes a column out that could not be made. */
  remove(id: string): void {
    const column = this.#columns.get(id)
    if (!column) return
    this.#columns.delete(id)
    for (const slot of column.slots) {
      const { length } = slot.column
      this.#free.set(length, [...(this.#free.get(length) ?? []), slot])
    }
  }

  #evict(nextUse: (id: string) => number): boolean {
    let last: PooledColumn | undefined
    let latest = 0
    for (const column of this.#columns.values()) {
      const use = column.pins > 0 || !column.isReady ? 0 : nextUse(column.id)
      if (use <= latest) continue
      latest = use
      last = column
    }
    if (last) this.remove(last.id)
    return last !== undefined
  }

  /** Gives up a free slot of another length than the one that is needed; false when there is none. */
  #dropFree(needed: number): boolean {
    for (const [length, slots] of this.#free) {
      const slot = length === needed ? undefined : slots.pop()
      if (!slot) continue
      this.#slots.delete(slot.number)
      this.#bytes -= slot.column.byteLength
      this.#listener.onDrop(slot.number)
      return true
    }
    return false
  }

  #newSlot(length: number): Slot {
    const slot = { number: this.#slotCount++, column: newColumn(length) }
    this.#slots.set(slot.number, slot)
    this.#bytes += slot.column.byteLength
    this.#listener.onSlot(slot)
    return slot
  }
}

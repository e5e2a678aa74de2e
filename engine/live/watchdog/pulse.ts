/**
 * Memory that a session shares with its watchdog: a count that grows whenever the main thread comes back, and what it is
 * at work on. Both sides only read and write whole numbers: neither ever waits for the other. Floor 3.
 */

/** What the main thread is at work on; until it says so again. */
export type Work =
  /** Waiting for what comes next. */
  | { readonly kind: 'WAIT' }
  /** The ledger is read back, or begun; so many rows so far. */
  | { readonly kind: 'LEDGER'; readonly rows: number }
  /** The strategy decides at the bar that opened at this moment, UTC milliseconds. */
  | { readonly kind: 'DECISION'; readonly openTime: number }
  /** What the session made of an input is written to the disk. */
  | { readonly kind: 'COMMIT' }
  /** Any other input of the session. */
  | { readonly kind: 'INPUT' }

const KINDS: readonly Work['kind'][] = ['WAIT', 'LEDGER', 'DECISION', 'COMMIT', 'INPUT']
const [COUNT, KIND, DETAIL, OPEN, CELLS] = [0, 1, 2, 3, 4]

/** One side of the shared memory. */
export class Pulse {
  readonly memory: SharedArrayBuffer
  readonly #cells: BigInt64Array

  /** Without `memory` it is made; the other side is given it. */
  constructor(memory = new SharedArrayBuffer(CELLS * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#cells = new BigInt64Array(memory)
  }

  /** The main thread has come back. */
  beat(): void {
    Atomics.add(this.#cells, COUNT, 1n)
  }

  /** The main thread begins with something; `open` is how many orders are open on the exchange by now. */
  begin(work: Work, open = this.open): void {
    const detail = work.kind === 'LEDGER' ? work.rows : work.kind === 'DECISION' ? work.openTime : 0
    Atomics.store(this.#cells, DETAIL, BigInt(Math.round(detail)))
    Atomics.store(this.#cells, OPEN, BigInt(open))
    Atomics.store(this.#cells, KIND, BigInt(KINDS.indexOf(work.kind)))
    this.beat()
  }

  /** Grows while the main thread comes back. */
  get count(): bigint {
    return Atomics.load(this.#cells, COUNT)
  }

  /** What the main thread has begun last. */
  get work(): Work {
    const detail = Number(Atomics.load(this.#cells, DETAIL))
    const kind = KINDS[Number(Atomics.load(this.#cells, KIND))] ?? 'WAIT'
    if (kind === 'LEDGER') return { kind, rows: detail }
    if (kind === 'DECISION') return { kind, openTime: detail }
    return { kind }
  }

  /** Orders that were open on the exchange when it began. */
  get open(): number {
    return Number(Atomics.load(this.#cells, OPEN))
  }
}

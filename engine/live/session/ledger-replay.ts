/**
 * A ledger read back into a session: its inputs are applied again, and whatever the session makes of them must be
 * what the ledger holds, row by row. Floor 3.
 */
import type { Bar } from '../../model/bars.js'
import { DataError, InvariantError } from '../../model/errors.js'
import type { SessionEvent } from '../../model/event.js'
import type { Ledger as LedgerPort } from '../../model/ports.js'
import { formatTime } from '../../model/time.js'
import type { StoredRow } from '../ledger/chain.js'
import type { Genesis } from '../ledger/genesis.js'
import type { NewRow } from '../ledger/ledger.js'
import { toLedgerJson } from '../ledger/ledger-json.js'
import { eventOf } from '../ledger/read-ledger.js'
import { applyInput, InputReader, type LiveInput } from './live-input.js'
import { LiveSession, type LiveSetup } from './live-session.js'
import { RecordWriter } from './record-writer.js'

/** What does not come from a ledger: code. */
export type SessionCode = Pick<LiveSetup, 'strategy' | 'params' | 'createMarket'> & {
  /** Whether the market makes its own events, as in paper and dry-run. */
  readonly isSimulated: boolean
  /** Told the ledger's epoch before the session is made. */
  readonly onEpoch?: (epoch: number) => void
  /** Told before each row that is read back or written at the beginning, with how many there were: a long ledger is work that goes on. */
  readonly onRow?: (rows: number) => void
}

/** A session, and what writes its rows. */
export interface RecordedSession {
  readonly session: LiveSession
  readonly writer: RecordWriter
}

/** Makes the session of a ledger's first record. */
export function sessionOf(
  genesis: Genesis,
  histories: readonly (readonly Bar[])[],
  ledger: LedgerPort,
  code: SessionCode,
): RecordedSession {
  const { epoch, strategy, interval, settings, symbols } = genesis
  code.onEpoch?.(epoch)
  const session = new LiveSession({
    ...code,
    settings,
    interval,
    symbols: symbols.map((symbol, k) => ({ ...symbol, history: histories[k] ?? [] })),
    ledger,
  })
  const identity = { epoch, hash6: strategy.sha256.slice(0, 6) }
  return { session, writer: new RecordWriter(session, identity, symbols) }
}

/** A replay under way: `read` every row, then `end`. */
export class LedgerReplay {
  readonly #code: SessionCode
  readonly #genesis: Genesis
  readonly #histories: Bar[][]
  readonly #reader: InputReader
  readonly #expected: StoredRow[] = []
  #expectedFrom = 0
  /** Bars before the first start only warm up. */
  #isWarmingUp = true
  #recorded: RecordedSession | undefined
  /** Where events go once the replay has ended. */
  #target: LedgerPort | undefined

  constructor(genesis: Genesis, code: SessionCode) {
    this.#genesis = genesis
    this.#code = code
    this.#histories = genesis.symbols.map(() => [])
    this.#reader = new InputReader(genesis.symbols.length, code.isSimulated)
  }

  /** Takes the next row of the ledger. Throws a DataError when the session makes something else of it. */
  read(row: StoredRow): void {
    if (row.table !== 'events') {
      this.#expected.push(row)
      return
    }
    const event = eventOf(row)
    if (event.kind !== 'BAR') this.#isWarmingUp = false
    else if (this.#isWarmingUp) {
      this.#histories[event.symbolIndex]?.push(event.bar)
      return
    }
    this.#expected.push(row)
    for (const input of this.#reader.read(event)) this.#apply(input)
  }

  /** No more rows: gives the session, whose events go to `target` from now on. */
  end(target: LedgerPort): RecordedSession {
    for (const input of this.#reader.end()) this.#apply(input)
    const left = this.#expected[this.#expectedFrom]
    if (left) throw differs(left, 'nothing')
    this.#target = target
    return this.#session
  }

  get #session(): RecordedSession {
    const ledger = { append: (event: SessionEvent) => this.#append(event) }
    this.#recorded ??= sessionOf(this.#genesis, this.#histories, ledger, this.#code)
    return this.#recorded
  }

  #apply(input: LiveInput): void {
    const { session, writer } = this.#session
    applyInput(session, input)
    writer.write((row) => this.#check(row))
  }

  #append(event: SessionEvent): void {
    if (this.#target) this.#target.append(event)
    else this.#check({ table: 'events', kind: event.kind, body: toLedgerJson(event) })
  }

  #check(made: NewRow | (Pick<StoredRow, 'kind' | 'body'> & { readonly table: 'events' })): void {
    const held = this.#expected[this.#expectedFrom++]
    if (!held) throw new InvariantError(`a replay must have read a row before it makes it: ${made.body}`)
    if (held.table !== made.table || held.kind !== made.kind || held.body !== made.body) {
      throw differs(held, `${made.table} ${made.kind} ${made.body}`)
    }
    if (this.#expectedFrom < 1024) return
    this.#expected.splice(0, this.#expectedFrom)
    this.#expectedFrom = 0
  }
}

function differs(held: StoredRow, made: string): DataError {
  return new DataError(
    `a session must be the replay of its ledger, but at row ${held.seq} (${formatTime(held.time)}) the ledger holds ${held.table} ${held.kind} ${held.body} and the replay makes ${made}; the strategy's or the engine's code has changed: run-promote.ts --state DIR --proof shows where`,
  )
}

/**
 * A session and its ledger, kept in step: each input is one transaction, and a session that starts again is the
 * replay of its own ledger. Floor 3.
 */
import type { Bar } from '../../model/bars.js'
import type { SessionEvent } from '../../model/event.js'
import { failpoint } from '../failpoint.js'
import type { ChainHead } from '../ledger/chain.js'
import type { Genesis } from '../ledger/genesis.js'
import { Ledger } from '../ledger/ledger.js'
import { LedgerReplay, type RecordedSession, type SessionCode, sessionOf } from './ledger-replay.js'
import { applyInput, type LiveInput } from './live-input.js'
import type { LiveSession } from './live-session.js'
import type { Outcome, RecordWriter } from './record-writer.js'

/** A session that writes. Close it when done. */
export class SessionKeeper {
  readonly session: LiveSession
  readonly #writer: RecordWriter
  readonly #ledger: Ledger

  private constructor({ session, writer }: RecordedSession, ledger: Ledger) {
    this.session = session
    this.#writer = writer
    this.#ledger = ledger
  }

  /** Begins a session: its ledger, with the bars that only warm up. `now` stamps the rows. */
  static begin(
    path: string,
    { genesis, histories }: { readonly genesis: Genesis; readonly histories: readonly (readonly Bar[])[] },
    code: SessionCode,
    now: () => number,
  ): SessionKeeper {
    let ledger: Ledger | undefined
    let isBegun = false
    const append = (event: SessionEvent) => {
      if (!isBegun) code.onRow?.(ledger?.head.seq ?? 0)
      ledger?.append(event)
    }
    const recorded = sessionOf(genesis, histories, { append }, code)
    ledger = Ledger.create(path, genesis, now, (made) => {
      ledger = made
      recorded.session.recordHistory()
    })
    isBegun = true
    return new SessionKeeper(recorded, ledger)
  }

  /**
   * Goes on with the session of a ledger: every row is held to the chain, and to what a fresh session makes of the
   * same inputs. `check` may refuse the session before it is read. Throws a DataError that shows the first row
   * which is not what it must be.
   */
  static resume(
    path: string,
    check: (genesis: Genesis) => void,
    code: SessionCode,
    now: () => number,
  ): SessionKeeper {
    let replay: LedgerReplay | undefined
    const ledger = Ledger.open(path, now, {
      onGenesis(genesis) {
        check(genesis)
        replay = new LedgerReplay(genesis, code)
      },
      onRow(row) {
        code.onRow?.(row.seq - 1)
        replay?.read(row)
      },
    })
    replay ??= new LedgerReplay(ledger.genesis, code)
    return new SessionKeeper(replay.end(ledger), ledger)
  }

  get genesis(): Genesis {
    return this.#ledger.genesis
  }

  /** The ledger's last row. */
  get head(): ChainHead {
    return this.#ledger.head
  }

  /** The hash of a row of the ledger; undefined where there is none. */
  hashOf(seq: number): string | undefined {
    return this.#ledger.hashOf(seq)
  }

  /**
   * Gives an input to the session; when it returns, the input and what followed from it are on the disk. `onApplied` is
   * told when the session is done with it, and only the disk is left.
   */
  apply(input: LiveInput, onApplied?: () => void): Outcome {
    return this.#ledger.transact(() => {
      applyInput(this.session, input)
      onApplied?.()
      failpoint('input-applied')
      return this.#writer.write((row) => this.#ledger.add(row))
    })
  }

  close(): void {
    this.#ledger.close()
  }
}

/** A session's ledger with the code that is held to it. Floor 5. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { strategyParams } from '../../core/strategy.js'
import { FILES, lastKnownHead } from '../../live/files/state-folder.js'
import { verifyLedger } from '../../live/ledger/verify-ledger.js'
import { ConfigError, DataError } from '../../model/errors.js'
import type { ProofCode } from '../../promote/prove-replay.js'
import { readRecord, type SessionRecord } from '../../promote/read-record.js'
import { type ChangedLine, changedLine } from '../../promote/strategy-line.js'
import { findStrategy, loadStrategy } from '../load-strategy.js'

/** A record, and the strategy as its file is now. */
export interface LoadedRecord {
  readonly state: string
  readonly record: SessionRecord
  readonly code: ProofCode
  /** Where the strategy's file is not the one that ran. */
  readonly changed: ChangedLine | undefined
}

/** The ledger of a state folder, held to its chain and its books. Throws a DataError where it is none, or damaged. */
export function readState(state: string): SessionRecord {
  const path = join(state, FILES.ledger)
  if (!existsSync(path)) throw new DataError(`${path} must be the ledger of a session, there is none`)
  verifyLedger(path, lastKnownHead(state))
  return readRecord(path)
}

/** Reads a state folder and loads the strategy that it names, or `asked`. */
export async function loadRecord(
  state: string,
  { asked, isTrusted }: { readonly asked: string | undefined; readonly isTrusted: boolean },
): Promise<LoadedRecord> {
  const record = readState(state)
  const { genesis } = record
  const name = asked ?? nameOfFile(genesis.strategy.file)
  const { strategy } = await loadStrategy(name, isTrusted)
  const changed = changedLine(genesis.strategy.source, readFileSync(findStrategy(name), 'utf8'))
  return { state, record, code: { strategy, params: strategyParams(strategy, genesis.params) }, changed }
}

/** A file of `strategies/` is found by its name, any other by its path from here. */
function nameOfFile(file: string): string {
  try {
    return findStrategy(file.replace(/\.[mc]?[jt]s$/, ''))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return `./${file}`
  }
}

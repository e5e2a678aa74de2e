/** Both proofs of a session, as far as its mode has them. Floor 5. */
import { holds, type Proof } from '../../promote/proof.js'
import { proveBars } from '../../promote/prove-bars.js'
import { proveReplay } from '../../promote/prove-replay.js'
import type { ProofReport } from './proof-text.js'
import type { LoadedRecord } from './session-record.js'

/** What was proven. */
export function proveSession({ state, record, code, changed }: LoadedRecord): ProofReport {
  const { genesis, head } = record
  const proofs: readonly Proof[] = [
    proveReplay(record, code),
    ...(isSimulated(genesis) ? [proveBars(record, code)] : []),
  ]
  return {
    state,
    strategy: genesis.strategy.name,
    mode: genesis.mode,
    head,
    changed: changed ?? null,
    proofs,
    isProven: changed === undefined && proofs.every(holds),
  }
}

/** Whether a session fills its orders by its own bars. */
export function isSimulated({ mode }: { readonly mode: string }): boolean {
  return mode === 'paper' || mode === 'dry-run'
}

/** A gate that is closed, as an error. Floor 3. */
import { GateError } from '../../model/errors.js'

/** What is missing before anything may be sent, as an error. */
export function closedGate(missing: readonly string[]): GateError {
  return new GateError(
    `the gate must be open, is not; missing: ${missing.map((one, k) => `(${k + 1}) ${one}`).join('; ')}; nothing was sent`,
  )
}

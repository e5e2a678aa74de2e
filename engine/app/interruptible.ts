/** Work that Ctrl-C ends at once, also within a strategy that never comes back. Floor 5. */
import { Script } from 'node:vm'
import { InterruptedError } from '../model/errors.js'

const WORK = Symbol.for('nextbar.interruptible-work')
const CALL = new Script(`globalThis[Symbol.for('nextbar.interruptible-work')]()`)

/**
 * Calls `work`, which must not wait for anything. While it runs the event loop stands still and no handler of a signal
 * is called: only the virtual machine can break it off. Throws an InterruptedError when Ctrl-C did.
 */
export function interruptible(work: () => void): void {
  Reflect.set(globalThis, WORK, work)
  try {
    CALL.runInThisContext({ breakOnSigint: true, displayErrors: false })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === BROKEN_OFF)) throw error
    throw new InterruptedError('interrupted', { cause: error })
  } finally {
    Reflect.deleteProperty(globalThis, WORK)
  }
}

const BROKEN_OFF = 'ERR_SCRIPT_EXECUTION_INTERRUPTED'

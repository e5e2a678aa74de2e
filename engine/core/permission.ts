/** What a session may ask for while someone has stepped in. Floor 2. */
import type { Intervention } from '../model/event.js'

/** One for all symbols of a session; plain fields, so that it is part of a snapshot. */
export class Permission {
  /** No orders at all, until cleared. */
  isHalted = false
  /** No purchases, until resumed. */
  isPaused = false
  /** No orders at all, until the session starts again. */
  isStopped = false

  /** Whether nothing may be asked for. */
  get isClosed(): boolean {
    return this.isHalted || this.isStopped
  }

  /** Follows an intervention. Gives whether open orders are to be taken back. */
  follow(event: Intervention): boolean {
    switch (event.kind) {
      case 'START':
        this.isStopped = false
        return false
      case 'STOP':
        this.isStopped = true
        return event.cancels
      case 'HALT':
        this.isHalted = true
        return true
      case 'CLEAR':
        this.isHalted = false
        return false
      case 'PAUSE':
        this.isPaused = true
        return false
      case 'RESUME':
        this.isPaused = false
        return false
    }
  }
}

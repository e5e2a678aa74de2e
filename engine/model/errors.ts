/**
 * The kinds of failure a caller can act upon. Each has a stable `code`; the message says what must
 * hold, what was, where, and what to do. Floor 0.
 */

/** Failures that Nextbar names itself; anything else is a fault of the program. */
export abstract class NextbarError extends Error {
  /** Stable name of the kind, for programs. */
  abstract readonly code: string
  /** Exit code of a command that ends with it (`README.md`, exit codes). */
  abstract readonly exitCode: number
  override get name(): string {
    return this.constructor.name
  }
}

/** A flag, parameter, date, range or rule is not what it must be. */
export class ConfigError extends NextbarError {
  override readonly code = 'CONFIG'
  override readonly exitCode = 2
}

/** Market data are missing, damaged, or not what they claim to be. */
export class DataError extends NextbarError {
  override readonly code = 'DATA'
  override readonly exitCode = 3
}

/** The strategy's own code threw; `cause` is what it threw. */
export class StrategyError extends NextbarError {
  override readonly code = 'STRATEGY'
  override readonly exitCode = 4
}

/** A condition that was asked for does not hold: a reproduction differs, a gate is closed. */
export class GateError extends NextbarError {
  override readonly code = 'GATE'
  override readonly exitCode = 5
}

/** The exchange refused, banned, or stayed out of reach. */
export class ExchangeError extends NextbarError {
  override readonly code = 'EXCHANGE'
  override readonly exitCode = 6
}

/** What must be on the disk before anything is done could not be written there. */
export class LedgerError extends NextbarError {
  override readonly code = 'LEDGER'
  override readonly exitCode = 7
}

/** A session is halted: no new order goes out until a person has cleared it. */
export class HaltedError extends NextbarError {
  override readonly code = 'HALTED'
  override readonly exitCode = 7
}

/** Ctrl-C, in the midst of work. */
export class InterruptedError extends NextbarError {
  override readonly code = 'INTERRUPTED'
  override readonly exitCode = 130
}

/** What the engine relies on does not hold: a fault in Nextbar, never in its input. */
export class InvariantError extends NextbarError {
  override readonly code = 'INVARIANT'
  override readonly exitCode = 1
}

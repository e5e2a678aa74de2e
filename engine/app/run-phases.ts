/** What a run spends its time on, and who is told of it. Floor 5. */

/** What a run spends its time on, in order. */
export type Phase = 'load' | 'replay' | 'audit' | 'metrics' | 'variants' | 'report' | 'write'

/** Who wants to know how a run goes on. */
export interface RunHooks {
  /** Whether a report is to be drawn of what is loaded; so it is when left out. */
  readonly isDrawn?: boolean
  /** A phase has ended. */
  readonly onPhase?: (phase: Phase, ms: number) => void
  /** How far a phase is: bytes of `load`, bars of `replay`. */
  readonly onProgress?: (phase: Phase, done: number, total: number) => void
}

/** Does the work of a phase, and tells how long it took. */
export async function timed<T>(phase: Phase, hooks: RunHooks, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now()
  const value = await work()
  hooks.onPhase?.(phase, performance.now() - start)
  return value
}

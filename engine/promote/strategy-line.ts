/** Whether a strategy's file is still the one that a session ran, and where it is not. Floor 4. */

/** The first line that differs. */
export interface ChangedLine {
  /** Counted from 1. */
  readonly line: number
  readonly was: string
  readonly is: string
}

/** The first line in which two texts differ; undefined when they are the same. */
export function changedLine(recorded: string, now: string): ChangedLine | undefined {
  if (recorded === now) return undefined
  const [was, is] = [recorded.split('\n'), now.split('\n')]
  let k = 0
  while (k < was.length && was[k] === is[k]) k++
  return { line: k + 1, was: was[k] ?? '(end of the file)', is: is[k] ?? '(end of the file)' }
}

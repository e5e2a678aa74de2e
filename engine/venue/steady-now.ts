/** This machine's time as the process has counted it since its start. Floor 2. */

/**
 * UTC milliseconds that only run forward: a clock on the wall that is set while the process runs does not move them.
 * Where the machine sleeps they stand still.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}

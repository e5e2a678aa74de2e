/** Timing in one process: what is compared runs in turn, so that both see the same machine. */

/** Median of some times. */
export function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2
}

/** Medians of several pieces of work, run in turn `rounds` times after two rounds that do not count. */
export function timeInTurn<Name extends string>(
  work: Readonly<Record<Name, () => unknown>>,
  rounds: number,
): Readonly<Record<Name, number>> {
  const entries = Object.entries(work) as [Name, () => unknown][]
  const times = new Map<Name, number[]>(entries.map(([name]) => [name, []]))
  for (let round = -2; round < rounds; round++) {
    for (const [name, run] of entries) {
      const start = performance.now()
      run()
      if (round >= 0) times.get(name)?.push(performance.now() - start)
    }
  }
  // One median for every name of the record.
  return Object.fromEntries([...times].map(([name, one]) => [name, median(one)])) as Record<Name, number>
}

/** The name that a mistyped one was meant to be. Floor 0. */

/**
 * The name nearest to `word` by edits of single letters (insert, delete, replace, swap of neighbours);
 * undefined when none is near enough to be meant: more than a third of the letters, or 2, away, or all.
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined
  let least = Math.min(Math.max(2, Math.floor(word.length / 3)), word.length - 1)
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance < least || (distance === least && nearest === undefined)) {
      nearest = name
      least = distance
    }
  }
  return nearest
}

/** `; did you mean sma-cross?`, or nothing when no name is near: the end of an error's sentence. */
export function hintFor(word: string, names: readonly string[], prefix = ''): string {
  const name = nearestName(word, names)
  return name === undefined ? '' : `; did you mean ${prefix}${name}?`
}

/** Optimal string alignment: Damerau 1964, Levenshtein 1966, no letter edited twice. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const replaced = at(last, j - 1) + (same ? 0 : 1)
      let cost = Math.min(replaced, at(last, j) + 1, at(row, j - 1) + 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) cost = Math.min(cost, at(beforeLast, j - 2) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], j: number): number {
  return row[j] ?? Number.POSITIVE_INFINITY
}

/** Runs of `run-sweep.ts` for tests, inside this process. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { sweepMain } from '../../../engine/app/sweep/sweep-main.js'
import type { Ended } from '../command.js'

/** Runs the command inside this process, without a terminal and an environment. */
export async function sweepInside(words: readonly string[]): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const code = await sweepMain(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment: {},
  })
  return { code, stdout, stderr }
}

/** A file of a sweep's folder as text. */
export function sweepFile(folder: string, name: string): string {
  return readFileSync(path.join(folder, name), 'utf8')
}

/** The rows of a `leaderboard.csv` by column; none of its cells has a comma. */
export function leaderboardRows(folder: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...lines] = sweepFile(folder, 'leaderboard.csv').trimEnd().split('\n')
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, k) => [names[k] ?? '', cell])))
}

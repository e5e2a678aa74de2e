/** Runs of `run-sweep.ts` for tests, inside this process. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { sweepMain } from '../../../engine/app/sweep/sweep-main.js'
import { METRIC_KEYS } from '../../../engine/math/metrics/metric-table.js'
import { type Ended, runInside } from '../command.js'

/** Runs the command inside this process, without a terminal. */
export async function sweepInside(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const code = await sweepMain(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment,
  })
  return { code, stdout, stderr }
}

/** A file of a sweep's folder as text. */
export function sweepFile(folder: string, name: string): string {
  return readFileSync(path.join(folder, name), 'utf8')
}

/** The rows of a `leaderboard.csv` by column; none of its cells has a comma. */
export function leaderboardRows(folder: string): readonly LeaderboardRow[] {
  const [head = '', ...lines] = sweepFile(folder, 'leaderboard.csv').trimEnd().split('\n')
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, k) => [names[k] ?? '', cell])))
}

/** A row of a leaderboard. */
export type LeaderboardRow = Readonly<Record<string, string>>

/** The metrics of a row, as `metrics.json` has them. */
export function metricsOf(row: LeaderboardRow | undefined): readonly (number | null)[] {
  return METRIC_KEYS.map((key) => (row?.[key] === '' ? null : Number(row?.[key])))
}

/** The metrics of a trial that is run alone, as a program would be, by the command that `show` prints; `file` is where its strategy is. */
export async function rerunMetrics(
  sweep: string,
  row: LeaderboardRow | undefined,
  { file, more = [] }: { readonly file?: string; readonly more?: readonly string[] } = {},
): Promise<readonly unknown[]> {
  const shown = await sweepInside(['show', sweep, '--trial', row?.trial ?? ''])
  const [strategy = '', ...flags] = shown.stdout.trim().split(' ').slice(3)
  const out = path.join(sweep, 'rerun', row?.trial ?? '')
  const ended = await runInside([
    file ?? strategy,
    ...flags,
    ...more,
    '--out',
    out,
    '--quiet',
    '--audit',
    'off',
  ])
  if (ended.code !== 0) throw new Error(`${shown.stdout} ended with ${ended.code}: ${ended.stderr}`)
  const { values } = JSON.parse(readFileSync(path.join(out, 'metrics.json'), 'utf8'))
  return METRIC_KEYS.map((key) => values[key])
}

/** Runs of `run-sweep.ts` for tests, inside this process. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { readCommandLine } from '../../../engine/app/command-line.js'
import { resolveSettings } from '../../../engine/app/resolve-settings.js'
import { firstOf } from '../../../engine/app/run-identity.js'
import { computeRun, loadParts } from '../../../engine/app/run-once.js'
import { setupOf } from '../../../engine/app/run-setup.js'
import { sweepMain } from '../../../engine/app/sweep/sweep-main.js'
import { runBacktest } from '../../../engine/backtest/run-backtest.js'
import { METRIC_KEYS } from '../../../engine/math/metrics/metric-table.js'
import { metricsJson, runMetrics } from '../../../engine/math/metrics/run-metrics.js'
import type { Ended } from '../command.js'

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

/** The words of the command that `show` prints of a trial, behind `run-backtest.ts`, as a shell reads them. */
export async function shownWords(sweep: string, trial: string | undefined): Promise<readonly string[]> {
  const shown = await sweepInside(['show', sweep, '--trial', trial ?? ''])
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${shown.stdout.trim()}`], { encoding: 'utf8' })
  const [npx, tsx, script, ...own] = words.split('\0').slice(0, -1)
  expect([npx, tsx, script]).toEqual(['npx', 'tsx', 'run-backtest.ts'])
  return own
}

/** The metrics of a trial that is run alone by the command that `show` prints, without its files. */
export async function rerunMetrics(
  sweep: string,
  row: LeaderboardRow | undefined,
): Promise<readonly unknown[]> {
  const words = await shownWords(sweep, row?.trial)
  const parts = await loadParts(resolveSettings([readCommandLine(words)]), { isDrawn: false })
  // What runs one symbol alone is quicker than a whole run with its report.
  const metrics =
    parts.symbols.length === 1
      ? runMetrics(runBacktest({ ...setupOf(parts), end: firstOf(parts).data.end }))
      : (await computeRun(parts, { isDrawn: false })).metrics
  const { values } = metricsJson(metrics)
  return METRIC_KEYS.map((key) => values[key])
}

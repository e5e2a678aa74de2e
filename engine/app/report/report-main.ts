/** `run-report.ts`: from words to an exit code. Floor 5. */
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { renderComparePage, renderCompatPage } from '../../../reports/compare-page.js'
import { compareRuns } from '../../../reports/comparison.js'
import { renderIndexPage } from '../../../reports/index-page.js'
import { ConfigError, NextbarError } from '../../model/errors.js'
import { prettyJson } from '../canonical-json.js'
import { errorText } from '../error-text.js'
import type { Terminal } from '../main.js'
import { newPaint } from '../paint.js'
import { exitInOrder } from '../process-ends.js'
import { newProgress, type Progress, progressStream, SILENT } from '../progress.js'
import { findRun, RUNS_DIR } from './find-run.js'
import { listRuns } from './list-runs.js'
import { readRun } from './read-run.js'
import { redrawRun } from './redraw-run.js'
import { reportHelp } from './report-help.js'
import { comparisonJson, listJson, ratiosJson } from './report-json.js'
import { comparisonText, formulasText, listText, ratiosText } from './report-text.js'
import { type ReportSettings, type ReportTask, readReportWords } from './report-words.js'
import { checkPagePlace, reportLink, writePage } from './write-page.js'

/**
 * Runs the command and gives its exit code. The result goes to stdout in one piece at the end, all else
 * to stderr. Without `terminal` it is the process's own, and signals end it in order.
 */
export async function reportMain(words: readonly string[], terminal?: Terminal): Promise<number> {
  const { stdout, stderr, environment } = terminal ?? {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
  }
  let progress: Progress = SILENT
  if (terminal === undefined) exitInOrder(() => progress.clear())
  const paint = newPaint(environment, stdout.isTTY === true)
  try {
    const isHelp = words.some((word) => word === '--help' || word === '-h')
    stdout.write(isHelp ? reportHelp() : await runTask())
    return 0
  } catch (error) {
    progress.clear()
    stderr.write(errorText(error, words.includes('--debug')))
    return error instanceof NextbarError ? error.exitCode : 1
  }

  async function runTask(): Promise<string> {
    const { task, settings } = readReportWords(words)
    switch (task.kind) {
      case 'draw':
        return draw(task, settings)
      case 'list':
        return list(task, settings)
      case 'compare':
        return compare(task, settings)
      case 'compat':
        return compat(task, settings)
    }
  }

  /** A word on stderr, unless it is to be quiet. */
  function say(text: string, { quiet }: ReportSettings): void {
    progress.clear()
    if (!quiet) stderr.write(`${text.replace(/\p{Cc}+/gu, ' ')}\n`)
  }

  async function draw({ run }: ReportTask & { kind: 'draw' }, settings: ReportSettings): Promise<string> {
    const folder = findRun(run)
    if (!settings.quiet) progress = newProgress(progressStream(stderr, environment))
    const drawn = await redrawRun(folder, {
      folder: settings.data,
      out: settings.out,
      isTrusted: settings.trust,
      warn: (text) => say(`warning: ${text}`, settings),
      hooks: progress,
    })
    progress.clear()
    if (settings.json) return prettyJson({ schema: 'nextbar/report@1', ...drawn })
    const how = drawn.isSame ? 'to the byte' : 'in its numbers; the page has another look'
    return `run ${drawn.runId} came out the same ${how}: ${drawn.report}\n`
  }

  function list({ folder = RUNS_DIR }: ReportTask & { kind: 'list' }, settings: ReportSettings): string {
    const found = listRuns(folder, settings.sort)
    const index = join(folder, 'index.html')
    checkPagePlace(index)
    for (const one of found.skipped) say(`skipped ${join(folder, one.folder)}: ${one.reason}`, settings)
    const linkOf = (run: { readonly folder: string }) => reportLink(index, join(folder, run.folder))
    writePage(index, renderIndexPage({ ...found, linkOf }))
    if (settings.json) return listJson(found, { folder, index })
    return `${listText(found.runs, paint)}\n  index  ${index}\n`
  }

  async function compare(
    { runs }: ReportTask & { kind: 'compare' },
    settings: ReportSettings,
  ): Promise<string> {
    const folders = runs.map(findRun)
    checkDifferent(folders)
    if (settings.out !== undefined) checkPagePlace(settings.out)
    const stored = folders.map(readRun)
    const comparison = compareRuns(stored, settings.seed)
    const page =
      settings.out ?? join(RUNS_DIR, `compare-${stored.map(({ runId }) => toName(runId)).join('-')}.html`)
    const linkOf = (run: { readonly folder: string }) => reportLink(page, run.folder)
    writePage(page, await renderComparePage({ comparison, hasCompat: settings.compat, linkOf }))
    if (settings.json) return comparisonJson(comparison, { page, hasCompat: settings.compat })
    const ratios = settings.compat
      ? stored.map((run, i) => `\n  ${comparison.runs[i]?.label}\n${ratiosText(run, paint)}`).join('')
      : ''
    return `${comparisonText(comparison, paint)}${ratios}\n  page  ${page}\n`
  }

  async function compat({ run }: ReportTask & { kind: 'compat' }, settings: ReportSettings): Promise<string> {
    const folder = findRun(run)
    const { out } = settings
    if (out !== undefined) checkPagePlace(out)
    const stored = readRun(folder)
    if (out !== undefined) writePage(out, renderCompatPage(stored, reportLink(out, folder)))
    if (settings.json) return ratiosJson(stored)
    const page = out === undefined ? '' : `\n  page  ${out}\n`
    return `${ratiosText(stored, paint)}\n${formulasText(paint)}${page}`
  }
}

/** Throws a ConfigError when one run is named twice. */
function checkDifferent(folders: readonly string[]): void {
  const seen = new Set<string>()
  for (const folder of folders) {
    const real = realpathSync(folder)
    if (seen.has(real)) throw new ConfigError(`the runs must be different ones, ${folder} is named twice`)
    seen.add(real)
  }
}

/** A run's id as part of a file's name, whatever a manifest says it is. */
function toName(runId: string): string {
  return runId.replace(/[^\w-]/g, '_').slice(0, 40)
}

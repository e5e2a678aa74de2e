/** Reports in a state folder: `reports/2026-11-28.json`, and the same to read in `.txt`. Floor 3. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatTime } from '../../model/time.js'
import { FILES, writeWhole } from '../files/state-folder.js'
import { type DailyReport, dailyReport } from './daily-report.js'
import { PROCESS_DAY, type ProcessDay, together } from './day-counters.js'
import { readLedgerDay } from './ledger-day.js'
import { reportText } from './report-text.js'

const FOLDER = 'reports'

/**
 * The report of the day that begins at `start`, from the ledger and from what is known of the process: what a report
 * of that day already holds, and what this process has counted since. Undefined where there is no such day.
 */
export function makeReport(state: string, start: number, counted?: ProcessDay): DailyReport | undefined {
  const day = readLedgerDay(join(state, FILES.ledger), start)
  if (!day) return undefined
  const before = countedBefore(state, start)
  return dailyReport(day, before && counted ? together(before, counted) : (counted ?? before))
}

/** Writes both files, each whole. Gives the path of the one to read. */
export function writeReport(state: string, report: DailyReport): string {
  mkdirSync(join(state, FOLDER), { recursive: true, mode: 0o700 })
  const path = join(state, FOLDER, report.day)
  writeWhole(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`)
  writeWhole(`${path}.txt`, reportText(report))
  return `${path}.txt`
}

/** Days of which there is a report, the oldest first. */
export function reportedDays(state: string): readonly string[] {
  try {
    const names = readdirSync(join(state, FOLDER))
    return names.flatMap((name) => (/^\d{4}-\d\d-\d\d\.json$/.test(name) ? [name.slice(0, 10)] : [])).sort()
  } catch {
    return []
  }
}

/** What processes before this one have counted of a day; undefined where no report of it can be read. */
function countedBefore(state: string, start: number): ProcessDay | undefined {
  const path = join(state, FOLDER, `${formatTime(start).slice(0, 10)}.json`)
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const process = typeof json === 'object' && json !== null && 'process' in json ? json.process : undefined
    return PROCESS_DAY.safeParse(process).data
  } catch {
    return undefined
  }
}

/** Reads a run folder and checks it against its manifest. Floor 5. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunSummary, StoredRun, StoredTrade } from '../../../reports/stored-run.js'
import { METRIC_KEYS, type MetricKey } from '../../math/metrics/metric-table.js'
import { DataError } from '../../model/errors.js'
import { DAY_MS, isInterval, parseTime } from '../../model/time.js'
import { sha256 } from '../canonical-json.js'
import type { ShownValue } from '../flag.js'
import { MANIFEST, type Manifest, readManifest } from '../manifest.js'
import { type CsvRow, csvRows } from './csv-rows.js'
import { partEquity, readEquityRow } from './read-equity.js'

/** The run's identity and metrics. Throws a DataError when the folder is no run's, or is damaged. */
export function readSummary(folder: string): RunSummary {
  return toSummary(folder, readManifest(join(folder, MANIFEST)))
}

/** The whole run. Throws a DataError when a table is missing, or is not the manifest's. */
export function readRun(folder: string): StoredRun {
  const manifest = readManifest(join(folder, MANIFEST))
  const summary = toSummary(folder, manifest)
  const { from, to } = summary.data
  const fillTimes = tableRows(folder, manifest, {
    name: 'fills.csv',
    columns: ['time'],
    read: (row) => row.time('time'),
  })
  const equity = tableRows(folder, manifest, {
    name: 'equity.csv',
    columns: ['time', 'equity', 'drawdown'],
    read: readEquityRow,
  })
  const { rows, marks } = partEquity(equity, fillTimes)
  const lastTime = marks.times.at(-1)
  if (lastTime !== to) {
    throw new DataError(`${join(folder, 'equity.csv')} must end with the run's last bar, does not`)
  }
  const days = dayMarks(marks, { from, to, startEquity: summary.metrics.start_equity })
  return { ...summary, rows, marks, days, trades: readTrades(folder, manifest) }
}

function toSummary(folder: string, manifest: Manifest): RunSummary {
  const [data] = manifest.data
  const [from, to] = [parseTime(data?.from ?? ''), parseTime(data?.to ?? '')]
  if (data === undefined || from === undefined || to === undefined || !isInterval(data.interval)) {
    throw new DataError(`${join(folder, MANIFEST)} must name an interval and a range, does not`)
  }
  const { runId, engine, strategy, params, seed, command } = manifest
  return {
    ...{ runId, folder, engine, strategy, params, seed, command },
    settings: Object.fromEntries(
      Object.entries(manifest.settings).map(([key, value]) => [key, settingOf(value)]),
    ),
    data: { ...data, from, to, interval: data.interval },
    symbols: manifest.data.map(({ symbol }) => symbol),
    metrics: readMetrics(folder, manifest),
  }
}

function settingOf(value: ShownValue): Exclude<ShownValue, null> | undefined {
  return value ?? undefined
}

/** The text of a run's file. Throws a DataError when it is missing or another than the manifest's. */
function readChecked(folder: string, manifest: Manifest, name: string): string {
  const path = join(folder, name)
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new DataError(`${path} must be a file of the run, cannot be read`, { cause })
  }
  if (sha256(bytes) !== manifest.files[name]) {
    throw new DataError(`${path} must be the file that ${MANIFEST} names, its SHA-256 is another`)
  }
  return bytes.toString('utf8')
}

function tableRows<T>(
  folder: string,
  manifest: Manifest,
  {
    name,
    columns,
    read,
  }: { readonly name: string; readonly columns: readonly string[]; readonly read: (row: CsvRow) => T },
): T[] {
  return csvRows(readChecked(folder, manifest, name), { file: join(folder, name), columns, read })
}

function readMetrics(folder: string, manifest: Manifest): Readonly<Record<MetricKey, number>> {
  const path = join(folder, 'metrics.json')
  const json: unknown = parseJson(readChecked(folder, manifest, 'metrics.json'), path)
  const values = ownValues(ownValues(json).get('values'))
  const entries = METRIC_KEYS.map((key) => {
    // A metric that a later version added is not in an older run: it is undefined there.
    const value = values.get(key) ?? null
    if (value !== null && typeof value !== 'number') {
      throw new DataError(`${key} in ${path} must be a number or null, was ${JSON.stringify(value)}`)
    }
    return [key, value ?? Number.NaN] as const
  })
  // `METRIC_KEYS` are all the keys, so the record is whole.
  return Object.fromEntries(entries) as Record<MetricKey, number>
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DataError(`${path} must be JSON, is not`, { cause })
  }
}

function ownValues(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}

const TRADE_COLUMNS = [
  ...['trade_id', 'symbol', 'entry_time', 'exit_time', 'entry_price', 'exit_price', 'net', 'return'],
] as const

function readTrades(folder: string, manifest: Manifest): readonly StoredTrade[] {
  return tableRows(folder, manifest, {
    name: 'trades.csv',
    columns: TRADE_COLUMNS,
    read: (row) => ({
      number: row.number('trade_id'),
      symbol: row.text('symbol'),
      entryTime: row.time('entry_time'),
      exitTime: row.time('exit_time'),
      entryPrice: row.number('entry_price'),
      exitPrice: row.number('exit_price'),
      net: row.number('net'),
      return: row.number('return'),
    }),
  })
}

/** Equity after the last mark that is not after each midnight; the start's before there is one. */
function dayMarks(
  marks: StoredRun['marks'],
  { from, to, startEquity }: { readonly from: number; readonly to: number; readonly startEquity: number },
): StoredRun['days'] {
  const times: number[] = []
  const equity: number[] = []
  let next = 0
  let worth = startEquity
  for (let time = Math.ceil(from / DAY_MS) * DAY_MS; time <= to; time += DAY_MS) {
    for (; (marks.times[next] ?? Number.POSITIVE_INFINITY) <= time; next++)
      worth = marks.equity[next] ?? worth
    times.push(time)
    equity.push(worth)
  }
  return { times: Float64Array.from(times), equity: Float64Array.from(equity) }
}

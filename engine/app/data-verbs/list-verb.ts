/** `run-data.ts list`: what the store holds. Floor 5. */
import { openStore, type StoreManifest } from '../../../data/storage/store.js'
import { formatMoment } from '../../../reports/format-moment.js'
import { formatCount } from '../../../reports/format-number.js'
import { formatTime, toEpochMs } from '../../model/time.js'
import { coverageStrip } from './coverage-strip.js'
import { sharedFlag } from './data-flags.js'
import type { DataVerb } from './data-verb.js'

/** Every series with range, bars, gaps, origins and a strip of its coverage. */
export const listVerb: DataVerb = {
  takes: '',
  help: 'what the store holds: range, bars, gaps, origins',
  example: 'npx tsx run-data.ts list --json',
  flags: [],
  async run(given, { paint }) {
    const folder = sharedFlag(given, 'store')
    const all = openStore(folder).list()
    const text =
      all.length === 0
        ? `the store ${folder} holds nothing; import files with run-data.ts import\n`
        : all.map((one) => `${lineOf(one)}\n  ${paint('quiet', coverageStrip(one))}\n`).join('')
    return { text, json: { schema: 'nextbar/data-list@1', series: all.map(toJson) } }
  },
}

function lineOf(manifest: StoreManifest): string {
  const { symbol, interval, rows, gaps, origins, from, to, sha256 } = manifest
  const range = `${formatMoment(toEpochMs(from))} to ${formatMoment(toEpochMs(to))} UTC`
  const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0)
  const holes =
    gaps.length === 0 ? 'no gaps' : `${formatCount(gaps.length, 'gap')} (${formatCount(missing, 'bar')})`
  const sources = Object.entries(origins).map(([origin, count]) => `${origin} ${count.toLocaleString('en')}`)
  return `${symbol} ${interval}  ${range}  ${formatCount(rows, 'bar')}
  ${[holes, ...sources, sha256.slice(0, 12)].join('  ')}`
}

/** A manifest for programs, without its months. */
function toJson({ symbol, interval, rows, gaps, origins, from, to, sha256, months }: StoreManifest) {
  return {
    symbol,
    interval,
    from: formatTime(from),
    to: formatTime(to),
    bars: rows,
    gaps: gaps.map((gap) => ({ from: formatTime(gap.from), to: formatTime(gap.to), missing: gap.missing })),
    origins,
    months: months.length,
    sha256,
  }
}

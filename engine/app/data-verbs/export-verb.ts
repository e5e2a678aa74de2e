/** `run-data.ts export`: stored bars as one file that other tools read. Floor 5. */

import { once } from 'node:events'
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { writeParquet } from '../../../data/storage/month-parquet.js'
import { openStore, type StoredBars } from '../../../data/storage/store.js'
import { formatCount } from '../../../reports/format-number.js'
import { closeTimeAt, FIELDS, OPTIONAL_FIELDS, valueAt } from '../../model/bars.js'
import { ConfigError, DataError } from '../../model/errors.js'
import { plainDecimal } from '../plain-decimal.js'
import { choiceOf, seriesOf, sharedFlag } from './data-flags.js'
import type { DataVerb } from './data-verb.js'

const HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore'
const FLUSH = 4096
const FORMATS = ['csv', 'parquet', 'arrow'] as const

/** How each format is written. */
const WRITERS: Readonly<Record<(typeof FORMATS)[number], (path: string, rows: StoredBars) => Promise<void>>> =
  {
    csv: writeCsv,
    parquet: writeParquet,
    // Loaded when it is asked for.
    arrow: async (path, rows) => (await import('../../../data/arrow/write-arrow.js')).writeArrow(path, rows),
  }

/** Bars of a range as CSV in Binance's layout, or as Parquet or Arrow with `origin`. */
export const exportVerb: DataVerb = {
  takes: 'SYMBOL',
  help: 'write stored bars to one file, CSV, Parquet or Arrow',
  example:
    'npx tsx run-data.ts export BTCUSDT --interval 1m --from 2024-12-01 --to 2025-01-01 --format parquet',
  flags: ['symbol', 'interval', 'from', 'to', 'format', 'out'],
  async run(given) {
    const series = seriesOf(given)
    const named = given.flags.get('out')
    const format =
      choiceOf(given, 'format', FORMATS) ?? FORMATS.find((one) => named?.endsWith(`.${one}`)) ?? 'csv'
    const [from, to] = [sharedFlag(given, 'from'), sharedFlag(given, 'to')]
    const out = named ?? `${series.symbol}-${series.interval}.${format}`
    if (existsSync(out)) throw new ConfigError(`--out must be a new file, ${out} is there already`)
    const folder = dirname(resolve(out))
    if (!existsSync(folder)) throw new ConfigError(`--out must be in a folder that is there, no ${folder} is`)
    const rows = await openStore(sharedFlag(given, 'store')).read({
      ...series,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    })
    if (rows.bars.length === 0)
      throw new DataError(
        `the range must hold at least one bar of ${series.symbol} ${series.interval}, holds none`,
      )
    const temp = `${resolve(out)}.tmp`
    try {
      await WRITERS[format](temp, rows)
      renameSync(temp, out)
    } finally {
      rmSync(temp, { force: true })
    }
    return {
      text: `${out}  ${formatCount(rows.bars.length, 'bar')} of ${series.symbol} ${series.interval}\n`,
      json: { schema: 'nextbar/data-export@1', ...series, format, file: out, bars: rows.bars.length },
    }
  },
}

/** Numbers are the shortest decimals that read back to the same double; `ignore` holds what Binance writes, 0. */
async function writeCsv(path: string, { bars, closeTimes }: StoredBars): Promise<void> {
  const file = createWriteStream(path, { flags: 'wx' })
  const optional = OPTIONAL_FIELDS.map((field) => bars[field])
  let lines = [HEADER]
  for (let i = 0; i < bars.length; i++) {
    const time = valueAt(bars.openTime, i)
    const cells = [
      time,
      ...FIELDS.map((field) => cellOf(valueAt(bars[field], i))),
      closeTimes.get(time) ?? closeTimeAt(bars, i),
      ...optional.map((column) => cellOf(column?.[i])),
      0,
    ]
    lines.push(cells.join(','))
    if (lines.length < FLUSH && i < bars.length - 1) continue
    if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain')
    lines = []
  }
  file.end()
  await once(file, 'finish')
}

function cellOf(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : plainDecimal(value)
}

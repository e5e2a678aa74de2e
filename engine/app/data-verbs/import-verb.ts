/** `run-data.ts import`: files into the store. Floor 5. */

import { findFiles } from '../../../data/find-files.js'
import { checkColumnKeys } from '../../../data/foreign-header.js'
import { importFile } from '../../../data/import-file.js'
import { openStore } from '../../../data/storage/store.js'
import { PREFERABLE } from '../../../data/storage/unite-bars.js'
import { formatMoment } from '../../../reports/format-moment.js'
import { formatCount } from '../../../reports/format-number.js'
import { ConfigError, DataError } from '../../model/errors.js'
import { toEpochMs } from '../../model/time.js'
import { choiceOf, sharedFlag, symbolOf } from './data-flags.js'
import type { DataVerb } from './data-verb.js'

/** Files into the store: each is stored whole, or not at all. */
export const importVerb: DataVerb = {
  takes: 'FILE…',
  help: 'put files into the store: klines, trades, saved REST pages, Parquet, Arrow',
  example: 'npx tsx run-data.ts import BTCUSDT-1m-2024-12.zip exports/*.parquet --store data/store',
  flags: ['symbol', 'interval', 'columns', 'prefer', 'off-grid'],
  async run(given, hooks) {
    if (given.words.length === 0) throw new ConfigError('import must name at least one file, named none')
    const columns = sharedFlag(given, 'columns')
    if (columns) checkColumnKeys(columns)
    const prefer = choiceOf(given, 'prefer', PREFERABLE)
    const isOffGridSkipped = choiceOf(given, 'off-grid', ['error', 'skip']) === 'skip'
    const store = openStore(sharedFlag(given, 'store'))
    const files = await findFiles(given.words, process.cwd())
    const lines: string[] = []
    const imported = []
    for (const file of files) {
      const parts = await importFile(file, {
        symbol: symbolOf(given),
        interval: sharedFlag(given, 'interval'),
        columns,
        isOffGridSkipped,
        now: Date.now(),
        onShare: (share) => hooks.onProgress(share, 1, file.name),
      })
      const filled = parts.filter(({ rows }) => rows.bars.length > 0)
      if (filled.length === 0)
        throw new DataError(`${file.shown} must hold a bar that has closed, holds none`)
      for (const { rows, what, open, offGrid } of filled) {
        const { symbol, interval, length } = rows.bars
        const report = await store.write(rows, prefer === undefined ? {} : { prefer })
        const { added, changed, same, manifest } = report
        const left = [
          open > 0 ? `${formatCount(open, 'bar')} not closed left out` : '',
          offGrid.length > 0
            ? `${formatCount(offGrid.length, 'row')} off the grid left out, from ${formatMoment(toEpochMs(Math.floor(offGrid[0] ?? 0)))}`
            : '',
        ].filter((text) => text !== '')
        const counts = `${formatCount(added, 'bar')} added, ${changed} changed, ${same} the same`
        lines.push(`${file.name}  ${symbol} ${interval}  ${[counts, ...left].join('; ')}\n`)
        imported.push({
          file: file.name,
          what,
          symbol,
          interval,
          bars: length,
          added,
          changed,
          same,
          open,
          offGrid: offGrid.length,
          sha256: manifest.sha256,
        })
      }
    }
    return { text: lines.join(''), json: { schema: 'nextbar/data-import@1', files: imported } }
  },
}

/**
 * `npm run bench`: every benchmark as tables, or as one JSON document with `--json`. Medians of pieces
 * that run in turn in one process, with the ratio to a bare loop beside them: ratios hold on a noisy
 * machine where single times do not.
 */
import { benchCold, type ColdBench } from './cold.js'
import { benchCsv } from './csv-rows.js'
import { benchIndicators } from './indicators.js'
import { benchReplay } from './replay.js'
import { benchReport } from './report.js'
import { benchStore } from './store.js'
import { benchSweep } from './sweep.js'

const isJson = process.argv.includes('--json')
const say = (text: string): void => {
  if (!isJson) console.log(text)
}
const millions = (perSecond: number): string => `${(perSecond / 1e6).toFixed(1)} M/s`
const row = (...cells: readonly string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(30) : cell.padStart(14))).join('')

const replay = benchReplay()
say(`Replay of ${replay.bars.toLocaleString('en')} bars, columns included\n`)
say(row('', 'bars', 'bare loop', 'times bare'))
for (const { name, barsPerSecond, bareBarsPerSecond, timesBare } of replay.rows) {
  say(row(name, millions(barsPerSecond), millions(bareBarsPerSecond), timesBare.toFixed(2)))
}

const indicators = benchIndicators()
say('\nIndicator columns\n')
say(row('', 'values', 'times t.i.*'))
for (const { name, valuesPerSecond, timesTechnicalIndicators } of indicators) {
  say(row(name, millions(valuesPerSecond), timesTechnicalIndicators?.toFixed(1) ?? ''))
}
say('* how many times faster than the package technicalindicators over the same values')

const csv = benchCsv()
say('\nKline file in memory, twelve columns\n')
say(row('byte parser', millions(csv.rowsPerSecond)))

const store = benchStore()
say(`\nStore of ${store.bars.toLocaleString('en')} bars of 1m, six columns, milliseconds\n`)
say(
  row(
    'import of a CSV file',
    store.importMs.toFixed(0),
    `${(store.bars / store.importMs).toFixed(0)} k rows/s`,
  ),
)
say(row('all bars from the cache', store.cacheMs.toFixed(0)))
say(row('all bars from Parquet', store.parquetMs.toFixed(0)))
say(row('a day from the cache', store.dayMs.toFixed(1)))
say(row('a day from Parquet', store.dayParquetMs.toFixed(1)))

const cold = [525_600, 4_000_000].map((bars) => benchCold({ bars }))
for (const one of cold) printCold(one)

const sweep = await benchSweep()
say(
  `\nSweep of ${sweep.trials.toLocaleString('en')} trials over ${sweep.bars.toLocaleString('en')} bars, ${sweep.workers} threads\n`,
)
say(row('trials a second', sweep.trialsPerSecond.toFixed(1)))
say(row('bars of trials', millions(sweep.barTrialsPerSecond)))
say(row('bars of trials, by processor time*', millions(sweep.barTrialsPerProcessorSecond)))
say(row('times bare', sweep.timesBare.toFixed(2)))
say(row('shared columns, MB', sweep.columnMegabytes.toFixed(0)))
say(row('peak memory, MB', sweep.peakMegabytes.toFixed(0)))
say(
  '* the process’s processor time shared by its threads: what other programs took is left out, what they slowed is not',
)

const report = await benchReport()
say(`\nReport of ${report.bars.toLocaleString('en')} bars\n`)
say(row('drawn, ms', report.drawMs.toFixed(0)))
say(row('size, MB', report.megabytes.toFixed(2)))
say(row('first candles in Chromium, ms', report.firstCandlesMs.toFixed(0)))
say(row('redraw while zooming, ms', report.redrawMs.toFixed(1)))

if (isJson)
  console.log(
    JSON.stringify({ schema: 'nextbar/bench@1', replay, indicators, csv, store, cold, sweep, report }),
  )

function printCold({ bars, product, bare, timesBare }: ColdBench): void {
  say(`\nCold process over ${bars.toLocaleString('en')} bars, milliseconds\n`)
  say(row('', 'nextbar', 'bare'))
  for (const phase of ['startUp', 'load', 'replay', 'audit', 'metrics', 'report', 'write', 'total']) {
    say(row(phase, (product[phase] ?? Number.NaN).toFixed(0), bare[phase]?.toFixed(0) ?? ''))
  }
  say(row('peak memory, MB', (product.peakMegabytes ?? Number.NaN).toFixed(0)))
  say(row('times bare', timesBare.toFixed(2)))
}

/** `run-data.ts resample`: a longer interval from a stored one. Floor 5. */
import { openStore } from '../../../data/storage/store.js'
import { PREFERABLE } from '../../../data/storage/unite-bars.js'
import { formatCount } from '../../../reports/format-number.js'
import { resampleBars } from '../../math/resample.js'
import { BAR_FLAG, BarColumns, barAt, byteAt, OPTIONAL_FIELDS, openTimeAt } from '../../model/bars.js'
import { ConfigError, DataError } from '../../model/errors.js'
import { formatTime, INTERVALS } from '../../model/time.js'
import { choiceOf, seriesOf, sharedFlag } from './data-flags.js'
import type { DataVerb } from './data-verb.js'

/** Bars of a longer interval into the store. */
export const resampleVerb: DataVerb = {
  takes: 'SYMBOL',
  help: 'make bars of a longer interval from stored ones',
  example: 'npx tsx run-data.ts resample BTCUSDT --interval 1m --to 15m',
  flags: ['symbol', 'interval', 'to', 'partial', 'prefer'],
  async run(given, { note }) {
    const series = seriesOf(given)
    const to = choiceOf(given, 'to', INTERVALS)
    if (to === undefined)
      throw new ConfigError('--to must be the longer interval, such as 15m, was not given')
    const isKept = choiceOf(given, 'partial', ['drop', 'keep']) === 'keep'
    const store = openStore(sharedFlag(given, 'store'))
    const { bars } = await store.read(series)
    // Three days are counted as the bars count them that are there already.
    const made = resampleBars(bars, to, store.manifest({ symbol: series.symbol, interval: to })?.from)
    const optional = OPTIONAL_FIELDS.filter((field) => made[field] !== undefined)
    const whole = new BarColumns({ symbol: made.symbol, interval: to, capacity: made.length, optional })
    const partial: string[] = []
    for (let i = 0; i < made.length; i++) {
      const isPartial = (byteAt(made.flags, i) & BAR_FLAG.partial) !== 0
      if (isPartial) partial.push(formatTime(openTimeAt(made, i)))
      // How long the last of its bars was is not known of a longer bar: it counts as closed in time.
      const bar = { ...barAt(made, i), flags: 0 }
      // A bar of which a part is missing is no bar that was traded: what touches it is told in the report.
      if (!isPartial) whole.append(bar)
      else if (isKept) whole.append({ ...bar, origin: 'synthetic' })
    }
    if (whole.length === 0) {
      throw new DataError(
        `no bar of ${to} is whole: ${formatCount(made.length, 'bar')} of ${series.symbol} lack some of ${series.interval}`,
      )
    }
    const prefer = choiceOf(given, 'prefer', PREFERABLE)
    const { added, changed, same, manifest } = await store.write(
      { bars: whole },
      prefer === undefined ? {} : { prefer },
    )
    const left =
      partial.length === 0
        ? ''
        : `; ${formatCount(partial.length, 'partial bar')} ${isKept ? 'kept, with origin synthetic' : 'left out'}`
    for (const time of partial.slice(0, 10)) note(`partial: ${time}`)
    return {
      text: `${series.symbol} ${series.interval} → ${to}  ${formatCount(added, 'bar')} added, ${changed} changed, ${same} the same${left}\n`,
      json: {
        schema: 'nextbar/data-resample@1',
        ...series,
        to,
        added,
        changed,
        same,
        partial,
        isPartialKept: isKept,
        sha256: manifest.sha256,
      },
    }
  },
}

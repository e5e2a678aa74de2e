/** `run-data.ts sample`: bars of the synthetic market into the store. Floor 5. */
import { openStore } from '../../../data/storage/store.js'
import { generateBars, SYNTHETIC_SYMBOL } from '../../../data/synthetic.js'
import { formatCount } from '../../../reports/format-number.js'
import { ConfigError } from '../../model/errors.js'
import { quoted } from '../flag.js'
import { checkSymbol, FLAGS } from '../flag-table.js'
import { sharedFlag, symbolOf } from './data-flags.js'
import type { DataVerb } from './data-verb.js'

/** Made-up bars into the store, with origin `synthetic`. */
export const sampleVerb: DataVerb = {
  takes: '[SYMBOL]',
  help: 'put made-up bars into the store, to try things out',
  example: 'npx tsx run-data.ts sample SAMPLEUSDT --interval 1m --bars 100000 --seed 7',
  flags: ['symbol', 'interval', 'seed', 'bars'],
  async run(given) {
    const [word, extra] = given.words
    if (extra !== undefined) throw new ConfigError(`one symbol may be named, was also ${quoted(extra)}`)
    const symbol = symbolOf(given) ?? checkSymbol(word ?? SYNTHETIC_SYMBOL, 'the symbol')
    const seed = sharedFlag(given, 'seed')
    const count = FLAGS.seed.parse([given.flags.get('bars') ?? '525600'], '--bars')
    const interval = sharedFlag(given, 'interval') ?? '1m'
    const bars = generateBars({ seed, count, interval, symbol: symbol ?? SYNTHETIC_SYMBOL })
    const { added, same, manifest } = await openStore(sharedFlag(given, 'store')).write({ bars })
    return {
      text: `${bars.symbol} ${interval}  ${formatCount(added, 'bar')} added, ${same} the same\n`,
      json: {
        schema: 'nextbar/data-sample@1',
        symbol: bars.symbol,
        interval,
        seed,
        added,
        same,
        sha256: manifest.sha256,
      },
    }
  },
}

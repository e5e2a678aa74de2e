/** What BNB was worth, where `--fee-asset bnb` pays commissions in it: `--bnb-data`, or a symbol of the run. Floor 5. */
import { BNB, type BnbBars } from '../core/market/bnb-fees.js'
import { openTimeAt } from '../model/bars.js'
import { ConfigError, DataError } from '../model/errors.js'
import { formatTime } from '../model/time.js'
import type { Settings } from './flag-table.js'
import { loadData, type RunData, storeNameOf } from './load-data.js'
import type { LoadedRules } from './load-rules.js'
import { bnbPriceOf } from './run-settings.js'

/** BNB's price as it was loaded. */
export interface LoadedBnb {
  /** Undefined where one price stands for all times, or every symbol of the run is BNB's own. */
  readonly bars?: BnbBars
  /** What the manifest says: files by name, the store's series, or a number; null for the run's own bars. */
  readonly given: string | null
  /** What identifies bars that are none of the run's. */
  readonly sha256?: string
}

/**
 * Loads BNB's price; undefined where commissions are not paid in BNB. Throws a ConfigError where nothing says it, a
 * DataError where its bars begin behind the run's or are missing or damaged.
 */
export async function loadBnb(
  settings: Settings,
  symbols: readonly { readonly data: RunData; readonly rules: LoadedRules }[],
): Promise<LoadedBnb | undefined> {
  const [first] = symbols
  if (settings['fee-asset'] !== 'bnb' || !first) return undefined
  const source = settings['bnb-data']
  if (source !== undefined && bnbPriceOf(source) !== undefined) return { given: source }
  const { quoteAsset } = first.rules.rules
  const own = symbols.find(({ rules }) => rules.rules.baseAsset === BNB)
  const isAllOwn = symbols.every(({ rules }) => [rules.rules.baseAsset, quoteAsset].includes(BNB))
  if (source === undefined) {
    if (own) return { bars: own.data.bars, given: null }
    if (isAllOwn) return { given: null }
    throw new ConfigError(
      `--fee-asset bnb must know what BNB is worth in ${quoteAsset}: give --bnb-data with bars of BNB${quoteAsset}, or a price`,
    )
  }
  const loaded = await loadData({
    ...settings,
    data: source.split(','),
    symbol: storeNameOf(source) ? undefined : `${BNB}${quoteAsset}`,
    interval: storeNameOf(source)?.interval,
    columns: undefined,
    from: undefined,
    to: undefined,
  })
  if (loaded.symbol !== `${BNB}${quoteAsset}`) {
    throw new ConfigError(
      `--bnb-data must be of BNB${quoteAsset}, for that is what commissions are paid in, is of ${loaded.symbol}`,
    )
  }
  const start = Math.min(...symbols.map(({ data }) => data.from))
  if (openTimeAt(loaded.bars, 0) > start) {
    throw new DataError(
      `--bnb-data ${source} must begin by ${formatTime(start)}, where the run does, begins at ${formatTime(openTimeAt(loaded.bars, 0))}`,
    )
  }
  return { bars: loaded.bars, given: loaded.sources.join(','), sha256: loaded.hash.text }
}

/** In what two versions of a symbol's rules differ, in the exchange's words. Pure. Floor 3. */
import { formatUnits } from '../../model/money.js'
import type { FurtherFilters, SymbolRules } from '../../model/symbol-rules.js'
import { toSortedJson } from '../ledger/ledger-json.js'

/** One bound that is another now. */
export interface RulesChange {
  readonly name: string
  readonly was: string
  readonly is: string
  /** Whether it is only how much a market order may be at most, which follows the volume and is another every day. */
  readonly isDaily: boolean
}

/** What is compared of rules; where they were read, and in how large units they are booked, is no bound. */
type Bound = Exclude<
  keyof SymbolRules,
  'symbol' | 'source' | 'later' | 'further' | 'priceScale' | 'quantityScale'
>

/** Each bound as the exchange calls it. */
const BOUNDS: Readonly<Record<Bound, string>> = {
  baseAsset: 'baseAsset',
  quoteAsset: 'quoteAsset',
  tickSize: 'PRICE_FILTER tickSize',
  minPrice: 'PRICE_FILTER minPrice',
  maxPrice: 'PRICE_FILTER maxPrice',
  stepSize: 'LOT_SIZE stepSize',
  minQuantity: 'LOT_SIZE minQty',
  maxQuantity: 'LOT_SIZE maxQty',
  marketMinQuantity: 'MARKET_LOT_SIZE minQty',
  marketMaxQuantity: 'MARKET_LOT_SIZE maxQty',
  marketStepSize: 'MARKET_LOT_SIZE stepSize',
  minNotional: 'NOTIONAL minNotional',
  maxNotional: 'NOTIONAL maxNotional',
  applyMinToMarket: 'NOTIONAL applyMinToMarket',
  applyMaxToMarket: 'NOTIONAL applyMaxToMarket',
  bansCancelReplace: 'cancelReplace banned',
}

const FURTHER: Readonly<Record<keyof FurtherFilters, string>> = {
  percentPrice: 'PERCENT_PRICE',
  trailingDelta: 'TRAILING_DELTA',
  maxNumOrders: 'MAX_NUM_ORDERS',
  maxNumAlgoOrders: 'MAX_NUM_ALGO_ORDERS',
  maxPosition: 'MAX_POSITION',
  icebergParts: 'ICEBERG_PARTS',
}

/** The bounds that differ; none where the two demand the same. */
export function rulesChanges(before: SymbolRules, after: SymbolRules): readonly RulesChange[] {
  const changes: RulesChange[] = []
  const compare = (name: string, was: unknown, is: unknown, isDaily = false) => {
    if (toSortedJson(was ?? null) !== toSortedJson(is ?? null))
      changes.push({ name, was: shown(was), is: shown(is), isDaily })
  }
  for (const [key, name] of Object.entries(BOUNDS) as [Bound, string][])
    compare(name, before[key], after[key], key === 'marketMaxQuantity')
  for (const [key, name] of Object.entries(FURTHER) as [keyof FurtherFilters, string][])
    compare(name, before.further?.[key], after.further?.[key])
  return changes
}

/** Changes as one text, each with what it was and what it is. */
export function changesText(changes: readonly RulesChange[]): string {
  return changes.map(({ name, was, is }) => `${name} ${was} → ${is}`).join(', ')
}

function shown(value: unknown): string {
  if (typeof value === 'bigint') return formatUnits(value)
  if (value === undefined) return 'none'
  const text = (_key: string, one: unknown) => (typeof one === 'bigint' ? formatUnits(one) : one)
  return JSON.stringify(value, text).slice(0, 200)
}

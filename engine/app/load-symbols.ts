/** The bars of every symbol of a run: which sources belong to which symbol, and whether they go together. Floor 5. */
import { parseFileName } from '../../data/file-name.js'
import { findFiles } from '../../data/find-files.js'
import { SYNTHETIC_SYMBOL } from '../../data/synthetic.js'
import { ConfigError } from '../model/errors.js'
import { hintFor } from '../model/nearest-name.js'
import type { Settings } from './flag-table.js'
import {
  type DataSettings,
  isSynthetic,
  type LoadProgress,
  loadData,
  type RunData,
  storeNameOf,
} from './load-data.js'
import type { RunSymbolParts } from './run-identity.js'

/** One symbol, and the sources that `--data` names for it. */
interface Group {
  /** Undefined where neither a name nor a flag says it. */
  readonly symbol: string | undefined
  readonly data: string[]
}

/**
 * Loads each symbol's bars, by name. `declared` are the strategy's own symbols, which the sources must be of.
 * Throws a ConfigError on sources that do not go together, and as `loadData` does.
 */
export async function loadSymbols(
  settings: Omit<DataSettings, 'symbol'> & Pick<Settings, 'symbol'>,
  declared: readonly string[] | undefined,
  onProgress?: (progress: LoadProgress) => void,
): Promise<readonly RunData[]> {
  const wanted = settings.symbol.length > 0 ? settings.symbol : (declared ?? [])
  const groups = await groupSources(settings.data, wanted)
  const loaded: RunData[] = []
  for (const [k, { symbol, data }] of groups.entries()) {
    const onShare = ({ done, total }: LoadProgress): void =>
      onProgress?.({ done: k * total + done, total: groups.length * total })
    loaded.push(await loadData({ ...settings, data, symbol }, onShare))
  }
  checkDeclared(loaded, declared)
  return loaded.sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
}

/** The symbols that settings name, by name, without a look at the bars; those that no name tells are left out. */
export async function symbolsAsked(
  settings: Pick<Settings, 'data' | 'symbol'>,
  declared: readonly string[] | undefined,
): Promise<readonly string[]> {
  const wanted = settings.symbol.length > 0 ? settings.symbol : (declared ?? [])
  if (wanted.length > 0) return [...wanted].sort()
  const groups = await groupSources(settings.data, [])
  const named = groups.map(async ({ symbol, data: [source = ''] }) =>
    symbol !== undefined ? [symbol] : isSynthetic(source) ? [SYNTHETIC_SYMBOL] : symbolsOf(source, []),
  )
  return [...new Set((await Promise.all(named)).flat())].filter((symbol) => symbol !== undefined).sort()
}

/**
 * Throws a ConfigError unless the symbols have one interval and one quote asset, and the benchmark is one of
 * them.
 */
export function checkTogether(symbols: readonly RunSymbolParts[], benchmark: string | undefined): void {
  const [first] = symbols
  for (const { data, rules } of symbols) {
    if (first && data.interval !== first.data.interval) {
      throw new ConfigError(
        `the symbols of one run must have one interval, ${first.data.symbol} has ${first.data.interval} and ${data.symbol} ${data.interval}`,
      )
    }
    if (first && rules.rules.quoteAsset !== first.rules.rules.quoteAsset) {
      throw new ConfigError(
        `the symbols of one run must be priced in one asset, ${first.data.symbol} is in ${first.rules.rules.quoteAsset} and ${data.symbol} in ${rules.rules.quoteAsset}`,
      )
    }
  }
  const names = symbols.map(({ data }) => data.symbol)
  if (benchmark !== undefined && !names.includes(benchmark)) {
    throw new ConfigError(
      `--benchmark must be one of the run's symbols ${names.join(', ')}, was ${benchmark}${hintFor(benchmark, names)}`,
    )
  }
}

function checkDeclared(loaded: readonly RunData[], declared: readonly string[] | undefined): void {
  if (declared === undefined) return
  const names = loaded.map(({ symbol }) => symbol)
  if (isSameSet(names, declared)) return
  throw new ConfigError(
    `the strategy trades ${declared.join(', ')}, and the data must be of these, were of ${names.join(', ')}; name each with --data, or take synthetic bars`,
  )
}

async function groupSources(data: readonly string[], wanted: readonly string[]): Promise<readonly Group[]> {
  if (data.every(isSynthetic)) return groupSynthetic(data, wanted)
  if (data.length === 1 && wanted.length < 2) return [{ symbol: wanted[0], data: [...data] }]
  const groups = new Map<string | undefined, string[]>()
  const put = (symbol: string | undefined, source: string): void => {
    groups.set(symbol, [...(groups.get(symbol) ?? []), source])
  }
  for (const source of data) {
    for (const symbol of await symbolsOf(source, wanted)) put(symbol, source)
  }
  const unnamed = groups.get(undefined)
  if (unnamed && groups.size > 1) {
    throw new ConfigError(
      `${unnamed[0]} must say its symbol in its name, as BTCUSDT-1m.csv does, where there are several symbols`,
    )
  }
  const named = [...groups.keys()].filter((symbol) => symbol !== undefined)
  if (wanted.length > 0 && !unnamed && !isSameSet(named, wanted)) {
    throw new ConfigError(
      `--data must be of the symbols ${wanted.join(', ')}, is of ${named.join(', ') || 'none of them'}`,
    )
  }
  return [...groups].map(([symbol, sources]) => ({ symbol: symbol ?? wanted[0], data: sources }))
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one))
}

/** Made-up bars: one source for each symbol, or one seed for all with the next ones behind it. */
function groupSynthetic(data: readonly string[], wanted: readonly string[]): readonly Group[] {
  const names =
    wanted.length > 0
      ? wanted
      : data.map((_, k) => (k === 0 ? SYNTHETIC_SYMBOL : SYNTHETIC_SYMBOL.replace('USDT', `${k + 1}USDT`)))
  const [only = ''] = data
  const sources = data.length === 1 ? names.map((_, k) => nextSeed(only, k)) : data
  if (sources.length !== names.length) {
    throw new ConfigError(
      `--data must name made-up bars once, or once for each of ${names.join(', ')}, named them ${data.length} times`,
    )
  }
  return names.toSorted().map((symbol) => {
    const k = names.indexOf(symbol)
    const isOnly = names.length === 1 && wanted.length === 0
    return { symbol: isOnly ? undefined : symbol, data: [sources[k] ?? ''] }
  })
}

/** `synthetic:1:500` and 2 give `synthetic:3:500`. */
function nextSeed(source: string, by: number): string {
  return by === 0 ? source : source.replace(/^synthetic:(\d+)/, (_, seed) => `synthetic:${Number(seed) + by}`)
}

/** Symbols of a source; what several symbols were asked for narrows a folder down to these. */
async function symbolsOf(
  source: string,
  wanted: readonly string[],
): Promise<readonly (string | undefined)[]> {
  if (isSynthetic(source)) {
    throw new ConfigError('--data must be all made-up bars or none: they do not go together with others')
  }
  const stored = storeNameOf(source)
  if (stored) return [stored.symbol]
  const named = [...(await namedSymbols(source))]
  if (named.length < 2) return named.length === 0 ? [undefined] : named
  // Without a choice the loader refuses it: one source is of one symbol.
  if (wanted.length === 0) return [undefined]
  return named.filter((symbol) => wanted.includes(symbol))
}

async function namedSymbols(source: string): Promise<ReadonlySet<string>> {
  const files = await findFiles([source], process.cwd())
  return new Set(files.flatMap(({ name }) => parseFileName(name)?.symbol ?? []))
}

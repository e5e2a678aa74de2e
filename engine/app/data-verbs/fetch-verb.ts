/** `run-data.ts fetch`: bars or trades from Binance's archives and REST. Floor 5. */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ArchiveClient } from '../../../data/fetch/archive-client.js'
import { fetchKlines } from '../../../data/fetch/fetch-klines.js'
import { fetchTrades } from '../../../data/fetch/fetch-trades.js'
import { openStore } from '../../../data/storage/store.js'
import { PREFERABLE } from '../../../data/storage/unite-bars.js'
import { writeWholeFile } from '../../../data/storage/whole-file.js'
import { formatMoment } from '../../../reports/format-moment.js'
import { formatCount } from '../../../reports/format-number.js'
import { ConfigError, DataError } from '../../model/errors.js'
import { toEpochMs } from '../../model/time.js'
import { DOCUMENTED_LIMITS } from '../../venue/limit-windows.js'
import { Limiter } from '../../venue/limiter.js'
import { exchangeCodeOf, PublicRest } from '../../venue/public-rest.js'
import { checkSymbol } from '../flag-table.js'
import { choiceOf, type DataWords, sharedFlag } from './data-flags.js'
import type { DataHooks, DataResult, DataVerb } from './data-verb.js'

const ARCHIVE_URL = 'https://data.binance.vision'
const REST_URL = 'https://data-api.binance.vision'
/** Binance Spot opened on 2017-07-14. */
const BEGINNING = Date.UTC(2017, 6, 14)
const UNKNOWN_SYMBOL = -1121

/** Bars into the store; what is there already is not fetched again. */
export const fetchVerb: DataVerb = {
  takes: 'SYMBOL…',
  help: 'bring bars, or trades as files, from Binance: archives with checksums, then REST; goes on where it was cut off',
  example: 'npx tsx run-data.ts fetch BTCUSDT ETHUSDT --interval 1m --from 2024-01-01 --to 2024-07-01',
  flags: ['interval', 'from', 'to', 'kind', 'prefer', 'bad-archive', 'archive-url', 'rest-url'],
  async run(given, hooks) {
    const symbols = given.words.map((word) => checkSymbol(word, 'the symbol'))
    if (symbols.length === 0) throw new ConfigError('a symbol must be named, such as BTCUSDT, was none')
    const kind = choiceOf(given, 'kind', ['klines', 'aggTrades']) ?? 'klines'
    const range = rangeOf(given)
    const sources = openSources(given, hooks)
    const results: DataResult[] = []
    try {
      for (const symbol of new Set(symbols)) {
        await keepExchangeInfo(sources.rest, symbol, sharedFlag(given, 'store'), hooks)
        const wanted = { symbol, ...range }
        results.push(
          kind === 'klines'
            ? await fetchBars(wanted, given, { ...sources, hooks })
            : await fetchFiles(wanted, given, { ...sources, hooks }),
        )
      }
    } finally {
      await sources.archives.close()
      await sources.rest.close()
    }
    return {
      text: results.map(({ text }) => text).join(''),
      json: {
        schema: 'nextbar/data-fetch@1',
        series: results.map(({ json: { schema: _, ...rest } }) => rest),
      },
    }
  },
}

interface Range {
  readonly from: number
  readonly to: number
}

interface Sources {
  readonly archives: ArchiveClient
  readonly rest: PublicRest
}

function rangeOf(given: DataWords): Range {
  const from = sharedFlag(given, 'from') ?? BEGINNING
  const to = sharedFlag(given, 'to') ?? Date.now()
  if (from < to) return { from, to }
  throw new ConfigError(`--from must be before --to, was ${moment(from)} and ${moment(to)}`)
}

/** Live sessions on the same address need theirs. */
const SHARE_OF_LIMITS = 0.5
/** Shorter waits are not worth a line. */
const LONG_WAIT_MS = 5000

function openSources({ flags }: DataWords, { note }: DataHooks): Sources {
  const sleep = async (ms: number): Promise<void> => {
    if (ms > LONG_WAIT_MS) note(`waiting for ${Math.ceil(ms / 1000)} s, within the exchange's limits`)
    await setTimeout(ms)
  }
  const limits = DOCUMENTED_LIMITS.map((one) => ({ ...one, limit: Math.floor(one.limit * SHARE_OF_LIMITS) }))
  const limiter = new Limiter({ limits, now: Date.now, sleep })
  return {
    archives: new ArchiveClient({
      url: urlOf(flags.get('archive-url') ?? ARCHIVE_URL, '--archive-url'),
      sleep,
    }),
    rest: new PublicRest({ url: urlOf(flags.get('rest-url') ?? REST_URL, '--rest-url'), limiter, sleep }),
  }
}

function urlOf(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLoopback = url !== undefined && /^(localhost|127\.|\[::1\])/.test(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return text
  throw new ConfigError(`${name} must be an https address, or http on this machine, was ${text}`)
}

/** Today's rules of the symbol beside its bars, one file a day. */
async function keepExchangeInfo(
  rest: PublicRest,
  symbol: string,
  store: string,
  { note }: DataHooks,
): Promise<void> {
  try {
    const text = await rest.exchangeInfo(symbol)
    const day = new Date(await rest.time()).toISOString().slice(0, 10)
    writeWholeFile(join(store, symbol, 'exchangeInfo', `${day}.json`), text)
  } catch (error) {
    if (exchangeCodeOf(error) !== UNKNOWN_SYMBOL) throw error
    note(`${symbol}: the exchange has no rules for it today`)
  }
}

async function fetchBars(
  { symbol, from, to }: Range & { readonly symbol: string },
  given: DataWords,
  { archives, rest, hooks }: Sources & { readonly hooks: DataHooks },
): Promise<DataResult> {
  const interval = sharedFlag(given, 'interval') ?? '1m'
  const store = openStore(sharedFlag(given, 'store'))
  const prefer = choiceOf(given, 'prefer', PREFERABLE) ?? 'archive'
  const skipsBadArchives = choiceOf(given, 'bad-archive', ['error', 'skip']) === 'skip'
  const { onProgress, note } = hooks
  const parts = { store, archives, rest, prefer, skipsBadArchives, onProgress, note }
  const report = await fetchKlines({ symbol, interval, from, to }, parts)
  const manifest = store.manifest({ symbol, interval })
  if (!manifest) {
    throw new DataError(
      `${symbol} ${interval} must have bars from ${moment(from)} to ${moment(to)}, neither the archives nor the exchange have any${report.since === undefined ? '' : `: its first is of ${moment(report.since)}`}`,
    )
  }
  const { added, changed, same, archives: files, pages, offGrid, refused } = report
  const source = `${formatCount(files, 'archive')}, ${formatCount(pages, 'page')} from REST`
  const left = refused.length === 0 ? '' : `; ${formatCount(refused.length, 'archive')} refused`
  const held = `${formatCount(manifest.rows, 'bar')} from ${moment(manifest.from)} to ${moment(manifest.to)}`
  return {
    text: `${symbol} ${interval}  ${formatCount(added, 'bar')} added, ${changed} changed, ${same} the same (${source}${left}); the store holds ${held}\n`,
    json: {
      ...{
        schema: '',
        kind: 'klines',
        symbol,
        interval,
        added,
        changed,
        same,
        archives: files,
        pages,
        offGrid,
        refused,
      },
      sha256: manifest.sha256,
    },
  }
}

function moment(time: number): string {
  return formatMoment(toEpochMs(time))
}

async function fetchFiles(
  wanted: Range & { readonly symbol: string },
  given: DataWords,
  { archives, rest, hooks }: Sources & { readonly hooks: DataHooks },
): Promise<DataResult> {
  const parts = { store: sharedFlag(given, 'store'), archives, rest, ...hooks }
  const { folder, files, added } = await fetchTrades(wanted, parts)
  return {
    text: `${wanted.symbol} aggTrades  ${formatCount(files.length, 'file')} in ${folder}, ${added} of them new\n`,
    json: { schema: '', kind: 'aggTrades', symbol: wanted.symbol, folder, files, added },
  }
}

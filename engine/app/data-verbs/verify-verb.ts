/** `run-data.ts verify`: what is stored against what must hold. Floor 5. */
import { openStore, type Series, type Store, type StoreManifest } from '../../../data/storage/store.js'
import { type CrossCheck, crossCheck, FINDINGS, type Finding, verifyBars } from '../../../data/verify-bars.js'
import { formatCount } from '../../../reports/format-number.js'
import { canResample } from '../../math/bucket.js'
import { resampleBars } from '../../math/resample.js'
import { BAR_FLAG, type Bars, byteAt } from '../../model/bars.js'
import { DataError, NextbarError } from '../../model/errors.js'
import { type Interval, intervalMs, nextOpenTime } from '../../model/time.js'
import type { Paint } from '../paint.js'
import { coverageStrip, type Stretch } from './coverage-strip.js'
import { sharedFlag } from './data-flags.js'
import type { DataVerb } from './data-verb.js'

/** A series that was looked at. */
interface Verified {
  readonly series: Series
  /** Undefined where it is damaged. */
  readonly manifest: StoreManifest | undefined
  /** Why its files cannot be believed; undefined when they can. */
  readonly damage: string | undefined
  readonly findings: readonly Finding[]
  readonly checks: readonly (CrossCheck & { readonly from: Interval })[]
  /** Files that are named as months and are none. */
  readonly strays: readonly string[]
  /** What of bars that closed early was lost. */
  readonly lost: readonly Stretch[]
}

/** Reads every file, not the cache, and looks at every bar. Exit code 3 when a fault was found. */
export const verifyVerb: DataVerb = {
  takes: '[SYMBOL…]',
  help: 'read every file and check every bar, and intervals against each other',
  example: 'npx tsx run-data.ts verify BTCUSDT',
  flags: ['interval'],
  async run(given, { paint, onProgress }) {
    const store = openStore(sharedFlag(given, 'store'))
    const interval = sharedFlag(given, 'interval')
    const wanted = store
      .series()
      .filter(
        (one) =>
          (given.words.length === 0 || given.words.includes(one.symbol)) &&
          (interval === undefined || one.interval === interval),
      )
    const missing = given.words.find((symbol) => !wanted.some((one) => one.symbol === symbol))
    if (missing !== undefined || wanted.length === 0) {
      throw new DataError(
        `the store ${store.folder} must hold ${missing ?? 'bars'}${interval === undefined ? '' : ` ${interval}`}, does not`,
      )
    }
    const verified: Verified[] = []
    for (const [i, series] of wanted.entries()) {
      onProgress(i, wanted.length, `${series.symbol} ${series.interval}`)
      verified.push(await verifySeries(store, series))
    }
    const isFaulty = verified.some(isWrong)
    return {
      text: verified.map((one) => textOf(one, paint)).join(''),
      json: {
        schema: 'nextbar/data-verify@1',
        isSound: !isFaulty,
        series: verified.map(({ series, manifest, damage, strays, findings, checks }) => ({
          symbol: series.symbol,
          interval: series.interval,
          bars: manifest?.rows ?? null,
          sha256: manifest?.sha256 ?? null,
          damage: damage ?? null,
          strays,
          findings: findings.map(({ kind, count, examples }) => ({
            kind,
            isFault: FINDINGS[kind].isFault,
            count,
            examples,
          })),
          crossChecks: checks.map(({ from, compared, same, lacking, examples }) => ({
            from,
            compared,
            same,
            lacking,
            examples,
          })),
        })),
      },
      exitCode: isFaulty ? 3 : 0,
    }
  },
}

function isWrong({ damage, strays, findings }: Verified): boolean {
  return damage !== undefined || strays.length > 0 || findings.some(({ kind }) => FINDINGS[kind].isFault)
}

async function verifySeries(store: Store, series: Series): Promise<Verified> {
  let manifest: StoreManifest | undefined
  try {
    const rows = await store.read({ ...series, isFromFiles: true })
    manifest = rows.manifest
    const finer = store
      .series()
      .filter((one) => one.symbol === series.symbol && canResample(one.interval, series.interval))
      .sort((a, b) => intervalMs(b.interval) - intervalMs(a.interval))
    const checks = []
    for (const { symbol, interval } of finer) {
      const bars = await finerBars(store, { symbol, interval })
      if (!bars) continue
      const made = resampleBars(bars, series.interval, manifest.from)
      const isWhole = (i: number): boolean => (byteAt(made.flags, i) & BAR_FLAG.partial) === 0
      const check = { from: interval, ...crossCheck(rows.bars, made, isWhole) }
      if (check.compared + check.lacking > 0) checks.push(check)
    }
    const lost = [...rows.closeTimes].map(([time, close]) => ({
      from: close + 1,
      to: nextOpenTime(time, series.interval),
    }))
    const strays = store.strays(series)
    return { series, manifest, damage: undefined, strays, findings: verifyBars(rows), checks, lost }
  } catch (error) {
    if (!(error instanceof NextbarError)) throw error
    return {
      ...{ series, manifest: manifest ?? manifestOf(store, series), damage: error.message },
      ...{ strays: [], findings: [], checks: [], lost: [] },
    }
  }
}

/** Undefined where it is damaged. */
function manifestOf(store: Store, series: Series): StoreManifest | undefined {
  try {
    return store.manifest(series)
  } catch (error) {
    if (!(error instanceof NextbarError)) throw error
    return undefined
  }
}

/** Bars to make longer ones of; undefined where they are damaged, which their own series says. */
async function finerBars(store: Store, series: Series): Promise<Bars | undefined> {
  try {
    return (await store.read(series)).bars
  } catch (error) {
    if (!(error instanceof NextbarError)) throw error
    return undefined
  }
}

function textOf(one: Verified, paint: Paint): string {
  const { series, manifest, damage, strays, findings, checks, lost } = one
  const verdict = isWrong(one) ? paint('loss', 'faulty') : paint('gain', 'sound')
  const lines = [
    `${series.symbol} ${series.interval}  ${manifest ? `${formatCount(manifest.rows, 'bar')}  ` : ''}${verdict}`,
    ...(manifest ? [`  ${paint('quiet', coverageStrip(manifest, lost))}`] : []),
    ...(damage === undefined ? [] : [`  ! ${damage}`]),
    ...strays.map(
      (name) => `  ! ${name} is in the folder and not in the manifest: import it or take it away`,
    ),
  ]
  for (const { kind, count, examples } of findings) {
    lines.push(`  ${FINDINGS[kind].isFault ? '!' : '·'} ${count} × ${FINDINGS[kind].says}`)
    for (const example of examples) lines.push(paint('quiet', `      ${example}`))
    if (count > examples.length) lines.push(paint('quiet', `      and ${count - examples.length} more`))
  }
  for (const { from, compared, same, lacking, examples } of checks) {
    const lacks = lacking === 0 ? '' : `, ${lacking} only there`
    lines.push(
      `  ${same === compared && lacking === 0 ? '=' : '≠'} ${same} of ${compared} as made of ${from}${lacks}`,
    )
    for (const example of examples) lines.push(paint('quiet', `      ${example}`))
  }
  return lines.map((line) => `${line}\n`).join('')
}

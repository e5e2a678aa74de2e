/** `run-promote.ts calibrate`: alpha from a session's own fills, and the run priced again with it. Floor 5. */
import { basename, dirname, join, resolve } from 'node:path'
import { formatFixed, formatPercent } from '../../../reports/format-number.js'
import { runMetrics } from '../../math/metrics/run-metrics.js'
import { ConfigError } from '../../model/errors.js'
import {
  type Calibration,
  calibrateAlpha,
  FEW_ORDERS,
  type SlippageGroup,
} from '../../promote/calibrate-alpha.js'
import { slippageSamples } from '../../promote/slippage-samples.js'
import { FLAGS } from '../flag-table.js'
import { MANIFEST, readManifest } from '../manifest.js'
import { textTable } from '../report/text-table.js'
import { findParts } from '../reproduce.js'
import { runnerOf } from '../run-setup.js'
import type { Found } from './found.js'
import { needed, type PromoteWords } from './promote-words.js'
import { readState } from './session-record.js'

const KEYS = ['net_return', 'net_profit', 'slippage', 'fees', 'sharpe', 'trades'] as const

/** A run at its own alpha and at the proposed one. */
interface Repriced {
  readonly runId: string
  readonly own: Priced
  readonly proposed: Priced
}

interface Priced {
  readonly alpha: number
  readonly values: Readonly<Record<(typeof KEYS)[number], number>>
}

/** Calibrates; with `--run` prices that run again. */
export async function calibrateVerb(words: PromoteWords): Promise<Found> {
  const { given } = words
  const state = needed(words, 'state')
  const record = readState(state)
  const calibration = calibrateAlpha(slippageSamples(record), seedOf(given.get('seed') ?? '1'))
  const run = given.get('run')
  const repriced =
    run === undefined || calibration.proposed === undefined
      ? undefined
      : await reprice(run, calibration.proposed, words)
  const { strategy, mode, settings } = record.genesis
  return {
    text: calibrationText(calibration, { of: `${strategy.name} ${mode}`, alpha: settings.alpha, repriced }),
    json: {
      ...{ schema: 'nextbar/calibration@1', state, strategy: strategy.name, mode, alpha: settings.alpha },
      ...{ ...calibration, proposed: calibration.proposed ?? null, repriced: repriced ?? null },
    },
    isWell: true,
  }
}

function seedOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new ConfigError(`--seed must be a whole number from 0 on, was ${text}`)
}

async function reprice(run: string, alpha: number, { given }: PromoteWords): Promise<Repriced> {
  const path = basename(run) === MANIFEST ? run : join(run, MANIFEST)
  const manifest = readManifest(path)
  const data = given.get('data')
  const folders = [...(data === undefined ? [] : [data]), dirname(path), '.'].map((one) => resolve(one))
  const store = given.get('store') ?? FLAGS.store.default
  const parts = await findParts(manifest, folders, { isTrusted: given.has('trust'), store, hooks: {} })
  const rerun = runnerOf(parts)
  const pricedAt = (own: number): Priced => {
    const { values } = runMetrics(
      rerun((setup) => ({ ...setup, settings: { ...setup.settings, alpha: own } })),
    )
    const { net_return, net_profit, slippage, fees, sharpe, trades } = values
    return { alpha: own, values: { net_return, net_profit, slippage, fees, sharpe, trades } }
  }
  return { runId: manifest.runId, own: pricedAt(parts.settings.alpha), proposed: pricedAt(alpha) }
}

function calibrationText(
  { byType, byHour, market, proposed }: Calibration,
  {
    of,
    alpha,
    repriced,
  }: { readonly of: string; readonly alpha: number; readonly repriced: Repriced | undefined },
): string {
  const shown = (head: string, groups: readonly SlippageGroup[]) =>
    table([head, 'orders', 'mean', '95 % from', 'to'], groups.map(groupRow))
  const few = market.orders < FEW_ORDERS ? `; ${market.orders} orders are few, wait for ${FEW_ORDERS}` : ''
  return [
    `slippage of ${of} in units of ATR, against the open of the bar that filled; above 0 is against the trader\n`,
    shown('type', byType),
    byHour.length === 0 ? '' : `at market, by hour (UTC)\n${shown('hour', byHour)}`,
    proposed === undefined
      ? 'no order at market: nothing is proposed\n'
      : `proposed  --alpha ${formatFixed(proposed, 4)}, from ${formatFixed(market.low, 4)} to ${formatFixed(market.high, 4)}; the session's model has ${alpha}${few}\n`,
    repriced === undefined ? '' : repricedText(repriced),
  ].join('')
}

function groupRow({ name, orders, mean, low, high }: SlippageGroup): readonly string[] {
  return [
    name,
    String(orders),
    ...[mean, low, high].map((one) => (Number.isNaN(one) ? '–' : formatFixed(one, 4))),
  ]
}

function repricedText({ runId, own, proposed }: Repriced): string {
  const value = (key: (typeof KEYS)[number], number: number) =>
    Number.isNaN(number)
      ? '–'
      : key === 'net_return'
        ? formatPercent(number)
        : formatFixed(number, key === 'trades' ? 0 : 2)
  return `run ${runId} priced again\n${table(
    ['', `alpha ${formatFixed(own.alpha, 4)}`, `alpha ${formatFixed(proposed.alpha, 4)}`],
    KEYS.map((key) => [key, value(key, own.values[key]), value(key, proposed.values[key])]),
  )}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return textTable({ head, rows, numbers: head.map((_, k) => k).slice(1), paint: (_, text) => text })
}

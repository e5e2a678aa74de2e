/** `run-promote.ts divergence`: live less replayed in parts, in the terminal, as JSON and as a page. Floor 5. */
import { basename, join } from 'node:path'
import { renderDivergencePage } from '../../../reports/divergence-page.js'
import { drawingStarted } from '../../../reports/draw-chart.js'
import { AlertSender, type AlertTarget } from '../../live/operations/alert-sender.js'
import type { Bars } from '../../model/bars.js'
import { formatUnits, type Units } from '../../model/money.js'
import { type BandAlert, bandAlerts } from '../../promote/divergence/band-alerts.js'
import {
  DEFAULT_BANDS,
  DIVERGENCE_PARTS,
  type DivergenceBands,
  PART_NAMES,
  toBands,
} from '../../promote/divergence/divergence-parts.js'
import {
  type Divergence,
  type DivergenceSpan,
  measureDivergence,
} from '../../promote/divergence/measure-divergence.js'
import type { SessionRecord } from '../../promote/read-record.js'
import { readTable } from '../config-file.js'
import { alertTargets } from '../live/alert-target.js'
import { LIVE_FLAGS } from '../live/live-flags.js'
import { loadSymbols } from '../load-symbols.js'
import { textTable } from '../report/text-table.js'
import { writePage } from '../report/write-page.js'
import { resolveSettings } from '../resolve-settings.js'
import type { Found, PromoteHost } from './found.js'
import { needed, type PromoteWords } from './promote-words.js'
import { loadRecord } from './session-record.js'

/** Measures, and writes the page. All is well when every part stayed within its band. */
export async function divergenceVerb(words: PromoteWords, host: PromoteHost): Promise<Found> {
  const { given } = words
  const targets = alertTargets(
    LIVE_FLAGS['alert-format'].parse([given.get('alert-format') ?? 'generic'], '--alert-format'),
    host.environment,
  )
  const state = needed(words, 'state')
  const file = given.get('bands')
  const bands = file === undefined ? DEFAULT_BANDS : toBands(readTable(file, '--bands'), basename(file))
  const { record, code } = await loadRecord(state, {
    asked: given.get('strategy'),
    isTrusted: given.has('trust'),
  })
  const data = given.get('data')
  const divergence = measureDivergence(
    record,
    code,
    data === undefined ? undefined : await truthOf(record, data),
  )
  const { cash } = record.genesis.settings
  const alerts = bandAlerts(divergence, bands, cash)
  const path = given.get('out') ?? join(state, 'divergence.html')
  const page = pageOf(record, divergence, { bands, alerts, cash })
  writePage(path, await renderDivergencePage(page))
  await drawingStarted()
  for (const target of targets) await sendAlerts(page.alerts, record, { target, warn: host.warn })
  return {
    text: divergenceText(page, divergence, path),
    json: {
      ...{
        schema: 'nextbar/divergence@1',
        state,
        strategy: page.strategy,
        mode: page.mode,
        symbols: page.symbols,
      },
      ...{ quoteAsset: page.quoteAsset, head: record.head, fills: divergence.fills, bands },
      ...{ days: divergence.days.map(spanJson), total: spanJson(divergence.total) },
      alerts: alerts.map(({ amount, band, ...rest }) => ({
        ...rest,
        ...{ amount: formatUnits(amount), band: formatUnits(band) },
      })),
      page: path,
    },
    isWell: alerts.length === 0,
  }
}

/** Tells one channel of each part that left its band; `warn` is told what did not arrive. */
async function sendAlerts(
  texts: readonly string[],
  { genesis, head }: SessionRecord,
  { target, warn }: { readonly target: AlertTarget; readonly warn: PromoteHost['warn'] },
): Promise<void> {
  const { mode, strategy } = genesis
  const symbols = genesis.symbols.map(({ symbol }) => symbol)
  const origin = { mode, strategy: strategy.name, symbols, head: () => head }
  const sender = new AlertSender(target, origin, (alert, fault) => {
    if (fault !== undefined) warn(`an alert did not arrive (${fault}): ${alert.text}`)
  })
  for (const text of texts)
    sender.send({
      key: `divergence ${text.slice(0, 40)}`,
      severity: 'ticket',
      text: `divergence ${text}`,
      isResolved: false,
    })
  await sender.close()
}

/** The bars that count as true, in the order of the record's symbols. */
async function truthOf({ genesis }: SessionRecord, data: string): Promise<readonly Bars[]> {
  const { settings } = resolveSettings([])
  const symbol = genesis.symbols.map((one) => one.symbol)
  const { interval } = genesis
  return (await loadSymbols({ ...settings, data: [data], symbol, interval }, undefined)).map(
    ({ bars }) => bars,
  )
}

function spanJson({ day, live, replayed, parts }: DivergenceSpan) {
  return {
    ...(day !== '' && { day }),
    ...{ live: formatUnits(live), replayed: formatUnits(replayed), difference: formatUnits(live - replayed) },
    parts: Object.fromEntries(PART_NAMES.map((name) => [name, formatUnits(parts[name])])),
  }
}

function pageOf(
  { genesis, head }: SessionRecord,
  { days, total }: Divergence,
  {
    alerts,
    bands,
    cash,
  }: { readonly alerts: readonly BandAlert[]; readonly bands: DivergenceBands; readonly cash: Units },
) {
  const quoteAsset = genesis.symbols[0]?.rules.quoteAsset ?? ''
  const dayOf = ({ day, live, replayed, parts }: DivergenceSpan) => ({
    ...{
      day,
      live: formatUnits(live),
      replayed: formatUnits(replayed),
      difference: formatUnits(live - replayed),
    },
    amounts: PART_NAMES.map((name) => formatUnits(parts[name])),
  })
  const bandOf = (share: number) => formatUnits((cash * BigInt(Math.round(share * 1e8))) / 100_000_000n)
  return {
    ...{ strategy: genesis.strategy.name, mode: genesis.mode, quoteAsset },
    symbols: genesis.symbols.map(({ symbol }) => symbol),
    head: `${head.seq} ${head.hash.slice(0, 16)}`,
    parts: PART_NAMES.map((name) => ({ name, meaning: DIVERGENCE_PARTS[name], band: bandOf(bands[name]) })),
    days: days.map(dayOf),
    total: dayOf(total),
    alerts: alerts.map(
      ({ day, part, amount, band }) =>
        `${day}: ${part} ${formatUnits(amount)} ${quoteAsset} is outside ±${formatUnits(band)}`,
    ),
  }
}

function divergenceText(
  { strategy, mode, symbols, quoteAsset, days, total, alerts }: ReturnType<typeof pageOf>,
  { fills }: Divergence,
  path: string,
): string {
  const all = [...days, { ...total, day: 'all' }]
  const shown = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    textTable({ head, rows, numbers: head.map((_, k) => k).slice(1), paint: (_, text) => text }).trimEnd()
  return `${[
    `divergence of ${strategy} ${mode} on ${symbols.join(', ')}, in ${quoteAsset}: ${fills.live} fills, ${fills.replayed} in the replay`,
    '',
    shown(
      ['day', 'live', 'replayed', 'live − replayed'],
      all.map((one) => [one.day, one.live, one.replayed, one.difference]),
    ),
    '',
    'made of, to the last unit:',
    shown(
      ['day', ...PART_NAMES],
      all.map(({ day, amounts }) => [day, ...amounts]),
    ),
    '',
    ...(alerts.length === 0 ? ['every part stayed within its band'] : alerts.map((one) => `ALERT ${one}`)),
    `page      ${path}`,
  ].join('\n')}\n`
}

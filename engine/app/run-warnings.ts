/**
 * What a reader must know before believing a run's numbers, in words. They are made from the run's own
 * inputs and outputs alone, so that the same run always carries the same ones. Floor 5.
 */
import { formatMoment } from '../../reports/format-moment.js'
import { formatCount, formatFixed, formatPercent } from '../../reports/format-number.js'
import { daysOf } from '../../reports/print-metric.js'
import { bnbPayments } from '../math/metrics/bnb-payments.js'
import { costsOf } from '../math/metrics/costs.js'
import { type Provenance, provenanceOf } from '../math/metrics/provenance.js'
import type { Metrics } from '../math/metrics/run-metrics.js'
import { formatUnits, toNumber } from '../model/money.js'
import type { RunResult } from '../model/run-result.js'
import { type Interval, intervalMs } from '../model/time.js'
import { FLAGS } from './flag-table.js'
import { isSynthetic } from './load-data.js'
import { firstOf, type RunParts } from './run-identity.js'

const FEW_TRADES = 30
const TOP_TRADES = 5
const LITTLE_EXPOSURE = 0.01
const SURE = 0.95
const SHOWN_GAPS = 3
const HIDDEN_DAYS = 30
const GREY_DAYS = 90

/** The warnings of a run, each a sentence, the ones that touch every number first. */
export function runWarnings(
  parts: Pick<RunParts, 'symbols' | 'settings'>,
  result: RunResult,
  metrics: Metrics,
): readonly string[] {
  const { values } = metrics
  const days = daysOf(result)
  const { first, end, firstCall, trades } = result
  const guessed = parts.symbols.flatMap(({ data, rules }) => (rules.isGuess ? [data.symbol] : []))
  const gaps = parts.symbols.reduce((sum, { data }) => sum + data.gaps, 0)
  const count = end - first
  const warnings = [
    guessed.length > 0 &&
      `No exchange rules are known for ${guessed.join(', ')}: tick and step are 1e−8 and there is no minimum; pass --rules.`,
    gaps > 0 && `The data have ${formatCount(gaps, 'gap')} in the range; ${gapsBecome(parts.settings.gaps)}.`,
    ...provenanceWarnings(parts.symbols, metrics.provenance ?? provenanceOf(result)),
    firstCall >= end
      ? `The strategy was never called: ${formatCount(count, 'bar')} are fewer than its warm-up needs.`
      : firstCall > first &&
        `The warm-up took the first ${formatCount(firstCall - first, 'bar')} of ${formatFixed(count, 0)}: the strategy was first called after them.`,
    days < HIDDEN_DAYS
      ? `Only ${formatCount(Math.floor(days), 'day')}: figures a year are hidden below ${HIDDEN_DAYS}.`
      : days < GREY_DAYS &&
        `Only ${formatCount(Math.floor(days), 'day')}: figures a year are rough below ${GREY_DAYS}.`,
    // Without one, what is missing is said by other warnings.
    trades.length > 0 &&
      trades.length < FEW_TRADES &&
      `Fewer than ${FEW_TRADES} trades (${trades.length}): figures about trades are rough.`,
    topShare(result) > 0.5 &&
      `More than half of the winning trades' profit (${formatPercent(topShare(result), 0)}) comes from the best ${TOP_TRADES} trades.`,
    result.hasOpenTrade && 'A trade is open at the end: it counts in equity and in no figure about trades.',
    firstCall < end && exposureDoubt(values.exposure),
    sharpeDoubt(values.psr),
    slippageDoubt(result),
    values.outside_bar_share > 0 &&
      `${formatPercent(values.outside_bar_share, 1)} of the fills are priced outside their bar's low..high; --clamp bar keeps them inside.`,
    insideBarsDoubt(metrics, result),
    ...dustWarnings(result),
    bnbDoubt(result),
    oldRulesDoubt(parts),
    ...rulesByDay(parts),
    values.rejected > 0 &&
      `${formatCount(values.rejected, 'order')} of ${formatFixed(values.orders, 0)} were rejected${rejectionReasons(result)}.`,
    isPostTooShort(parts) &&
      `The post timeout is shorter than a ${symbolsInterval(parts)} bar: every posted order counts as unfilled.`,
    hasDefaultFees(parts.settings) &&
      `The fees are the defaults (maker ${formatPercent(FLAGS['maker-fee'].default)}, taker ${formatPercent(FLAGS['taker-fee'].default)}); yours depend on your account.`,
  ]
  return warnings.filter((warning) => typeof warning === 'string')
}

/** Most reasons of rejections that are named. */
const SHOWN_REASONS = 3

/** What the result rests on beside original bars. That the generator's bars are made up goes without saying. */
function provenanceWarnings(
  symbols: RunParts['symbols'],
  { unoriginalShare, byOrigin, heldGaps }: Provenance,
): readonly (string | false)[] {
  const shares = [...byOrigin].map(([origin, share]) => `${origin} ${formatPercent(share, 1)}`)
  const shown = heldGaps
    .slice(0, SHOWN_GAPS)
    .map(
      ({ symbol, from, to, missing }) =>
        `${symbols.length > 1 ? `${symbol} ` : ''}${formatMoment(from)} to ${formatMoment(to)} (${formatCount(missing, 'bar')})`,
    )
  const more =
    heldGaps.length > SHOWN_GAPS ? ` and ${heldGaps.length - SHOWN_GAPS} more (the report lists each)` : ''
  return [
    unoriginalShare > 0 &&
      !symbols.some(({ data }) => data.sources.some(isSynthetic)) &&
      `${formatPercent(unoriginalShare, 1)} of the profit and loss, without signs, was made in bars that are not as the exchange gave them (${shares.join(', ')}).`,
    heldGaps.length > 0 &&
      `${formatCount(heldGaps.length, 'gap')} fell into a position: ${shown.join(', ')}${more}.`,
  ]
}

function gapsBecome(gaps: RunParts['settings']['gaps']): string {
  return gaps === 'flat' ? 'flat bars stand for what is missing' : 'the next bar that is there fills'
}

/** Share of the winning trades' profit that the best ones made, a fraction; 0 where all are the best. */
function topShare({ trades }: RunResult): number {
  const wins = trades.map((trade) => trade.net).filter((net) => net > 0n)
  if (wins.length <= TOP_TRADES) return 0
  wins.sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))
  const sum = (nets: readonly bigint[]): number => Number(nets.reduce((total, net) => total + net, 0n))
  return sum(wins.slice(0, TOP_TRADES)) / sum(wins)
}

/** Why orders were rejected, the most frequent reasons with their counts. */
function rejectionReasons({ orders }: RunResult): string {
  const counts = new Map<string, number>()
  for (const { status, reason } of orders) {
    if (status === 'REJECTED') counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  const told = [...counts]
    .filter(([reason]) => reason !== '')
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${formatFixed(count, 0)}`)
  const more = told.length > SHOWN_REASONS ? ` and ${told.length - SHOWN_REASONS} more reasons` : ''
  return told.length === 0 ? '' : ` (${told.slice(0, SHOWN_REASONS).join(', ')}${more})`
}

function exposureDoubt(exposure: number): string | undefined {
  if (exposure === 0) return 'No position was ever held.'
  return exposure < LITTLE_EXPOSURE
    ? `A position was held in only ${formatPercent(exposure)} of the bars.`
    : undefined
}

function sharpeDoubt(psr: number): string | undefined {
  if (Number.isNaN(psr) || psr >= SURE) return undefined
  return psr <= 1 - SURE
    ? `The Sharpe ratio is below 0 (PSR ${formatPercent(psr, 0)}).`
    : `The Sharpe ratio is not distinguishable from 0 (PSR ${formatPercent(psr, 0)}).`
}

/** A spread that even large markets seldom beat, as a fraction of what is traded. */
const THIN_SLIPPAGE = 0.0001

function slippageDoubt({ fills, rules, settings }: RunResult): string | undefined {
  const { slippage, traded } = costsOf(fills, rules)
  if (traded === 0n) return undefined
  const share = Number(slippage) / Number(traded)
  return share < THIN_SLIPPAGE
    ? `Slippage is ${formatFixed(share * 1e4, 2)} bps of what was traded at alpha ${settings.alpha}: less than markets charge.`
    : undefined
}

/** What the bars leave open is told as an interval. */
function insideBarsDoubt(
  { insideBars, values }: Pick<Metrics, 'values' | 'insideBars'>,
  { rules }: Pick<RunResult, 'rules'>,
): string | false {
  if (!insideBars || (values.ambiguous_trades === 0 && insideBars.netWorst === insideBars.netBest))
    return false
  const { ambiguousShare, netWorst, netBest } = insideBars
  return `${formatCount(values.ambiguous_trades, 'trade')} (${formatPercent(ambiguousShare, 1)}) ended in a bar that does not say what came first: net ${formatFixed(netWorst, 2)} with the worse outcomes, as shown, and ${formatFixed(netBest, 2)} ${rules.quoteAsset} with the better ones; finer data decide with --fine.`
}

/** Commissions that were to be paid in BNB and were not. */
function bnbDoubt(result: RunResult): string | false {
  const bnb = bnbPayments(result)
  if (!bnb || bnb.unpaid === 0) return false
  return `The BNB did not suffice for ${formatCount(bnb.unpaid, 'fill')} of ${bnb.unpaid + bnb.paid}: those paid the whole commission in what they received.`
}

/** What is too small to be sold stays in equity. */
function dustWarnings({ symbols, hasOpenTrade }: RunResult): readonly string[] {
  if (hasOpenTrade) return []
  return symbols.flatMap(({ quantity, lastClose, rules }) => {
    if (quantity === 0n) return []
    const worth = toNumber(quantity, rules.quantityScale) * lastClose
    return [
      `${formatUnits(quantity)} ${rules.baseAsset} is left as dust, worth ${formatFixed(worth, 2)} ${rules.quoteAsset} in equity.`,
    ]
  })
}

/** Ticks, steps and minimums change over the years. */
function oldRulesDoubt({ symbols }: Pick<RunParts, 'symbols'>): string | false {
  const old = symbols.flatMap(({ data: { from }, rules: { given, versions } }) => {
    const [{ name, since } = { name: '', since: undefined }] = versions
    if (since === undefined || from >= since) return []
    return [{ from, since, name: given.startsWith('store:') ? `store:${name}` : name }]
  })
  const [first] = old
  if (!first) return false
  const { from, since, name } = first
  return `The exchange's rules of ${dayOf(since)} (${name}) were applied to bars since ${dayOf(from)}: ticks, steps and minimums may have been others then.`
}

/** Which rules judged which bars, where they changed within the range. */
function rulesByDay({ symbols }: Pick<RunParts, 'symbols'>): readonly string[] {
  return symbols.flatMap(({ data, rules: { versions } }) => {
    if (versions.length < 2) return []
    const shown = versions.map(({ name, since = data.from }) => `${name} from ${dayOf(since)}`)
    return [`The rules of ${data.symbol} changed within the range: ${shown.join(', ')}.`]
  })
}

function dayOf(time: number): string {
  return formatMoment(time).slice(0, 10)
}

/** A bar does not say what happened within a part of it. */
function isPostTooShort(parts: Pick<RunParts, 'settings' | 'symbols'>): boolean {
  const { settings } = parts
  return settings.policy === 'maker-first' && settings['post-timeout'] < intervalMs(symbolsInterval(parts))
}

function symbolsInterval(parts: Pick<RunParts, 'symbols'>): Interval {
  return firstOf(parts).data.interval
}

/** By value, not by origin: a default that is spelled out makes the same run. */
function hasDefaultFees(settings: RunParts['settings']): boolean {
  return (
    settings['maker-fee'] === FLAGS['maker-fee'].default &&
    settings['taker-fee'] === FLAGS['taker-fee'].default
  )
}

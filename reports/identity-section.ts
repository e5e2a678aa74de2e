/** Head of a run page: which strategy, on which data, at which costs, and how to run it again. Floor 4. */
import type { Units } from '../engine/model/money.js'
import type { RunResult } from '../engine/model/run-result.js'
import type { RunSettings } from '../engine/model/settings.js'
import { formatMoment, formatSpan } from './format-moment.js'
import { formatCount, formatPercent, formatUnitsFixed } from './format-number.js'
import { formatSetting } from './format-setting.js'
import { type Html, type HtmlPart, html, named, shorten, showHidden } from './html.js'
import type { DataIdentity, RunIdentity } from './run-page-input.js'
import { facts } from './section.js'
import type { SweepAttachment } from './sweep-attachment.js'

/** Digits of a hash that are printed; the whole hash is in its title. */
const HASH_DIGITS = 12

/** The page's header. */
export function identitySection(
  { rules, settings }: RunResult,
  identity: RunIdentity,
  sweep: SweepAttachment | undefined,
): Html {
  const { data, engineHash, engineVersion, params, runId, seed, strategy } = identity
  return html`<header id="identity">
<p class="brand">Nextbar backtest</p>
<h1>${named(strategy.name)}</h1>
<ul class="ranges">${data.map(range)}</ul>
${badges(identity, sweep)}
${facts([
  ['Parameters', parameters(params)],
  ['Strategy file', html`${named(strategy.file)} ${hash(strategy.sha256)}`],
  ['Data', data.map((one) => html`<div>${named(one.source)} ${hash(one.sha256)}</div>`)],
  ['Fees', `maker ${rate(settings.makerFee)}, taker ${rate(settings.takerFee)}, ${feeAsset(settings)}`],
  [
    'Slippage',
    `${settings.alpha} × ATR(${settings.atrPeriod}) of ${atrBar(settings.atrSource)}, ${clamp(settings.clamp)}`,
  ],
  ...orderFacts(settings, shorten(showHidden(rules.quoteAsset), 12)),
  ['Engine', html`${shorten(engineVersion, 40)} ${hash(engineHash)}`],
  ['Audit', identity.audit],
  ['Run', html`<code>${shorten(runId, 40)}</code>, seed ${String(seed)}`],
])}
<p class="label" id="command-label">Run it again</p>
<pre tabindex="0" aria-labelledby="command-label"><code>${identity.command}</code></pre>
</header>`
}

/** What must be known at a glance; a bad one says so in its sign, not by colour alone. */
function badges({ auditVerdict, data }: RunIdentity, sweep: SweepAttachment | undefined): Html {
  const gaps = data.reduce((sum, one) => sum + one.gaps, 0)
  const audit = {
    clean: ['good', 'no look-ahead found'],
    'look-ahead': ['bad', 'LOOK-AHEAD'],
    'not audited': ['', 'not audited for look-ahead'],
  } as const
  const all: readonly (readonly [look: string, words: string])[] = [
    ['', 'BACKTEST'],
    audit[auditVerdict],
    gaps === 0 ? ['good', 'no gaps'] : ['bad', `${formatCount(gaps, 'gap')} in the data`],
    ...(sweep === undefined
      ? []
      : ([
          ['bad', 'IN-SAMPLE'],
          ['', `${formatCount(sweep.trialsEver, 'trial')} tried`],
        ] as const)),
  ]
  return html`<ul class="badges">${all.map(([look, words]) => html`<li class="${look === '' ? 'plain' : look}">${words}</li>`)}</ul>`
}

function range({ symbol, interval, from, to, bars, gaps }: DataIdentity): Html {
  return html`<li><strong>${named(symbol, 40)}</strong> <span>${shorten(interval, 8)}</span> <span>${formatMoment(from)} to ${formatMoment(to)} UTC</span> <span>${formatCount(bars, 'bar')}, ${gaps === 0 ? 'no gaps' : formatCount(gaps, 'gap')}</span></li>`
}

function parameters(params: RunIdentity['params']): HtmlPart {
  const entries = Object.entries(params)
  if (entries.length === 0) return 'none'
  return entries.map(
    ([key, value]) => html`<span class="pair">${named(`${key}=${formatSetting(value)}`)}</span> `,
  )
}

function hash(sha256: string): Html {
  return html`<code title="${shorten(sha256, 64)}">${shorten(sha256, HASH_DIGITS).replace('…', '')}</code>`
}

function rate(fraction: number): string {
  return formatPercent(fraction, 3)
}

function feeAsset({ feeAsset, bnb }: RunSettings): string {
  switch (feeAsset) {
    case 'received':
      return 'from what is received'
    case 'quote':
      return 'in quote'
    case 'bnb':
      return `from a stock of BNB while it lasts${bnb ? `, less ${formatPercent(bnb.discount, 0)}` : ''}`
  }
}

/** How wishes become orders and what stops them, where that is not the plain way. */
function orderFacts({ policy, limits }: RunSettings, quote: string): [string, string][] {
  const amount = (units: Units) => formatUnitsFixed(units, 2).replace('.00', '')
  const { maxOrderQuote, maxPositionQuote, maxDailyLoss, maxOrdersPerMinute, maxVolume } = limits ?? {}
  const stops = [
    maxOrderQuote !== undefined && `an order ${amount(maxOrderQuote)} ${quote}`,
    maxPositionQuote !== undefined && `a position ${amount(maxPositionQuote)} ${quote}`,
    maxDailyLoss !== undefined && `a day's loss ${amount(maxDailyLoss)} ${quote}`,
    maxOrdersPerMinute !== undefined && `${formatCount(maxOrdersPerMinute, 'order')} a minute`,
    maxVolume !== undefined &&
      `a purchase ${formatPercent(maxVolume.share)} of the volume of ${formatCount(maxVolume.bars, 'bar')}`,
  ].filter((one) => typeof one === 'string')
  const facts: [string, string][] = []
  if (policy) {
    const then = policy.escalate === 'none' ? 'then given up' : `then ${policy.escalate}`
    facts.push(['Orders', `posted first for ${formatSpan(policy.postTimeoutMs)}, ${then}`])
  }
  if (stops.length > 0) facts.push(['Risk limits, at most', stops.join(', ')])
  return facts
}

function atrBar(source: RunResult['settings']['atrSource']): string {
  return source === 'next' ? 'the bar that fills' : 'the bar that decided'
}

function clamp(kind: RunResult['settings']['clamp']): string {
  return kind === 'bar' ? 'kept inside the bar' : 'not clamped'
}

/** Head of a run page: which strategy, on which data, at which costs, and how to run it again. Floor 4. */
import type { RunResult } from '../engine/model/run-result.js'
import { formatMoment } from './format-moment.js'
import { formatCount, formatPercent } from './format-number.js'
import { formatSetting } from './format-setting.js'
import { type Html, type HtmlPart, html, named, shorten } from './html.js'
import type { DataIdentity, RunIdentity } from './run-page-input.js'

/** Digits of a hash that are printed; the whole hash is in its title. */
const HASH_DIGITS = 12

/** The page's header. */
export function identitySection({ settings }: RunResult, identity: RunIdentity): Html {
  const { data, engineHash, engineVersion, params, runId, seed, strategy } = identity
  return html`<header id="identity">
<p class="brand">Nextbar backtest</p>
<h1>${named(strategy.name)}</h1>
<ul class="ranges">${data.map(range)}</ul>
<dl class="facts">
${fact('Parameters', parameters(params))}
${fact('Strategy file', html`${named(strategy.file)} ${hash(strategy.sha256)}`)}
${fact(
  'Data',
  data.map((one) => html`<div>${named(one.source)} ${hash(one.sha256)}</div>`),
)}
${fact('Fees', `maker ${rate(settings.makerFee)}, taker ${rate(settings.takerFee)}, ${feeAsset(settings.feeAsset)}`)}
${fact('Slippage', `${settings.alpha} × ATR(${settings.atrPeriod}) of ${atrBar(settings.atrSource)}, ${clamp(settings.clamp)}`)}
${fact('Engine', html`${shorten(engineVersion, 40)} ${hash(engineHash)}`)}
${fact('Audit', identity.audit)}
${fact('Seed', String(seed))}
${fact('Run', html`<code>${shorten(runId, 40)}</code>`)}
</dl>
<p class="label" id="command-label">Run it again</p>
<pre tabindex="0" aria-labelledby="command-label"><code>${identity.command}</code></pre>
</header>`
}

function range({ symbol, interval, from, to, bars, gaps }: DataIdentity): Html {
  return html`<li><strong>${named(symbol, 40)}</strong> <span>${shorten(interval, 8)}</span> <span>${formatMoment(from)} to ${formatMoment(to)} UTC</span> <span>${formatCount(bars, 'bar')}, ${gaps === 0 ? 'no gaps' : formatCount(gaps, 'gap')}</span></li>`
}

function fact(name: string, value: HtmlPart): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`
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

function feeAsset(asset: RunResult['settings']['feeAsset']): string {
  return asset === 'received' ? 'from what is received' : 'in quote'
}

function atrBar(source: RunResult['settings']['atrSource']): string {
  return source === 'next' ? 'the bar that fills' : 'the bar that decided'
}

function clamp(kind: RunResult['settings']['clamp']): string {
  return kind === 'bar' ? 'kept inside the bar' : 'not clamped'
}

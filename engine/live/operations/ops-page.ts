/** The operations page: one static document, filled by server-sent events. Floor 3. */

/** The page's whole program; its hash stands in the page's policy. */
export const OPS_SCRIPT = `
'use strict'
const $ = (id) => document.getElementById(id)
const text = (id, value) => { $(id).textContent = value }
const clear = (node) => { while (node.firstChild) node.firstChild.remove() }
const cell = (row, value, isNumber) => {
  const td = document.createElement('td')
  td.textContent = value
  if (isNumber) td.className = 'n'
  row.append(td)
}
const money = (value) => Number(value).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const ago = (ms) => ms === null || ms === undefined ? '–' : ms < 10000 ? (ms / 1000).toFixed(1) + ' s' : ms < 120000 ? Math.round(ms / 1000) + ' s' : ms < 7200000 ? Math.round(ms / 60000) + ' min' : Math.round(ms / 3600000) + ' h'
const took = (ms) => ms === null ? '–' : ms < 10 ? ms.toFixed(1) + ' ms' : ms < 1000 ? Math.round(ms) + ' ms' : (ms / 1000).toFixed(1) + ' s'
const both = ({ median, p99 }) => median === null ? '–' : took(median) + '\\n99 %: ' + took(p99)
const percent = (share) => Math.floor(100 * share) + ' %'
const signed = (value) => (value > 0 ? '+' : '') + money(value)
const mark = (id, isBad) => { $(id).className = isBad ? 'bad' : '' }
const nothing = (body, columns, words) => {
  const row = document.createElement('tr')
  cell(row, words)
  row.firstChild.colSpan = columns
  row.firstChild.className = 'soft'
  body.append(row)
}
let last = 0
const show = ({ status: s, notReady, figures: f, tail }) => {
  last = Date.now()
  if (!s) { text('state', 'STARTING'); return }
  const isHeld = s.state === 'halted' || s.state === 'paused'
  document.body.dataset.state = s.state
  document.body.dataset.mode = s.mode
  document.title = s.state + ' · ' + s.mode + ' ' + s.strategy
  text('mode', s.mode.toUpperCase())
  text('state', s.state.toUpperCase())
  text('why', isHeld && s.reason ? s.reason : '')
  text('what', s.strategy + ' ' + Object.entries(s.params).map(([k, v]) => k + '=' + v).join(' ') + ' · ' + s.interval + ' · ' + s.strategyHash)
  text('equity', money(s.equity))
  text('day', s.pnlDay === null ? '–' : signed(s.pnlDay) + (s.equity - s.pnlDay > 0 ? ' (' + (100 * s.pnlDay / (s.equity - s.pnlDay)).toFixed(2) + ' %)' : ''))
  text('cash', money(s.cash))
  const { feed, budget, latency } = f
  text('feed', (s.isConnected ? (s.isUpToDate ? 'connected' : 'bars are missing') : 'not connected') + '\\n' + feed.reconnects + ' reconnects\\n' + feed.filled + ' bars over REST\\n' + feed.missing + ' bars missing')
  mark('feed', !s.isConnected || !s.isUpToDate)
  text('ready', notReady.length === 0 ? 'ready' : notReady.join('; '))
  mark('ready', notReady.length > 0)
  const o = s.orders
  const unknown = o ? o.symbols.reduce((sum, one) => sum + one.unknown, 0) : 0
  text('orders', o ? o.symbols.reduce((sum, one) => sum + one.open, 0) + ' open\\n' + unknown + ' in doubt' : 'none are sent')
  mark('orders', unknown > 0)
  text('account', o ? (o.isHeard ? 'heard ' + ago(o.silentMs) + ' ago' : 'not heard') + '\\n' + (o.lookedMs === undefined ? 'not looked at' : 'looked at ' + ago(o.lookedMs) + ' ago') + (o.isClean ? '' : '\\ndiffers') : '–')
  mark('account', o && !(o.isHeard && o.isClean))
  const used = Object.entries(s.limits)
  text('limits', used.map(([rule, share]) => rule.replace('MAX_', '').toLowerCase().replaceAll('_', ' ') + ' ' + percent(share)).join('\\n') || 'none are set')
  mark('limits', used.some(([, share]) => share >= 0.8))
  text('budget', budget.isEnded ? 'the exchange has ended all requests' : 'weight ' + percent(budget.weight) + '\\norders ' + percent(budget.orders) + '\\nrequests ' + percent(budget.raw) + (budget.hits > 0 ? '\\nrefused ' + budget.hits + ' times' : ''))
  mark('budget', budget.isEnded || budget.weight > 0.8 || budget.orders > 0.8 || budget.raw > 0.8)
  text('known', both(latency.bar))
  text('disk', both(latency.disk) + (s.backlog > 0 ? '; ' + s.backlog + ' wait' : ''))
  text('send', both(latency.send))
  text('answer', both(latency.answer))
  text('slippage', f.slippageOverModel === null ? 'too few fills to say' : f.slippageOverModel.toFixed(1) + ' × the model')
  mark('slippage', f.slippageOverModel !== null && f.slippageOverModel > 2)
  text('counts', s.counts.decisions + ' decisions, ' + s.counts.orders + ' orders, ' + s.counts.fills + ' fills, ' + s.counts.discarded + ' asks not followed')
  text('ledger', 'row ' + s.ledger.seq + '\\n' + s.ledger.hash.slice(0, 12) + '…')
  text('since', s.started.replace('T', ' ').slice(0, 19) + ' UTC (' + ago(Date.parse(s.updated) - Date.parse(s.started)) + '), process ' + s.pid)
  const alerts = $('alerts')
  clear(alerts)
  for (const one of f.alerts.slice(0, 5)) {
    const li = document.createElement('li')
    li.textContent = one
    alerts.append(li)
  }
  $('trouble').hidden = f.alerts.length === 0
  const body = $('symbols')
  clear(body)
  for (const one of s.symbols) {
    const row = document.createElement('tr')
    cell(row, one.symbol)
    cell(row, one.quantity, true)
    cell(row, money(one.lastClose), true)
    cell(row, money(one.value), true)
    cell(row, one.hasPending ? 'waits' : 'none')
    cell(row, one.lastBar ? one.lastBar.replace('T', ' ').slice(0, 16) : '–')
    cell(row, ago(one.barAgeMs), true)
    if (notReady.some((why) => why.startsWith(one.symbol + ' '))) row.lastChild.classList.add('bad')
    cell(row, ago(one.silenceMs), true)
    body.append(row)
  }
  const open = $('open')
  clear(open)
  for (const { symbol, orders } of o ? o.symbols : []) for (const one of orders) {
    const row = document.createElement('tr')
    cell(row, symbol)
    cell(row, one.side + ' ' + one.type)
    cell(row, one.price === null ? 'market' : one.price, true)
    cell(row, one.quantity === null ? 'in quote' : one.quantity, true)
    cell(row, one.executed, true)
    cell(row, ago(one.ageMs), true)
    cell(row, one.phase === 'UNKNOWN' ? 'in doubt' : one.isLeaving ? 'being taken back' : one.phase.toLowerCase())
    if (one.phase === 'UNKNOWN') row.lastChild.className = 'bad'
    cell(row, one.id)
    open.append(row)
  }
  if (!open.firstChild) nothing(open, 8, o ? 'none is open' : 'none are sent in this mode')
  const list = $('tail')
  clear(list)
  for (const line of tail.slice().reverse()) {
    const li = document.createElement('li')
    li.textContent = line
    list.append(li)
  }
  const isShut = o !== null && o.symbols.length > 0 && o.symbols.every((one) => one.held !== null)
  $('pause').disabled = s.state === 'halted' || (s.state === 'paused' && !isShut)
  $('halt').disabled = s.state === 'halted'
}
const source = new EventSource('/events')
source.onmessage = (event) => show(JSON.parse(event.data))
setInterval(() => {
  const isOld = Date.now() - last > 5000
  document.body.classList.toggle('old', isOld)
  text('old', isOld ? 'The process has said nothing for ' + Math.round((Date.now() - last) / 1000) + ' s: what stands here is old.' : '')
}, 1000)
const ask = (path) => fetch(path, { method: 'POST' }).then((answer) => {
  text('done', answer.ok ? path.slice(1) + ' asked for' : 'refused: ' + answer.status)
}, () => text('done', 'the process does not answer'))
$('pause').addEventListener('click', () => ask('/pause'))
let held
const hold = $('halt')
const begin = (event) => {
  if (event.type === 'keydown' && (event.repeat || (event.key !== 'Enter' && event.key !== ' '))) return
  hold.classList.add('held')
  held = setTimeout(() => { hold.classList.remove('held'); ask('/halt') }, 2000)
}
const end = () => { clearTimeout(held); hold.classList.remove('held') }
for (const name of ['pointerdown', 'keydown']) hold.addEventListener(name, begin)
for (const name of ['pointerup', 'pointerleave', 'keyup', 'blur']) hold.addEventListener(name, end)
`

const STYLE = `
:root { color-scheme: light dark; --ink: #1a1c1f; --soft: #5a6068; --line: #d5d9de; --paper: #ffffff; --bad: #b3261e; --good: #14652f; --held: #8a5a00; --wash: #f4f5f7 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a3a9b2; --line: #3a3f46; --paper: #16181b; --bad: #ff8a80; --good: #7bd88f; --held: #ffc66d; --wash: #1f2226 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 68rem; padding: 1rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; border-bottom: 3px solid var(--good); padding-bottom: .5rem }
[data-state=halted] header { border-color: var(--bad) } [data-state=paused] header { border-color: var(--held) }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1rem; margin: 1.5rem 0 .4rem }
#state { font-weight: 700; color: var(--good) } [data-state=halted] #state { color: var(--bad) } [data-state=paused] #state { color: var(--held) }
#mode { padding: 0 .4rem; border: 2px solid var(--soft); border-radius: .3rem } [data-mode=live] #mode { color: var(--paper); background: var(--bad); border-color: var(--bad) } [data-mode=testnet] #mode, [data-mode=demo] #mode { border-color: var(--held); color: var(--held) }
#alerts { margin: 0; padding: .5rem .75rem; list-style: none; border-left: 4px solid var(--held); background: var(--wash); overflow-wrap: anywhere }
#why, .bad { color: var(--bad); font-weight: 600 } #what, .soft { color: var(--soft); overflow-wrap: anywhere }
#old { color: var(--bad); font-weight: 700 } .old main { opacity: .45 }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .75rem; margin: 1rem 0 }
dl div { background: var(--wash); border-radius: .4rem; padding: .5rem .75rem } dt { color: var(--soft); font-size: .85rem } dd { margin: 0; white-space: pre-line; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap } .n { text-align: right } td.n, th.n { padding-right: 1.2rem }
ol { list-style: none; margin: 0; padding: .5rem .75rem; background: var(--wash); border-radius: .4rem; font: 13px/1.6 ui-monospace, monospace; max-height: 24rem; overflow: auto; overflow-wrap: anywhere }
button { font: inherit; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--wash); color: var(--ink); cursor: pointer; touch-action: manipulation; margin: 0 .5rem .5rem 0 } button:disabled { opacity: .5; cursor: default }
button:focus-visible { outline: 3px solid var(--soft); outline-offset: 2px } #halt { border-color: var(--bad); color: var(--bad); font-weight: 700 } #halt.held { background: var(--bad); color: var(--paper); transition: background 2s linear }
`

/** The page. Everything that changes comes over `/events`. */
export const OPS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nextbar live</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1><span id="mode">…</span></h1>
<span id="state" role="status">…</span>
<span id="why"></span>
<span id="what"></span>
</header>
<p id="old" role="alert"></p>
<main>
<section id="trouble" hidden>
<h2>Alerts</h2>
<ul id="alerts"></ul>
</section>
<dl>
<div><dt>Equity, quote</dt><dd id="equity">–</dd></div>
<div><dt>Since 00:00 UTC</dt><dd id="day">–</dd></div>
<div><dt>Cash, quote</dt><dd id="cash">–</dd></div>
<div><dt>Feed</dt><dd id="feed">–</dd></div>
<div><dt>Checks</dt><dd id="ready">–</dd></div>
<div><dt>Orders</dt><dd id="orders">–</dd></div>
<div><dt>Account</dt><dd id="account">–</dd></div>
<div><dt>Risk limits used</dt><dd id="limits">–</dd></div>
<div><dt>Request limits used</dt><dd id="budget">–</dd></div>
<div><dt>Slippage, 95 % of fills within</dt><dd id="slippage">–</dd></div>
<div><dt>Ledger</dt><dd id="ledger">–</dd></div>
</dl>
<h2>Positions</h2>
<div class="wide" tabindex="0" role="region" aria-label="Positions">
<table>
<thead><tr><th>Symbol</th><th class="n">Held</th><th class="n">Last close</th><th class="n">Worth</th><th>Order</th><th>Last bar, UTC</th><th class="n">Closed ago</th><th class="n">Stream silent</th></tr></thead>
<tbody id="symbols"></tbody>
</table>
</div>
<p class="soft" id="counts"></p>
<h2>Open orders</h2>
<div class="wide" tabindex="0" role="region" aria-label="Open orders">
<table>
<thead><tr><th>Symbol</th><th>Order</th><th class="n">Price</th><th class="n">Quantity</th><th class="n">Traded</th><th class="n">Age</th><th>State</th><th>Id</th></tr></thead>
<tbody id="open"></tbody>
</table>
</div>
<h2>How long it takes</h2>
<dl>
<div><dt>Bar’s close to known</dt><dd id="known">–</dd></div>
<div><dt>Input to disk</dt><dd id="disk">–</dd></div>
<div><dt>Decision to sending</dt><dd id="send">–</dd></div>
<div><dt>Sending to answer</dt><dd id="answer">–</dd></div>
</dl>
<h2>Hold it</h2>
<p><button id="pause" type="button">Pause purchases</button> <button id="halt" type="button">Halt: press for 2 s</button> <span id="done" role="status"></span></p>
<p class="soft">A pause ends with <code>run-live.ts resume</code>, a halt with <code>run-live.ts clear --reason</code>. A halt takes back open orders and keeps what is held. On paper and in a dry run orders fill in bar time: a fill at a bar's open is known, and booked, at its close.</p>
<h2>What happened</h2>
<ol id="tail" tabindex="0" aria-label="What happened, newest first"></ol>
<p class="soft">Since <span id="since">–</span></p>
</main>
<script>${OPS_SCRIPT}</script>
</body>
</html>
`

/** The price chart of a report: reads its data from the page, draws, and follows pointer and keyboard. Floor 4. */
import { readTheme } from './canvas.js'
import { type ChartManifest, parseManifests } from './chart-manifest.js'
import { ChunkStore } from './chunk-store.js'
import { legendAt, tradeText, viewText } from './legend.js'
import { drawPicture, heightOf, type Picture, panesOf } from './picture.js'
import { followPointer } from './pointer.js'
import { lowerBound } from './segments.js'
import {
  type OrderColumns,
  type PositionColumns,
  readOrders,
  readPosition,
  readTrades,
  type TradeColumns,
} from './trade-columns.js'
import { clampView, panView, parseViewHash, type View, viewHash, zoomView } from './view.js'

const MINUTE_LENGTH = 60_000
const DAY_SPAN = 1440 * MINUTE_LENGTH
const PRESETS: ReadonlyMap<string, number> = new Map([
  ['day', DAY_SPAN],
  ['week', 7 * DAY_SPAN],
  ['month', 30 * DAY_SPAN],
  ['year', 365 * DAY_SPAN],
])

const KEY_ZOOM = 0.6
const HASH_DELAY_MS = 250

/** A chart needs so many bars to be readable. */
const LEAST_BARS = 20

startPriceChart()

function startPriceChart(): void {
  const figure = document.getElementById('price-chart')
  const text = document.getElementById('price-data')?.textContent
  if (figure === null || text === null || text === undefined) return
  const manifests = parseManifests(text)
  const [first] = manifests
  if (first !== undefined) showPriceChart(figure, manifests, first)
}

/** All symbols of a run lie on one timeline, so that a view of one is a view of all. */
function showPriceChart(
  figure: HTMLElement,
  manifests: readonly ChartManifest[],
  first: ChartManifest,
): void {
  let manifest = first
  const canvas = partOf(figure, 'canvas', HTMLCanvasElement)
  const context = canvas.getContext('2d', { alpha: false })
  if (context === null || typeof DecompressionStream === 'undefined') return
  const pen = context
  const legend = partOf(figure, '.price-legend', HTMLElement)
  const status = partOf(figure, '.price-status', HTMLElement)
  const about = partOf(figure, '.price-view', HTMLElement)
  const finestMs = manifest.levels[0]?.ms ?? MINUTE_LENGTH
  const whole = manifest.to - manifest.from
  const margin = whole * 0.01
  const bounds = {
    from: manifest.from - margin,
    to: manifest.to + margin,
    least: LEAST_BARS * finestMs,
  }
  const all: View = { from: bounds.from, to: bounds.to }
  let view = all
  let chosen: number | undefined
  let pointer: { x: number; y: number } | undefined
  let trades: TradeColumns | undefined
  let position: PositionColumns | undefined
  let orders: OrderColumns | undefined
  let picture: Picture | undefined
  let isAsked = false
  let draws = 0
  let hashTimer = 0

  let store = new ChunkStore(manifest, blockText, ask)
  const choice = figure.querySelector('select')

  for (const part of figure.querySelectorAll('[data-js]')) part.toggleAttribute('hidden', false)
  for (const part of figure.querySelectorAll('[data-no-js]')) part.toggleAttribute('hidden', true)
  for (const button of figure.querySelectorAll<HTMLButtonElement>('button[data-do]')) {
    const span = PRESETS.get(button.dataset.do ?? '')
    button.hidden = span !== undefined && span >= whole
    button.addEventListener('click', () => act(button.dataset.do ?? ''))
  }
  followHash()
  listen()
  draw()
  void readRest()

  async function readRest(): Promise<void> {
    const own = manifest
    const [all, held, sent] = [
      readTrades(await store.read(own.trades.block), own),
      readPosition(await store.read(own.position.block), own),
      readOrders(await store.read(own.orders.block), own),
    ]
    // Another symbol may have been chosen meanwhile.
    if (own !== manifest) return
    trades = all
    position = held
    orders = sent
    for (const button of figure.querySelectorAll<HTMLButtonElement>('[data-do=next],[data-do=previous]'))
      button.disabled = all.n === 0
    ask()
  }

  /** Shows another symbol, over the same stretch of time. */
  async function choose(symbol: number): Promise<void> {
    const next = manifests[symbol]
    if (next === undefined || next === manifest) return
    manifest = next
    store = new ChunkStore(manifest, blockText, ask)
    trades = undefined
    position = undefined
    orders = undefined
    chosen = undefined
    status.textContent = ''
    if (choice !== null) choice.value = String(symbol)
    ask()
    await readRest()
  }

  /** Shows the trade of a number, of whichever symbol it is. */
  async function showTrade(number: number): Promise<void> {
    for (const one of [manifest, ...manifests]) {
      const all = readTrades(await store.read(one.trades.block), one)
      const row = all.number.indexOf(number)
      if (row < 0) continue
      await choose(manifests.indexOf(one))
      trades ??= all
      goTo(row)
      return
    }
  }

  /** Text of a block; while the page is still being read, waits until it is there. */
  async function blockText(block: number): Promise<string> {
    for (;;) {
      const element = document.getElementById(`price-block-${block}`)
      // An element that is the last one may still be growing.
      if (element !== null && (document.readyState !== 'loading' || element.nextElementSibling !== null))
        return element.textContent
      if (document.readyState === 'complete') throw new Error(`the page must hold block ${block}, holds none`)
      await new Promise((resolve) => setTimeout(resolve, 8))
    }
  }

  function ask(): void {
    if (isAsked) return
    isAsked = true
    requestAnimationFrame(() => {
      isAsked = false
      draw()
    })
  }

  function draw(): void {
    const width = Math.max(240, canvas.parentElement?.clientWidth ?? 0)
    const height = heightOf(panesOf(manifest, width))
    const ratio = Math.max(1, window.devicePixelRatio)
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
      canvas.style.width = `${width}px`
      canvas.style.height = `${height}px`
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    const source = (level: number, chunk: number) => store.bars(level, chunk)
    const theme = readTheme(figure)
    picture = drawPicture({
      context: pen,
      theme,
      manifest,
      source,
      trades,
      position,
      orders,
      view,
      width,
      chosen,
      pointer,
    })
    showLegend(picture)
    about.textContent = viewText(picture, manifest)
    draws++
    figure.dataset.draws = String(draws)
    figure.dataset.level = picture.level
    figure.dataset.bars = String(picture.bars.reduce((sum, { start, end }) => sum + end - start, 0))
    figure.dataset.deepest = String(picture.deepest)
    figure.dataset.state =
      picture.bars.length > 0 && store.isIdle && trades !== undefined && orders !== undefined
        ? 'ready'
        : 'reading'
  }

  function showLegend(shown: Picture): void {
    const at = pointer === undefined ? view.to : view.from + pointer.x / shown.frame.perMs
    const entries = legendAt(shown, at, manifest, position)
    while (legend.childElementCount > entries.length) legend.lastElementChild?.remove()
    for (const [i, { name, value, look }] of entries.entries()) {
      const entry = legend.children[i] ?? legend.appendChild(newEntry())
      entry.className = look < 0 ? '' : `look${look % 4}`
      const [label, number] = entry.children
      if (label !== undefined && label.textContent !== name) label.textContent = name
      if (number !== undefined && number.textContent !== value) number.textContent = value
    }
  }

  function newEntry(): HTMLElement {
    const entry = document.createElement('div')
    entry.append(document.createElement('dt'), document.createElement('dd'))
    return entry
  }

  function move(next: View): void {
    view = clampView(next, bounds)
    ask()
    clearTimeout(hashTimer)
    hashTimer = setTimeout(writeHash, HASH_DELAY_MS)
  }

  function isAll(): boolean {
    return view.from <= bounds.from && view.to >= bounds.to
  }

  function writeHash(): void {
    const symbol = manifests.indexOf(manifest)
    const hash = isAll() && symbol === 0 ? '#price' : viewHash(view, symbol)
    if (hash === '#price' && parseViewHash(location.hash) === undefined) return
    history.replaceState(null, '', hash)
  }

  function followHash(): void {
    const said = parseViewHash(location.hash)
    if (said === undefined) return
    void choose(said.symbol)
    view = clampView(said, bounds)
    ask()
  }

  function act(action: string): void {
    if (action === 'next') step(1)
    else if (action === 'previous') step(-1)
    else move(viewAfter(action))
  }

  function viewAfter(action: string): View {
    const middle = (view.from + view.to) / 2
    if (action === 'in') return zoomView(view, KEY_ZOOM, middle)
    if (action === 'out') return zoomView(view, 1 / KEY_ZOOM, middle)
    const span = PRESETS.get(action)
    if (span === undefined) return all
    const entry = chosen === undefined ? Number.NaN : (trades?.entryTime[chosen] ?? Number.NaN)
    if (entry >= view.from && entry <= view.to) return { from: entry - span / 2, to: entry + span / 2 }
    const to = Math.min(view.to, manifest.to)
    return { from: to - span, to }
  }

  /** To the next or the previous trade: of the one chosen, else of the middle of the view. */
  function step(way: 1 | -1): void {
    if (trades === undefined || trades.n === 0) return
    const near = lowerBound(trades.entryTime, (view.from + view.to) / 2)
    const start =
      view === all || chosen !== undefined ? (chosen ?? (way > 0 ? -1 : trades.n)) : near - (way > 0 ? 1 : 0)
    goTo(Math.min(trades.n - 1, Math.max(0, start + way)))
  }

  function goTo(row: number): void {
    if (trades === undefined) return
    chosen = row
    const entry = trades.entryTime[row] ?? 0
    const exit = trades.exitTime[row] ?? Number.NaN
    const end = Number.isNaN(exit) ? manifest.to : exit
    const span = Math.max(2 * (end - entry), 240 * finestMs)
    const middle = (entry + end) / 2
    pointer = undefined
    move({ from: middle - span / 2, to: middle + span / 2 })
    status.textContent = tradeText(trades, row, manifest)
  }

  function listen(): void {
    followPointer(canvas, {
      view: () => view,
      perMs: () => picture?.frame.perMs ?? 1,
      isAll,
      move,
      point(at) {
        pointer = at
        ask()
      },
    })
    figure.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target === choice) return
      const action = KEYS[event.key]
      const way = ARROWS[event.key]
      if (way !== undefined) move(panView(view, way * (event.shiftKey ? 0.5 : 0.1)))
      else if (event.key === 'Home') move({ from: bounds.from, to: bounds.from + view.to - view.from })
      else if (event.key === 'End') move({ from: bounds.to - view.to + view.from, to: bounds.to })
      else if (action !== undefined) act(action)
      else return
      event.preventDefault()
    })
    document.addEventListener('click', (event) => {
      // Neither a new tab nor the end of a selection of text.
      if (event.ctrlKey || event.metaKey || getSelection()?.isCollapsed === false) return
      const target = event.target instanceof Element ? event.target : undefined
      const mark = target?.closest('[data-trade]') ?? target?.closest('tr')?.querySelector('[data-trade]')
      const number = Number(mark?.getAttribute('data-trade') ?? Number.NaN)
      if (Number.isNaN(number)) return
      event.preventDefault()
      void showTrade(number)
      figure.scrollIntoView({ block: 'start' })
      canvas.focus({ preventScroll: true })
    })
    choice?.addEventListener('change', () => {
      void choose(Number(choice.value))
      move(view)
    })
    window.addEventListener('hashchange', followHash)
    new ResizeObserver(ask).observe(canvas.parentElement ?? figure)
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ask)
    new MutationObserver(ask).observe(document.documentElement, { attributeFilter: ['data-theme'] })
    window.addEventListener('beforeprint', snapshot)
    window.addEventListener('afterprint', () => {
      figure.querySelector('.price-print')?.remove()
      figure.classList.remove('light')
      draw()
    })
  }

  /** What is printed: the chart as it stands, twice as fine, in the light colours. */
  function snapshot(): void {
    figure.querySelector('.price-print')?.remove()
    figure.classList.add('light')
    const paper = document.createElement('canvas')
    const pencil = paper.getContext('2d', { alpha: false })
    if (pencil === null) return
    const width = 900
    const height = heightOf(panesOf(manifest, width))
    paper.width = 2 * width
    paper.height = 2 * height
    pencil.scale(2, 2)
    const source = (level: number, chunk: number) => store.bars(level, chunk)
    drawPicture({
      context: pencil,
      theme: readTheme(figure),
      manifest,
      source,
      trades,
      position,
      orders,
      view,
      width,
      chosen,
      pointer: undefined,
    })
    const image = document.createElement('img')
    image.className = 'price-print'
    image.alt = canvas.getAttribute('aria-label') ?? ''
    image.src = paper.toDataURL('image/png')
    canvas.after(image)
  }
}

const KEYS: Readonly<Record<string, string>> = {
  n: 'next',
  p: 'previous',
  '+': 'in',
  '=': 'in',
  '-': 'out',
  _: 'out',
  a: 'all',
  d: 'day',
  w: 'week',
  m: 'month',
  y: 'year',
}

const ARROWS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 }

function partOf<T extends HTMLElement>(figure: HTMLElement, selector: string, kind: new () => T): T {
  const part = figure.querySelector(selector)
  if (part instanceof kind) return part
  throw new Error(`the price chart must have a part ${selector}, had none`)
}

/** The scripts of a page, as text: its theme button and its list of trades. Floor 4. They run in a browser only. */

/** Turns the theme button on; its choice holds for the page, and is remembered where the browser allows it. */
export const THEME_SCRIPT = `'use strict'
;(() => {
  const root = document.documentElement
  const button = document.getElementById('theme')
  const themes = ['auto', 'light', 'dark']
  const stored = () => { try { return localStorage.getItem('nextbar-theme') } catch { return null } }
  const apply = (theme) => {
    if (theme === 'auto') delete root.dataset.theme
    else root.dataset.theme = theme
    button.textContent = 'Theme: ' + theme
    try { localStorage.setItem('nextbar-theme', theme) } catch { /* the page works without a memory */ }
  }
  let theme = themes.includes(stored()) ? stored() : 'auto'
  apply(theme)
  button.hidden = false
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length]
    apply(theme)
  })
})()
`

/** Makes the list of trades one that sorts and turns pages. */
export const TRADES_SCRIPT = listScript('trade')

/**
 * Makes a list one that sorts and turns pages, undefined figures last. It reads the rows from the page's own
 * data, `#<kind>-data`, and prints them as the table of `#<kind>-list` does; without it that table stands
 * as it is, and `#<kind>-cut` says what it leaves out. An event `nextbar-keep` with a set of places of rows, or
 * with nothing, says which rows to show. `kind` is the program's own word.
 */
export function listScript(kind: string): string {
  return `'use strict'
;(() => {
  const source = document.getElementById('${kind}-data')
  const table = document.querySelector('#${kind}-list table')
  if (!source || !table) return
  const { columns, words, rows } = JSON.parse(source.textContent)
  const PAGE = 100
  const body = table.tBodies[0]
  const heads = [...table.tHead.rows[0].cells]
  let order = rows.map((_, i) => i)
  let page = 0
  let sorted = 0
  let isUp = true
  const fixed = (value, decimals) => {
    const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.')
    const digits = whole.replace(/\\B(?=(\\d{3})+$)/g, ',') + (fraction === undefined ? '' : '.' + fraction)
    return (value < 0 && /[1-9]/.test(digits) ? '\\u2212' : '') + digits
  }
  const moment = (time) =>
    new Date(time).toISOString().replace('T', ' ').replace('Z', '').replace(/:00\\.000$|\\.000$/, '')
  // Decimals may differ by the symbol, which is the second cell.
  const print = ({ kind, decimals: all }, value, row) => {
    const decimals = Array.isArray(all) ? all[row[1]] : all
    if (value === null) return '\\u2013'
    if (kind === 'word') return words[value]
    if (kind === 'time') return moment(value)
    if (kind === 'plain') return String(value).replace('-', '\\u2212')
    return kind === 'percent' ? fixed(value, decimals) + '%' : fixed(value, decimals)
  }
  const rowOf = (trade) => {
    const row = document.createElement('tr')
    row.dataset.trade = trade[0]
    columns.forEach((column, i) => {
      const cell = document.createElement(i === 0 ? 'th' : 'td')
      if (i === 0) cell.scope = 'row'
      if (column.kind === 'word') {
        const name = document.createElement('bdi')
        name.textContent = print(column, trade[i], trade)
        cell.className = 'tag'
        cell.append(name)
      } else {
        cell.textContent = print(column, trade[i], trade)
        if (column.kind !== 'time') cell.className = 'number'
      }
      if (column.isToned) cell.classList.add(trade[i] < 0 ? 'loss' : trade[i] > 0 ? 'gain' : 'even')
      row.append(cell)
    })
    return row
  }
  const bar = document.createElement('div')
  bar.className = 'pager'
  const button = (words, act) => {
    const one = document.createElement('button')
    one.type = 'button'
    one.textContent = words
    one.addEventListener('click', act)
    bar.append(one)
    return one
  }
  const turn = (to) => { page = to; draw() }
  let pages = Math.max(1, Math.ceil(rows.length / PAGE))
  const first = button('First', () => turn(0))
  const back = button('Back', () => turn(page - 1))
  const says = document.createElement('span')
  says.setAttribute('aria-live', 'polite')
  bar.append(says)
  const next = button('Next', () => turn(page + 1))
  const last = button('Last', () => turn(pages - 1))
  const draw = () => {
    const from = page * PAGE
    const shown = order.slice(from, from + PAGE)
    body.replaceChildren(...shown.map((i) => rowOf(rows[i])))
    says.textContent = fixed(Math.min(from + 1, order.length), 0) + ' to ' + fixed(from + shown.length, 0) + ' of ' + fixed(order.length, 0)
    first.disabled = back.disabled = page === 0
    next.disabled = last.disabled = page === pages - 1
    heads.forEach((head, i) => {
      if (i === sorted) head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending')
      else head.removeAttribute('aria-sort')
    })
  }
  const key = (i) => {
    const value = rows[i][sorted]
    return columns[sorted].kind === 'word' && value !== null ? words[value] : value
  }
  const sortBy = (column) => {
    isUp = column === sorted ? !isUp : true
    sorted = column
    const keys = rows.map((_, i) => key(i))
    const sign = isUp ? 1 : -1
    order.sort((a, b) => {
      if (keys[a] === null || keys[b] === null) return (keys[a] === null) - (keys[b] === null) || a - b
      return keys[a] < keys[b] ? -sign : keys[a] > keys[b] ? sign : a - b
    })
    turn(0)
  }
  document.addEventListener('nextbar-keep', ({ detail }) => {
    order = rows.map((_, i) => i).filter((i) => !detail || detail.has(i))
    pages = Math.max(1, Math.ceil(order.length / PAGE))
    isUp = !isUp
    sortBy(sorted)
  })
  heads.forEach((head, i) => {
    const one = document.createElement('button')
    one.type = 'button'
    one.textContent = head.textContent
    one.addEventListener('click', () => sortBy(i))
    head.replaceChildren(one)
  })
  table.closest('.scroll').before(bar)
  const note = document.getElementById('${kind}-cut')
  if (note) note.hidden = true
  draw()
})()
`
}

/**
 * The script of a page with a sortable table, as text: a button in each column's title sorts the rows,
 * undefined figures always last. Without it the table stands in the order it was written. Floor 4.
 */

/** Runs as it stands; the page lets it in by its hash. */
export const SORT_SCRIPT = `(() => {
  'use strict'
  for (const table of document.querySelectorAll('table.sortable')) {
    const body = table.tBodies[0]
    const heads = [...table.tHead.rows[0].cells]
    const valueOf = (row, column, isNumber) => {
      const cell = row.cells[column]
      const value = cell.dataset.value
      if (isNumber) return value === undefined ? undefined : Number(value)
      return value === undefined ? cell.textContent : Number(value)
    }
    const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
    heads.forEach((head, column) => {
      const isNumber = 'number' in head.dataset
      const button = document.createElement('button')
      button.type = 'button'
      button.append(...head.childNodes)
      head.append(button)
      button.addEventListener('click', () => {
        const was = head.getAttribute('aria-sort')
        const isDown = was === null ? isNumber : was === 'ascending'
        for (const other of heads) other.removeAttribute('aria-sort')
        head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending')
        const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column, isNumber) }))
        rows.sort((a, b) => {
          if (a.value === undefined || b.value === undefined) {
            return (a.value === undefined ? 1 : 0) - (b.value === undefined ? 1 : 0)
          }
          return isDown ? compare(b.value, a.value) : compare(a.value, b.value)
        })
        body.append(...rows.map(({ row }) => row))
      })
    })
  }
  const hint = document.getElementById('sort-hint')
  if (hint) hint.hidden = false
})()
`

/** The heatmap of any two parameters: fills its table anew when something else is chosen. Floor 4. */
import { type Aggregate, type HeatCell, heatClass, heatGrid, heatText, type Shown } from './heat-grid.js'
import type { ListedColumn, SweepList } from './sweep-data.js'

/** Turns the chooser on; the table stands as the page has it until then. */
export function startHeatmap(list: SweepList): void {
  const table = document.querySelector('#heat table')
  const form = document.getElementById('heat-choice')
  if (!(table instanceof HTMLTableElement) || form === null || list.axes.length < 2) return
  const chosen = (name: string): number => {
    const select = form.querySelector(`[name=${name}]`)
    return select instanceof HTMLSelectElement ? select.selectedIndex : 0
  }
  const draw = (): void => {
    const x = list.axes[chosen('x')]
    const y = list.axes[chosen('y')]
    if (x === undefined || y === undefined) return
    const aggregate =
      (['best', 'mean', 'median'] as const satisfies Aggregate[])[chosen('aggregate')] ?? 'best'
    const shown: Shown = chosen('shown') === 0 ? 'value' : 'plateau'
    const grid = heatGrid(list, x, y, { aggregate, shown })
    const column = list.columns[list.value]
    table.tHead?.replaceChildren(
      rowOf([headOf('col', `${y.name} ↓ ${x.name} →`), ...grid.columns.map((label) => headOf('col', label))]),
    )
    table.tBodies[0]?.replaceChildren(
      ...grid.cells.map((cells, i) =>
        rowOf([headOf('row', grid.rows[i] ?? ''), ...cells.map((cell) => heatCellOf(cell, column))]),
      ),
    )
  }
  form.addEventListener('change', draw)
  form.hidden = false
}

function rowOf(cells: readonly HTMLElement[]): HTMLTableRowElement {
  const row = document.createElement('tr')
  row.append(...cells)
  return row
}

function headOf(scope: 'col' | 'row', text: string): HTMLElement {
  const head = document.createElement('th')
  head.scope = scope
  const name = document.createElement('bdi')
  name.textContent = text
  head.append(name)
  return head
}

function heatCellOf(cell: HeatCell, column: ListedColumn | undefined): HTMLElement {
  const made = document.createElement('td')
  made.className = heatClass(cell)
  made.textContent = heatText(cell, column)
  return made
}

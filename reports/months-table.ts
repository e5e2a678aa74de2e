/** Returns by month and year as a table whose cells are shaded by size; the sign is in the number. Floor 4. */
import type { DailyMarks } from '../engine/math/metrics/daily-marks.js'
import { type MonthlyReturn, monthlyReturns, yearlyReturns } from '../engine/math/metrics/monthly-returns.js'
import { formatPercent, UNDEFINED_MARK } from './format-number.js'
import { type Html, html } from './html.js'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** From these sizes a cell is shaded in the second and in the third strength. */
const SECOND = 0.03
const THIRD = 0.08

/** A row a year: its months, the year, and buy and hold's year. */
export function monthsTable(marks: DailyMarks): Html {
  const months = monthlyReturns(marks)
  const years = yearlyReturns(months)
  const hold = yearlyReturns(monthlyReturns({ times: marks.times, equity: marks.close }))
  return html`<div class="scroll months" role="region" aria-label="Returns by month and year" tabindex="0">
<table>
<caption>Returns by month and year</caption>
<thead><tr><th scope="col">Year</th>${MONTHS.map((name) => html`<th scope="col" class="number">${name}</th>`)}<th scope="col" class="number">Year</th><th scope="col" class="number">Hold</th></tr></thead>
<tbody>
${years.map(
  ({ year, return: total }, i) =>
    html`<tr><th scope="row">${year}</th>${MONTHS.map((_, m) => cell(monthOf(months, year, m + 1)))}${cell(total, 'total')}<td class="number quiet">${signed(hold[i]?.return ?? Number.NaN)}</td></tr>\n`,
)}</tbody>
</table>
</div>`
}

function monthOf(months: readonly MonthlyReturn[], year: number, month: number): number {
  return months.find((one) => one.year === year && one.month === month)?.return ?? Number.NaN
}

function cell(value: number, look = ''): Html {
  if (Number.isNaN(value)) return html`<td class="number none">${UNDEFINED_MARK}</td>`
  return html`<td class="${`number ${look} ${shade(value)}`.replace(/ +/g, ' ').trim()}">${signed(value)}</td>`
}

function shade(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return ''
  return `${value > 0 ? 'g' : 'l'}${size >= THIRD ? 3 : size >= SECOND ? 2 : 1}`
}

/** A return with its sign, `+1.20%`. */
export function signed(value: number, decimals = 2): string {
  return `${value > 0 ? '+' : ''}${formatPercent(value, decimals)}`
}

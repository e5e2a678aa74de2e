/** What the compare page and the index add to the look of every page: a line's colour and stroke a run. Floor 4. */

import { RUN_INK } from './chart-ink.js'

/** Strokes by run: told apart without their colours. Empty is a whole line. */
export const RUN_DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [14, 4]]

/** The class, and the colour's variable, of the run at a place in the comparison. */
export function runInk(place: number): string {
  return `run-${place}`
}

const DARK = ['#3fc1b5', '#f0a04b', '#a5a1f5', '#ef7fbf', '#7fb8f0', '#b3bdc5']

const variables = (colors: readonly string[]): string =>
  colors.map((color, place) => `--${runInk(place)}:${color}`).join(';')

const BORDERS = ['solid', 'dashed', 'dotted', 'dashed', 'dotted', 'dashed']

/** Rules behind those of every page. */
export const COMPARE_STYLE = `
:root{${variables(RUN_INK)}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${variables(DARK)}}}
:root[data-theme=dark]{${variables(DARK)}}
@media print{:root,:root[data-theme=dark]{${variables(RUN_INK)}}}
${RUN_INK.map((_, place) => `.legend .${runInk(place)}::before{border-top:3px ${BORDERS[place] ?? 'solid'} var(--${runInk(place)})}`).join('\n')}
.runs{list-style:none;margin:14px 0 0;padding:0;display:grid;gap:10px}
.runs li{display:grid;grid-template-columns:2.2em minmax(0,1fr);padding:10px 14px;background:var(--panel);border-radius:6px}
.runs .letter{font-weight:650}
.runs .quiet{display:block}
#compare-returns figure+figure{margin-top:28px}
.best{font-weight:700}
.best::before{content:"★ ";font-weight:400;color:var(--gain)}
.delta{color:var(--quiet)}
.mono{font-family:var(--mono);font-size:.95em}
#compat tbody th{white-space:nowrap}
#compat details td{min-width:170px}
#compat details td:last-child{min-width:280px}
.sortable button{all:unset;cursor:pointer}
.sortable button:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
th[aria-sort=ascending] button::after{content:" ▲"}
th[aria-sort=descending] button::after{content:" ▼"}
.sortable td,.sortable th{padding:6px 9px}
#runs,#identity+section{margin-top:20px}
.sortable td,.sortable tbody th{white-space:nowrap;overflow-wrap:normal}
.sortable .params{min-width:140px;max-width:240px;white-space:normal;overflow-wrap:anywhere}
#compare-metrics td,#compare-metrics th,#shared-days td,#compare-trades td,#compare-trades tbody th,#compat td.number{white-space:nowrap;overflow-wrap:normal}
#compare-trades .scroll{max-height:640px}
@media print{.sortable button::after{content:""}.sortable .params{max-width:120px}}
`

/** The look of the price pane, beside the page's own. Floor 4. */
import { LIGHT } from '../page-style.js'

const LINES_LIGHT = '--line1:#3454d1;--line2:#8a3fa8;--line3:#a8326b;--line4:#4b5563'
const LINES_DARK = '--line1:#8fa6ff;--line2:#cf9fe8;--line3:#f192bd;--line4:#b3bec7'

/** Style rules, as text. */
export const PRICE_STYLE = `
:root{${LINES_LIGHT}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${LINES_DARK}}}
@media screen{:root[data-theme=dark]{${LINES_DARK}}}
.price.light{${LIGHT};${LINES_LIGHT}}
.price-tools{display:flex;flex-wrap:wrap;gap:6px;margin-bottom:10px}
.price-tools button{font:inherit;font-size:13px;line-height:1.2;min-width:34px;padding:6px 10px;color:var(--ink);background:var(--panel);border:1px solid var(--rule);border-radius:6px;cursor:pointer}
.price-tools button:hover:enabled{border-color:var(--faint)}
.price-tools button:disabled{color:var(--faint);cursor:default}
.price-tools .apart{margin-left:12px}
.price-tools label{display:flex;align-items:center;gap:6px;font-size:13px;color:var(--quiet);margin-right:12px}
.price-tools select{font:inherit;max-width:40vw;padding:5px 8px;color:var(--ink);background:var(--panel);border:1px solid var(--rule);border-radius:6px}
.price [hidden]{display:none}
.price-legend{display:flex;flex-wrap:wrap;align-content:flex-start;gap:0 16px;min-height:44px;font-size:13px;line-height:22px}
.price-legend div{display:flex;gap:6px;white-space:nowrap;min-width:0}
.price-legend dt,.price-legend dd{overflow:hidden;text-overflow:ellipsis;max-width:22ch}
.price-legend [class^=look] dt::before{content:"";display:inline-block;width:20px;margin-right:6px;vertical-align:.28em;border-top:2px solid var(--line1)}
.price-legend .look1 dt::before{border-top:2px dashed var(--line2)}
.price-legend .look2 dt::before{border-top:2px dotted var(--line3)}
.price-legend .look3 dt::before{border-top:3px double var(--line4)}
.price-canvas{margin-top:6px;border:1px solid var(--rule);border-radius:8px;overflow:hidden}
.price-canvas canvas{display:block;touch-action:pan-y;cursor:crosshair}
.price-canvas canvas:focus-visible{outline-offset:-2px}
.price-static{display:block;width:100%;height:auto}
.price-view,.price-status{margin-top:8px;color:var(--quiet);font-size:13px}
.price-status:empty{display:none}
.price-print{display:none}
.price-keys{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin-top:8px;font-size:13px}
#price summary{overflow-wrap:anywhere}
#price figcaption p+p{margin-top:6px}
[data-trade]{cursor:pointer}
@media screen and (max-width:720px){.price-legend{min-height:110px;gap:0 12px}.price-tools{gap:5px}.price-tools .apart{margin-left:0}.price-tools button{padding:8px 9px}}
@media print{:root{${LINES_LIGHT}}.price-tools,.price-status{display:none}.price-legend{min-height:0}.price-print{display:block;width:100%;height:auto}.price-canvas:has(.price-print) canvas{display:none}}
`

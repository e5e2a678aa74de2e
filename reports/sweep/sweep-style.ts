/** What the page of a sweep adds to the look of every page. Floor 4. */

const STEPS = [1, 2, 3, 4, 5]

/** Shares of a colour in a cell, so that ink is read on the darkest. */
const shade = (look: string, color: string): string =>
  STEPS.map(
    (step) =>
      `.${look}-${step}{background:color-mix(in srgb,var(--${color}) ${step * 11 - 4}%,var(--paper))}`,
  ).join('\n')

const HATCH =
  'repeating-linear-gradient(135deg,var(--paper) 0 4px,color-mix(in srgb,var(--hold) 30%,var(--paper)) 4px 6px)'

/** Rules behind those of every page. */
export const SWEEP_STYLE = `
.ruling{font-size:19px;line-height:1.35;font-weight:600;padding:14px 18px;border-radius:8px;border-left:4px solid var(--loss);background:var(--warn)}
.ruling.pass{border-left-color:var(--gain);background:var(--panel)}
.ruling.fail::before{content:"✗ ";color:var(--loss)}
.ruling.pass::before{content:"✓ ";color:var(--gain)}
.checks{list-style:none;display:grid;gap:6px;max-width:110ch}
.checks li{display:grid;grid-template-columns:5.6em minmax(0,1fr);gap:8px}
.checks span{font-size:13px;font-weight:600;line-height:1.75}
.checks .met span{color:var(--gain)}
.checks .unmet span{color:var(--loss)}
.checks .met span::before{content:"✓ "}
.checks .unmet span::before{content:"✗ "}
.headline{font-size:17px;max-width:90ch}
#verdict .scroll,#heat .scroll,#influence>.scroll,#best-runs .scroll{width:fit-content;max-width:100%}
#verdict table,#best-runs table{width:auto}
.brush-foot{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 14px}
.heat table{width:auto}
.heat td,.heat th{padding:5px 8px;border:0;text-align:right;white-space:nowrap;overflow-wrap:normal}
.heat td{min-width:4.2em;border:1px solid var(--paper)}
.heat tbody th,.heat thead th{font-weight:600;color:var(--quiet);background:var(--panel)}
.heat tbody th{position:sticky;left:0}
.heat thead th:first-child{text-align:left;font-weight:400}
${shade('up', 'gain')}
${shade('down', 'loss')}
.heat .thin{background:${HATCH};color:var(--quiet)}
.heat .plateau{box-shadow:inset 0 0 0 2px var(--ink)}
.legend .heat-up::before{border:0;width:44px;height:12px;vertical-align:-.1em;background:linear-gradient(90deg,color-mix(in srgb,var(--gain) 7%,var(--paper)),color-mix(in srgb,var(--gain) 51%,var(--paper)))}
.legend .heat-down::before{border:0;width:44px;height:12px;vertical-align:-.1em;background:linear-gradient(90deg,color-mix(in srgb,var(--loss) 7%,var(--paper)),color-mix(in srgb,var(--loss) 51%,var(--paper)))}
.legend .heat-ring::before{border:2px solid var(--ink);width:16px;height:12px;vertical-align:-.1em}
.legend .heat-thin::before{border:1px solid var(--rule);width:16px;height:12px;vertical-align:-.1em;background:${HATCH}}
.legend .heat-star::before,.legend .heat-diamond::before{border:0;width:auto;content:"★";vertical-align:0}
.legend .heat-diamond::before{content:"◆"}
.legend .point-rest::before,.legend .point-front::before{border:1.5px solid var(--hold);border-radius:50%;width:9px;height:9px;vertical-align:-.02em}
.legend .point-front::before{border-color:var(--gain);background:color-mix(in srgb,var(--gain) 35%,var(--paper));width:12px;height:12px}
.legend .slice-half::before{border-top:10px solid var(--gain-3);width:12px;vertical-align:-.1em}
.legend .slice-best::before{border:0;width:auto;content:"△";vertical-align:0}
.legend .fold::before{border-top:12px solid var(--grid);width:20px;vertical-align:-.15em}
.legend .line-best::before{border-top:2px solid var(--gain)}
.legend .line-rest::before{border-top:1px solid var(--hold)}
.legend .line-few::before{border-top:1px dashed var(--loss)}
.choice{display:flex;flex-wrap:wrap;gap:8px 20px;font-size:13px;color:var(--quiet)}
.choice[hidden],#brushes[hidden]{display:none}
.choice label{max-width:100%}
select{font:13px/1.4 var(--sans);color:var(--ink);background:var(--panel);border:1px solid var(--rule);border-radius:6px;padding:4px 8px;max-width:220px}
#failures summary{width:auto}
#searched .facts dd{max-height:none}
#parallel .drawing{overflow-x:auto}
.parallel{display:block;width:100%;min-width:640px;height:auto;touch-action:pan-x;cursor:crosshair;user-select:none;-webkit-user-select:none}
.parallel text{font:12px var(--sans);fill:var(--quiet);text-anchor:middle}
.parallel .axis-name{fill:var(--ink);font-weight:600}
.parallel path{fill:none;stroke-linejoin:round;stroke:var(--hold);stroke-width:1}
.parallel .left{stroke-opacity:.1}
.parallel .few{stroke:var(--loss);stroke-dasharray:3 3;stroke-opacity:.5}
.parallel .fifth-1{stroke-opacity:.18}.parallel .fifth-2{stroke-opacity:.26}.parallel .fifth-3{stroke-opacity:.36}.parallel .fifth-4{stroke-opacity:.5}
.parallel .fifth-5{stroke:var(--gain);stroke-opacity:.75;stroke-width:1.4}
.parallel.many .fifth-1,.parallel.many .fifth-2,.parallel.many .fifth-3,.parallel.many .fifth-4{stroke-opacity:.07}
.parallel.many .fifth-5{stroke-opacity:.16;stroke-width:1}
.parallel .axis{stroke:var(--quiet);stroke-width:1}
.parallel .brush{fill:var(--gross);fill-opacity:.28;stroke:var(--gross)}
.brush-groups{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:8px 20px;margin-bottom:8px}
#brushes fieldset{border:0;margin:0;padding:0;min-width:0}
#brushes legend{padding:0;font-size:13px;color:var(--quiet);max-width:100%;overflow:hidden;text-overflow:ellipsis}
#brushes input{display:block;width:100%;margin:4px 0;accent-color:var(--gain)}
.bar{display:block;width:100%;min-width:90px;height:10px;background:var(--panel);margin-top:4px}
.bar rect{fill:var(--gain)}
#influence>.scroll td:last-child{width:420px}
.moved{font-weight:600}
.kept{color:var(--quiet)}
#walk-forward td,#walk-forward th{padding-left:8px;padding-right:8px}
#walk-forward td,#walk-forward tbody th,#trial-list td,#trial-list th,#best-runs td{white-space:nowrap;overflow-wrap:normal}
#trial-list td,#trial-list th{padding:6px 8px}
@media screen{#trial-list .scroll{max-height:640px}}
#verdict td bdi{display:inline-block;max-width:34ch;white-space:normal}
@media screen and (max-width:720px){.ruling{font-size:16px;padding:12px 14px}.checks li{grid-template-columns:minmax(0,1fr);gap:0}.headline{font-size:16px}#verdict td bdi{max-width:13ch}#verdict td,#verdict th{padding:6px 8px}.parallel text{font-size:16px}}
@media print{
.choice,#brushes,.slices details{display:none}
.heat td,.heat th,#trial-list td,#trial-list th{padding:2px 3px}
#trial-list table,.heat table{font-size:5.5pt}
.heat td,.bar rect,.bar{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.heat td{min-width:0}
.parallel{min-width:0}
#walk-forward td,#walk-forward tbody th,#trial-list td{white-space:normal}
#walk-forward td,#walk-forward th{padding:2px 3px;font-size:6.5pt}
.checks span{white-space:nowrap}
.checks li,.ruling{break-inside:avoid}
}
`

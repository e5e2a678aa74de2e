/** The look of every report page, as text: calm, dense where tables are, light and dark, fit for print. Floor 4. */
import { INK } from './chart-ink.js'

/** The light colours. */
export const LIGHT = `--paper:#ffffff;--panel:#f6f7f8;--faint:#6d7780;--rule:#dfe3e6;--warn:#fdf3e5;--focus:#0b7a75;
${Object.entries(INK)
  .map(([name, color]) => `--${name}:${color}`)
  .join(';')};color-scheme:light`

const DARK = `--paper:#14181b;--panel:#1c2226;--ink:#e4e8ea;--quiet:#a3aeb6;--faint:#8f9aa3;--rule:#2f373d;--grid:#2a3238;
--gain:#3fc1b5;--loss:#f0a04b;--hold:#8e99a2;--gross:#a5a1f5;--warn:#2b2318;--focus:#3fc1b5;
--gain-1:#16302e;--gain-2:#1a4a46;--gain-3:#1f6660;--loss-1:#33261a;--loss-2:#573b1c;--loss-3:#7a4f1d;color-scheme:dark`

/** The one style sheet of a page. */
export const PAGE_STYLE = `
:root{${LIGHT};
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}
@media screen{:root[data-theme=dark]{${DARK}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 var(--sans);font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main,footer{max-width:1200px;margin:0 auto;padding:0 24px}
main{padding-top:28px}
footer{padding-top:16px;padding-bottom:32px;color:var(--quiet);font-size:13px}
h1,h2,h3,p,ul,dl,dd,figure,pre{margin:0;padding:0}
h1{font-size:28px;line-height:1.2;font-weight:650;letter-spacing:-.01em}
h2{font-size:17px;line-height:1.3;font-weight:650;margin-bottom:12px}
h3{font-size:14px;line-height:1.35;font-weight:600;margin-bottom:8px}
section{margin-top:40px}
section>*+*{margin-top:16px}
section>figure+figure,section>.grid+*{margin-top:30px}
section>p{max-width:100ch}
code,pre{font-family:var(--mono);font-size:.9em}
a{color:inherit}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-9999px}
.skip:focus{left:12px;top:12px;padding:8px 12px;background:var(--paper);border:1px solid var(--rule)}
.brand,.label,dt,.quiet,figcaption,caption{color:var(--quiet);font-size:13px}
.brand{margin-bottom:2px}
.ranges{list-style:none;margin-top:6px}
.ranges span{margin-left:.6em}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:12px 24px;margin:20px 0}
.facts dd{max-height:9em;overflow:auto}
.pair{margin-right:.4em}
pre{max-height:12em;overflow:auto;padding:10px 12px;margin-top:4px;background:var(--panel);border-radius:6px;white-space:pre-wrap}
pre code{user-select:all;-webkit-user-select:all}
.badges{list-style:none;display:flex;flex-wrap:wrap;gap:6px;margin-top:12px}
.badges li{padding:2px 10px;border:1px solid var(--rule);border-radius:99px;font-size:13px;color:var(--quiet)}
.badges .good{border-color:var(--gain);color:var(--gain)}
.badges .bad{border-color:var(--loss);color:var(--loss)}
.badges .good::before{content:"✓ "}
.badges .bad::before{content:"! "}
#theme{position:absolute;top:20px;right:max(24px,calc((100vw - 1200px)/2 + 24px));z-index:2}
button{font:13px/1.4 var(--sans);color:var(--ink);background:var(--panel);border:1px solid var(--rule);border-radius:6px;padding:4px 10px;cursor:pointer}
button:hover:enabled{border-color:var(--quiet)}
button:disabled{color:var(--faint);cursor:default}
.verdict{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;background:var(--rule);border:1px solid var(--rule);border-radius:8px;overflow:hidden}
.verdict>div{background:var(--paper);padding:14px 16px;min-width:0}
.verdict a{text-decoration:none}
.verdict a:hover{text-decoration:underline}
.figure{font-size:22px;line-height:1.35;font-weight:600}
.figure small{font-size:13px;font-weight:400;color:var(--quiet);white-space:nowrap}
.figure.hidden,td .hidden{font-size:13px;font-weight:400;color:var(--quiet);font-style:italic}
.grey{color:var(--faint)}
data.hidden{font-style:italic;color:var(--quiet)}
.verdict .hold{font-size:13px;color:var(--faint)}
.gain{color:var(--gain)}
.loss{color:var(--loss)}
.warnings{list-style:none;background:var(--warn);border-left:3px solid var(--loss);border-radius:0 6px 6px 0;padding:10px 16px}
.warnings li+li{margin-top:4px}
.legend{min-height:1.5em;list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin-bottom:8px;font-size:13px}
.legend li::before{content:"";display:inline-block;width:20px;margin-right:8px;vertical-align:.3em;border-top:2px solid var(--gain)}
.legend .hold::before{border-top:1px solid var(--hold)}
.legend .gross::before{border-top:2px dashed var(--gross)}
.legend .band::before{border-top:10px solid var(--loss);opacity:.18;vertical-align:-.1em}
.legend .bar::before{border-top:10px solid var(--gain);width:12px;vertical-align:-.1em}
.legend .hollow::before{border:1.5px solid var(--hold);width:12px;height:10px;vertical-align:-.1em}
.legend .hollow-loss::before{border:1.5px solid var(--loss);width:12px;height:10px;vertical-align:-.1em}
.legend .less::before{border-top:10px solid var(--loss);width:12px;vertical-align:-.1em}
.legend .gross-bar::before{border-top:10px solid var(--gross);opacity:.35;width:12px;vertical-align:-.1em}
.legend .mark::before{border-top:2.5px solid var(--ink);width:12px}
.legend .curve::before{border-top:2px solid var(--gross)}
.legend .w30::before{border-top:1px solid var(--hold)}
.legend .w90::before{border-top:2px solid var(--gain)}
.legend .w180::before{border-top:2px dashed var(--gross)}
.legend .dash::before{border-top:2px dashed var(--hold)}
.legend .up::before,.legend .down::before{border:0;width:auto;content:"▲";color:var(--gain);vertical-align:0}
.legend .down::before{content:"▽";color:var(--loss)}
.legend .drawdown::before{border-top:8px solid var(--loss);opacity:.6;vertical-align:-.02em}
.grid{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:28px 40px}
.grid>*{min-width:0}
.grid>div>*+*{margin-top:20px}
.grid>div>h3+*{margin-top:0}
.wide .drawing{overflow-x:auto;overflow-y:hidden}
.chart.wide{min-width:720px}
#equity-figure input{position:absolute;opacity:0}
#equity-figure label{display:inline-block;padding:3px 12px;margin-bottom:12px;border:1px solid var(--rule);font-size:13px;color:var(--quiet);cursor:pointer}
#equity-figure label:first-of-type{border-radius:6px 0 0 6px}
#equity-figure label:last-of-type{border-radius:0 6px 6px 0;margin-left:-4px}
#equity-figure input:checked+label{background:var(--panel);color:var(--ink);font-weight:600}
#equity-figure input:focus-visible+label{outline:2px solid var(--focus);outline-offset:2px}
#equity-figure:has(#equity-linear:checked) .log,#equity-figure:has(#equity-log:checked) .linear{display:none}
.chart{display:block;width:100%;height:auto;overflow:visible}
.chart text{font-family:var(--sans);font-variant-numeric:tabular-nums}
figcaption{max-width:100ch;margin-top:8px}
details{margin-top:6px}
figure details{display:inline-block;vertical-align:top;margin-right:20px}
figure details[open]{display:block;margin-right:0}
.spec pre{max-height:220px;white-space:pre-wrap;word-break:break-all}
summary{cursor:pointer;color:var(--quiet);font-size:13px;width:fit-content}
.costs{display:flex;flex-wrap:wrap;gap:8px 28px;margin-bottom:8px}
.costs .sign{color:var(--faint);font-weight:400}
.scroll{overflow:auto;border:1px solid var(--rule);border-radius:8px}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:13px;line-height:1.4}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{padding:6px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
tbody tr:last-child>*{border-bottom:0}
thead th{position:sticky;top:0;background:var(--panel);color:var(--quiet);font-weight:600;white-space:nowrap}
tbody th{font-weight:400}
#trade-list .scroll,details .scroll{max-height:640px}
#trade-list table{font-size:12px}
.number{text-align:right}
@media screen{.scroll td,.scroll th{overflow-wrap:break-word}}
.number,#trade-list td,#metrics th,#metrics td,.months td,.months th{white-space:nowrap;overflow-wrap:normal}
#metrics td:last-child{min-width:280px;white-space:normal}
#settings tbody th{width:240px;min-width:130px}
.tag{display:block}td.tag{display:table-cell}
.tag bdi{display:block;max-width:18ch;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.group tbody th{min-width:7ch}
.group th bdi{overflow-wrap:anywhere}
.pager{display:flex;flex-wrap:wrap;align-items:center;gap:8px;margin:10px 0;font-size:13px;color:var(--quiet)}
thead th button{all:unset;cursor:pointer}
thead th button:focus-visible{outline:2px solid var(--focus)}
th[aria-sort=ascending] button::after{content:" ▲"}
th[aria-sort=descending] button::after{content:" ▼"}
.months td,.months th,.group td,.group th,#trade-list td,#trade-list th{padding:6px 8px}
#trade-list td,#trade-list th{padding:6px}
.months .none{color:var(--faint)}
.g1{background:var(--gain-1)}.g2{background:var(--gain-2)}.g3{background:var(--gain-3)}
.l1{background:var(--loss-1)}.l2{background:var(--loss-2)}.l3{background:var(--loss-3)}
.total{font-weight:600}
#metrics tr:has(:target)>*{background:var(--panel)}
.definition{color:var(--quiet)}
@media screen and (max-width:720px){
main,footer{padding-left:16px;padding-right:16px}
main{padding-top:20px}
h1{font-size:23px}
.ranges span{margin-left:0;margin-right:.6em}
.ranges strong{margin-right:.6em}
.verdict{grid-template-columns:repeat(2,1fr)}
.verdict>div{padding:12px}
.figure{font-size:19px}
.chart.full text{font-size:24px}
.chart.half text{font-size:16px}
.grid{grid-template-columns:minmax(0,1fr)}
#theme{top:12px;right:16px}
#metrics td:last-child{white-space:nowrap}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{
@page{size:A4;margin:14mm}
body{font-size:9.5pt;line-height:1.4}
main,footer{max-width:none;padding:0}
.scroll,#trade-list .scroll,pre,.facts dd{max-height:none;overflow:visible;border:0}
.chart.full text{font-size:14px}
.chart.wide{min-width:0}
.grid{gap:14px 24px}
.tag bdi{white-space:normal}
@page list{size:A4 landscape;margin:12mm}
#trade-list{page:list}
table,td.quiet{font-size:7.5pt}
.scroll th,.scroll td,.months th,.months td,.group th,.group td,#trade-list th,#trade-list td{padding:2px 3px}
.months table,.months td.quiet{font-size:7pt}
#trade-list table{font-size:8pt}
thead th{position:static}
thead{display:table-header-group}
tr,figure,.verdict,.costs,.warnings li{break-inside:avoid}
tbody tr:first-child{break-before:avoid}
h2,h3{break-after:avoid}
.group,.grid>div{break-inside:avoid}
.group table{font-size:7pt}
.group td,.group th{padding:2px}
.group thead th{white-space:normal}
.hidden{font-size:inherit}
.skip,details,figure details,button,.pager,#equity-figure input,#equity-figure label{display:none}
thead th button{display:inline}
}
`

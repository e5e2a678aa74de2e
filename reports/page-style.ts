/** The look of every report page, as text: calm, dense where tables are, light and dark, fit for print. Floor 4. */

/** The light colours. */
export const LIGHT = `--paper:#ffffff;--panel:#f6f7f8;--ink:#1b2126;--quiet:#5a656e;--faint:#6d7780;--rule:#dfe3e6;--grid:#e6e9ec;
--gain:#0b7a75;--loss:#b45309;--hold:#75808a;--warn:#fdf3e5;--focus:#0b7a75;color-scheme:light`

const DARK = `--paper:#14181b;--panel:#1c2226;--ink:#e4e8ea;--quiet:#a3aeb6;--faint:#8f9aa3;--rule:#2f373d;--grid:#2a3238;
--gain:#3fc1b5;--loss:#f0a04b;--hold:#8e99a2;--warn:#2b2318;--focus:#3fc1b5;color-scheme:dark`

/** The one style sheet of a page. */
export const PAGE_STYLE = `
:root{${LIGHT};
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 var(--sans);font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main,footer{max-width:1200px;margin:0 auto;padding:0 24px}
main{padding-top:28px}
footer{padding-top:16px;padding-bottom:32px;color:var(--quiet);font-size:13px}
h1,h2,p,ul,dl,dd,figure,pre{margin:0;padding:0}
h1{font-size:28px;line-height:1.2;font-weight:650;letter-spacing:-.01em}
h2{font-size:17px;line-height:1.3;font-weight:650;margin-bottom:12px}
section{margin-top:36px}
section>p{max-width:100ch;margin-bottom:10px}
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
.verdict{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;background:var(--rule);border:1px solid var(--rule);border-radius:8px;overflow:hidden}
.verdict>div{background:var(--paper);padding:14px 16px;min-width:0}
.verdict a{text-decoration:none}
.verdict a:hover{text-decoration:underline}
.figure{font-size:22px;line-height:1.35;font-weight:600}
.figure small{font-size:13px;font-weight:400;color:var(--quiet);white-space:nowrap}
.figure.hidden,td .hidden{font-size:13px;font-weight:400;color:var(--quiet);font-style:italic}
.grey{color:var(--faint)}
.verdict .hold{font-size:13px;color:var(--faint)}
.gain{color:var(--gain)}
.loss{color:var(--loss)}
.warnings{list-style:none;background:var(--warn);border-left:3px solid var(--loss);border-radius:0 6px 6px 0;padding:10px 16px}
.warnings li+li{margin-top:4px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin-bottom:8px;font-size:13px}
.legend li::before{content:"";display:inline-block;width:20px;margin-right:8px;vertical-align:.3em;border-top:2px solid var(--gain)}
.legend .hold::before{border-top:1px solid var(--hold)}
.legend .drawdown::before{border-top:8px solid var(--loss);opacity:.6;vertical-align:-.02em}
.chart{display:block;width:100%;height:auto;overflow:visible}
.chart text{font-family:var(--sans);font-variant-numeric:tabular-nums}
figcaption{max-width:100ch;margin-top:8px}
details{margin-top:10px}
summary{cursor:pointer;color:var(--quiet);font-size:13px;width:max-content}
.costs{display:flex;flex-wrap:wrap;gap:8px 28px;margin-bottom:8px}
.costs .sign{color:var(--faint);font-weight:400}
.scroll{overflow:auto;border:1px solid var(--rule);border-radius:8px}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:13px;line-height:1.4}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{padding:6px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
tbody tr:last-child>*{border-bottom:0}
thead th{position:sticky;top:0;background:var(--panel);color:var(--quiet);font-weight:600;white-space:nowrap}
tbody th{font-weight:400}
#trades .scroll,details .scroll{max-height:640px}
.number{text-align:right}
.number,#trades td,#metrics th,#metrics td{white-space:nowrap;overflow-wrap:normal}
#metrics td:last-child{min-width:280px;white-space:normal}
#settings tbody th{width:240px;min-width:130px}
.tags{display:block;max-width:26ch;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
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
.chart text{font-size:24px}
#metrics td:last-child{white-space:nowrap}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{
@page{size:A4;margin:14mm}
:root{${LIGHT}}
body{font-size:10pt}
main,footer{max-width:none;padding:0}
.scroll,pre,.facts dd{max-height:none;overflow:visible;border:0}
.chart text{font-size:14px}
table{font-size:7pt}
th,td{padding:2px 3px}
.tags{max-width:12ch;white-space:normal}
thead th{position:static}
thead{display:table-header-group}
tr,figure,.verdict,.costs,.warnings{break-inside:avoid}
h2{break-after:avoid}
.skip,details{display:none}
}
`

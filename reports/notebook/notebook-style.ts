/** What a notebook's page adds to the look of every page. Floor 4. */

/** Rules behind those of every page. */
export const NOTEBOOK_STYLE = `
main,footer{max-width:1000px}
#theme{right:max(24px,calc((100vw - 1000px)/2 + 24px))}
.brand{margin-right:130px}
.prose{margin-top:30px;max-width:76ch}
.prose>*+*{margin-top:12px}
.prose h1{margin-bottom:6px}
.prose h2{margin:22px 0 0}
.prose>h2:first-child{margin-top:8px}
.prose ul,.prose ol{padding-left:1.4em}
.prose pre{max-height:none}
.prose blockquote{margin-left:0;padding-left:14px;border-left:3px solid var(--rule);color:var(--quiet)}
.prose table{width:auto}
.cell{margin-top:22px}
.cell>*+*{margin-top:12px}
.cell h3{margin:0}
.code{max-height:none;margin:0;padding:12px 14px;border-left:3px solid var(--rule);border-radius:0 6px 6px 0;font-size:13px;line-height:1.5;overflow-x:auto;white-space:pre}
.code .comment{color:var(--quiet);font-style:italic}
.code .string{color:var(--gain)}
.code .numeral{color:var(--gross)}
.code .keyword{font-weight:600}
.shown{margin:0;padding:0 2px;background:none;max-height:30em;font-size:13px}
.failed{background:var(--warn);border-left:3px solid var(--loss);border-radius:0 6px 6px 0;padding:10px 14px}
.failed pre{background:none;padding:0}
.drawn .drawing{overflow-x:auto}
.drawn .chart{width:auto;max-width:100%;min-width:560px}
.rest{color:var(--quiet);font-size:13px;margin-top:6px}
.cell table{width:auto;min-width:40%}
.cell .scroll{max-height:520px;width:fit-content;max-width:100%}
.cell td,.cell th{white-space:nowrap;overflow-wrap:normal}
@media print{.code{white-space:pre-wrap}}
`

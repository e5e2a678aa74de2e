/**
 * The price chart's program as one inline script: the files of `browser/` without their types, imports
 * and comments, one behind the other in one function. No bundler, so the same bytes under the same Node.
 * Floor 4.
 */
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

/** In the order in which they need each other. */
const FILES = [
  ...[
    'chart-manifest',
    'format',
    'view',
    'ticks',
    'column-reader',
    'bar-block',
    'trade-columns',
    'segments',
    'shown-orders',
    'chunk-store',
  ],
  ...[
    'canvas',
    'draw-bars',
    'draw-lines',
    'draw-trades',
    'draw-orders',
    'picture',
    'legend',
    'pointer',
    'price-chart',
  ],
]

let made: string | undefined

/** The script, as text. */
export function chartScript(): string {
  made ??= makeScript()
  return made
}

function makeScript(): string {
  const parts = FILES.map((name) => plainScript(new URL(`browser/${name}.ts`, import.meta.url)))
  return `(()=>{'use strict'\n${parts.join('\n')}\n})()`
}

function plainScript(file: URL): string {
  return withoutTypes(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'))
    .replace(/^import\s[^;]*?from '[^']+'$/gm, '')
    .replace(/^export /gm, '')
    .replace(/^[ \t]*\/\*\*[\s\S]*?\*\/$/gm, '')
    .replace(/^[ \t]*\/\/.*$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
}

/** Node 24 still warns that its stripping of types may change; the pinned Node does not change. */
function withoutTypes(source: string): string {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source, { mode: 'strip' })
  } finally {
    process.emitWarning = emitWarning
  }
}

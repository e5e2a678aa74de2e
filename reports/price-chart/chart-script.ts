/** The price chart's program: the files of `browser/` as one inline script. Floor 4. */
import { inlineScript } from '../inline-script.js'

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

let made: Promise<string> | undefined

/** The script, as text. */
export function chartScript(): Promise<string> {
  made ??= inlineScript(new URL('browser/', import.meta.url), FILES)
  return made
}

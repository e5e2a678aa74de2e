/** Colours of the terminal, or none. Floor 5. */
import { styleText } from 'node:util'
import type { Environment } from './environment.js'

/** What a piece of text means. */
export type Tone = 'strong' | 'quiet' | 'gain' | 'loss' | 'warning'

/** Paints text for a terminal, or gives it back as it is. */
export type Paint = (tone: Tone, text: string) => string

const STYLES = { strong: 'bold', quiet: 'dim', gain: 'green', loss: 'red', warning: 'yellow' } as const

/**
 * A painter for a stream. `NO_COLOR` (any text) wins over `FORCE_COLOR` (any text but 0), and that over
 * whether the stream is a terminal. Source: no-color.org, force-color.org.
 */
export function newPaint(environment: Environment, isTerminal: boolean): Paint {
  return isColourful(environment, isTerminal)
    ? (tone, text) => styleText(STYLES[tone], text, { validateStream: false })
    : (_tone, text) => text
}

function isColourful(environment: Environment, isTerminal: boolean): boolean {
  if ((environment.NO_COLOR ?? '') !== '') return false
  const force = environment.FORCE_COLOR ?? ''
  if (force !== '') return force !== '0' && force !== 'false'
  return isTerminal && environment.TERM !== 'dumb'
}

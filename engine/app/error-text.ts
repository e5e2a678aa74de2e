/** An error as the terminal shows it. Floor 5. */
import { inspect } from 'node:util'
import { NextbarError } from '../model/errors.js'

/** Controls, line breaks included: an error is one paragraph, whatever a file or a strategy put into it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g

/** `error: …` in one paragraph; with `isDebug` the stack and what caused it below. */
export function errorText(error: unknown, isDebug: boolean): string {
  const message = messageOf(error).replace(CONTROLS, ' ').trim()
  return `error: ${message}\n${isDebug ? `${inspect(error)}\n` : ''}`
}

function messageOf(error: unknown): string {
  if (error instanceof NextbarError) return error.message
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return `unexpected ${what} (a fault of Nextbar or of the machine; --debug shows where)`
}

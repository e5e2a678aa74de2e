/** How far the compiler of JavaScript may go. Floor 5. */
import { setFlagsFromString } from 'node:v8'

/** Bytecode, in bytes, that V8 puts into a function from those that it calls. */
const USUAL = 920
const MORE = 4000

/**
 * Lets a loop be made into one piece with more of what it calls, in every thread of the process: an order passes some
 * forty small functions from the ask to the row of its fill, of which V8 leaves most outside, and an order at every
 * second bar then takes half as long again. For replays alone: code that runs for a moment only costs more to compile.
 */
export function inlineMore(): void {
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${MORE}`)
}

/** Takes `inlineMore` back. */
export function inlineAsUsual(): void {
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${USUAL}`)
}

/** The gates of a promotion, in the order they are shown. Floor 4. */
import { ConfigError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'

/** What each gate asks for, by name. */
export const GATES = {
  reproduction: 'the run comes out the same from its manifest',
  'look-ahead': 'the audit found no look-ahead',
  'warm-up': 'the history that decisions need is within the declared',
  sweep: 'a sweep of this strategy, on these symbols, chose these parameters',
  pbo: 'the sweep is not likely to have picked luck (PBO)',
  dsr: 'its Sharpe ratio stands after all trials ever made (DSR)',
  'walk-forward': 'the walk-forward earns out of sample',
  duration: 'a paper or dry-run session ran long enough',
  'proof-a': 'its recorded events give the same decisions and orders',
  'proof-b': 'its bars through the backtester give the same orders and fills',
  slippage: 'slippage is within the model',
  key: 'the key may do no more than it must',
  drill: 'the fault drill was passed of late',
  limits: 'every limit is set',
  sameness: 'run and session are the same in everything that may not differ',
} as const

/** Name of a gate. */
export type GateName = keyof typeof GATES

/** All names in their order. */
// Object.keys of a literal are its keys.
export const GATE_NAMES = Object.keys(GATES) as readonly GateName[]

/** Gates that no reason opens: without limits nothing goes live, and another session is not the one that was tested. */
const UNACCEPTABLE: readonly GateName[] = ['limits', 'sameness']

/** The gate of a word. Throws a ConfigError for any other, and for one that cannot be accepted. */
export function toAcceptable(word: string): GateName {
  const name = GATE_NAMES.find((one) => one === word)
  if (name === undefined) {
    throw new ConfigError(
      `--accept must name a gate, ${word} is none${hintFor(word, GATE_NAMES)} (${GATE_NAMES.join(', ')})`,
    )
  }
  if (!UNACCEPTABLE.includes(name)) return name
  throw new ConfigError(`--accept must not name ${name}: no reason opens it (${GATES[name]})`)
}

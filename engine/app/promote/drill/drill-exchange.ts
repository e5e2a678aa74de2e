/** The local exchange of a drill: made-up bars that stand still until they are told to go on. Floor 5. */
import { generateBars } from '../../../../data/synthetic.js'
import { symbolEntry } from '../../../exchange/listed-symbol.js'
import { type RunningExchange, startExchange } from '../../../exchange/start-exchange.js'
import { ExchangeError, InvariantError } from '../../../model/errors.js'
import { ONE } from '../../../model/money.js'
import { knownRules } from '../../../venue/known-symbols.js'

/** The market that is drilled on. */
export const DRILL_SYMBOL = 'BTCUSDT'

/** A fault as the control port takes it. */
export type DrillFault = Readonly<Record<string, unknown>>

/** Starts one; `speed` is bars a second, 0 moves by `advanceBar`. */
export async function drillExchange(speed = 0): Promise<RunningExchange> {
  const rules = knownRules(DRILL_SYMBOL)
  if (rules === undefined) throw new InvariantError(`${DRILL_SYMBOL} must have built-in rules`)
  return startExchange({
    symbols: [
      { bars: generateBars({ seed: 7, count: 20_000, symbol: DRILL_SYMBOL }), entry: symbolEntry(rules) },
    ],
    history: 600,
    speed,
    balances: new Map([['USDT', 100_000n * ONE]]),
  })
}

/** Sets faults. */
export function setFaults(exchange: RunningExchange, faults: readonly DrillFault[]): Promise<void> {
  return control(exchange, 'POST', faults)
}

/** Takes all faults away. */
export function clearFaults(exchange: RunningExchange): Promise<void> {
  return control(exchange, 'DELETE')
}

async function control(
  { address }: RunningExchange,
  method: string,
  faults?: readonly DrillFault[],
): Promise<void> {
  const answer = await fetch(`${address.control}/fault`, {
    method,
    headers: { 'x-control-token': address.token, 'content-type': 'application/json' },
    ...(faults !== undefined && { body: JSON.stringify(faults) }),
  })
  if (!answer.ok) throw new ExchangeError(`the drill's fault must be taken, was not: ${await answer.text()}`)
}

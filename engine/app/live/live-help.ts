/** The help of `run-live.ts`. Floor 5. */
import type { Flag } from '../flag.js'
import { LIVE_FLAG_NAMES, LIVE_FLAGS } from './live-flags.js'

const COLUMN = 34

/** The whole help. */
export function liveHelp(): string {
  return `A strategy on live bars: the same session as a backtest, with a ledger of everything it sees and does.

  npx tsx run-live.ts [strategy] --symbol BTCUSDT [flags]
  npx tsx run-live.ts --run reports/out/<runId> --mode paper   a run's strategy, parameters, symbols and settings
  npx tsx run-live.ts arm [strategy] --mode live [flags] --for 24h
  npx tsx run-live.ts adopt [strategy] --mode testnet [flags] --take BTC=0.5   before its first start: coins for its books
  npx tsx run-live.ts status|verify --state DIR
  npx tsx run-live.ts report --state DIR --day 2026-11-28   a UTC day of a session: result, costs, orders, doubts
  npx tsx run-live.ts test-alert                         one alert through every channel of the environment
  npx tsx run-live.ts halt|clear --state DIR --reason TEXT   clear ends a halt, or acknowledges the loss of a day
  npx tsx run-live.ts resume --state DIR                 ends a pause
  npx tsx run-live.ts cancel-all --state DIR --key-file FILE   halts, and takes back what is open though its process hangs or is gone

Example:
  npx tsx run-live.ts sma-cross -p fast=5 -p slow=20 --symbol BTCUSDT --interval 1m --mode dry-run

stdout has one JSON line for each order that the strategy asks for; the log is log.jsonl in the state folder.
Nothing is sent in paper and dry-run, and no key is needed. testnet, demo and live need a key (Vault, --key-file or
BINANCE_API_KEY with BINANCE_API_SECRET) and --cash; live also every limit, --price-collar, NEXTBAR_LIVE=<symbols>,
a promotion record and arm. What is missing is listed, and nothing is sent.

Flags:
${LIVE_FLAG_NAMES.map(flagLine).join('\n')}

Strategy, parameters, --symbol, --interval, cash, costs, --run and --config are as in run-backtest.ts --help,
but that --policy is maker-first unless it is given.

Alerts go to NEXTBAR_ALERT_URL (a webhook) and NEXTBAR_ALERT_COMMAND (a shell runs it; the alert is JSON on its stdin),
heartbeats to NEXTBAR_HEARTBEAT_URL.

Stop it with Ctrl-C or SIGTERM. A file KILL in the state folder, or SIGUSR2, stops new orders at once.

Exit codes: 0 stopped; 1 unexpected; 2 flags; 3 ledger or data damaged; 4 the strategy threw; 5 the gate is closed; 6 the exchange
refused; 7 halted, the ledger could not be written, or the strategy did not return; 130 stopped by Ctrl-C.
`
}

function flagLine(name: (typeof LIVE_FLAG_NAMES)[number]): string {
  const flag: Flag<unknown> = LIVE_FLAGS[name]
  const words = `  --${name}${flag.takes === undefined ? '' : ` ${flag.takes}`}`
  const shown = flag.show(flag.default)
  const fallback = shown === null || shown === false ? '' : ` (${String(shown)})`
  const help = `${flag.help}${fallback}`
  return words.length < COLUMN ? `${words.padEnd(COLUMN)}${help}` : `${words}\n${' '.repeat(COLUMN)}${help}`
}

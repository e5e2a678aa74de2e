/**
 * `run-live.ts cancel-all`: halts a session and takes back all that it has open on the exchange, whether its process runs,
 * hangs or is gone. It loads no strategy and writes no ledger: the next start finds out what became of each order. Floor 5.
 */
import { join } from 'node:path'
import { accountDigest } from '../../live/files/account-lock.js'
import { halt, readHolds } from '../../live/files/control-files.js'
import { FILES } from '../../live/files/state-folder.js'
import { loadKey, type MutableEnvironment } from '../../live/keys/load-key.js'
import type { Genesis } from '../../live/ledger/genesis.js'
import { hasLedger, openDatabase, readGenesis } from '../../live/ledger/read-ledger.js'
import { type TakenBack, takeBackOrders } from '../../live/orders/take-back-orders.js'
import { VenueClock } from '../../live/orders/venue-clock.js'
import { ConfigError, DataError, ExchangeError } from '../../model/errors.js'
import { checkNetworkVariables } from '../../venue/allowed-hosts.js'
import { Limiter } from '../../venue/limiter.js'
import { PublicRest } from '../../venue/public-rest.js'
import { SignedRest } from '../../venue/signed-rest.js'
import { steadyNow } from '../../venue/steady-now.js'
import { addressesOf } from './live-addresses.js'
import { liveHint, readLiveFlags } from './live-flags.js'
import { readAccount } from './venue-session.js'

/**
 * Does it and gives what is shown. Throws an ExchangeError while something may still be open, a ConfigError where nothing
 * can be: no such session, another account.
 */
export async function cancelAll(words: readonly string[], environment: MutableEnvironment): Promise<string> {
  const { live, rest: odd } = readLiveFlags(words)
  const [word] = odd.filter((one) => one !== '--debug')
  if (word !== undefined)
    throw new ConfigError(
      `${word} must be a flag of run-live cancel-all, is none${liveHint(word.replace(/^--/, ''))}`,
    )
  const { state } = live
  if (state === undefined) throw new ConfigError('--state must name the folder of a session, was not given')
  const { mode, account, symbols, epoch } = genesisIn(state)
  const { rest: url, mode: signedMode } = addressesOf({ ...live, mode })
  if (signedMode === undefined)
    throw new ConfigError(`cancel-all must be for a session that sends orders, ${state} is of ${mode}`)
  checkNetworkVariables(environment)
  const { key } = await loadKey(environment, live['key-file'])
  // First of all nothing new: a process that still runs sees it and takes back its own.
  const { halt: held } = readHolds(state)
  halt(state, live.reason ?? 'run-live.ts cancel-all', Date.now())
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const limiter = new Limiter({ now: steadyNow, sleep })
  const rest = new PublicRest({ url, limiter, sleep })
  const clock = new VenueClock(() => rest.time())
  const signed = new SignedRest({ url, signer: key, limiter, now: () => clock.now() })
  try {
    await clock.measure()
    const { uid } = await readAccount(signed)
    if (accountDigest(new URL(url).host, uid) !== account)
      throw new ConfigError(`the key must be of the account that ${state} trades, is of another`)
    const results: (readonly [string, TakenBack])[] = []
    for (const { symbol } of symbols) results.push([symbol, await takeBackOrders(signed, { symbol, epoch })])
    const left = results.flatMap(([symbol, one]) => one.left ?? [`whatever ${symbol} has`])
    const taken = results.flatMap(([symbol, one]) => one.takenBack.map((id) => `taken back ${symbol} ${id}`))
    if (left.length > 0) {
      throw new ExchangeError(
        `all open orders of the session must be taken back, these may still be open: ${left.join(', ')}; ${taken.length} were taken back; try again, or look on the exchange's own page`,
      )
    }
    return `${[
      ...taken,
      `no order of nb${epoch} is open on ${symbols.map(({ symbol }) => symbol).join(', ')}; what is held stays held`,
      held ? `halted    as before: ${held.reason}` : 'halted    until run-live.ts clear',
    ].join('\n')}\n`
  } finally {
    await signed.close()
    await rest.close()
  }
}

function genesisIn(state: string): Genesis {
  const path = join(state, FILES.ledger)
  if (!hasLedger(path)) throw new DataError(`${path} must be a ledger, there is none`)
  const database = openDatabase(path, true)
  try {
    return readGenesis(database).genesis
  } finally {
    database.close()
  }
}

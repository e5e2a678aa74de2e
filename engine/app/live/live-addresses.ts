/** Where a live session connects: each mode has its own hosts, and keys go to no others. Floor 5. */
import { ConfigError } from '../../model/errors.js'
import { checkAllowedHost, type SignedMode } from '../../venue/allowed-hosts.js'
import { isLoopback, type LiveSettings } from './live-flags.js'

/** The addresses of a session. */
export interface LiveAddresses {
  readonly rest: string
  readonly stream: string
  /** User data; no mode without orders has it. */
  readonly wsApi: string
  /** The mode where it sends orders; undefined where it simulates them. */
  readonly mode: SignedMode | undefined
}

const PUBLIC = {
  rest: 'https://data-api.binance.vision',
  stream: 'wss://data-stream.binance.vision:443',
  wsApi: '',
}

const SIGNED: Readonly<Record<SignedMode, Omit<LiveAddresses, 'mode'>>> = {
  live: {
    rest: 'https://api.binance.com',
    stream: 'wss://stream.binance.com:9443',
    wsApi: 'wss://ws-api.binance.com:443/ws-api/v3',
  },
  testnet: {
    rest: 'https://testnet.binance.vision',
    stream: 'wss://stream.testnet.binance.vision',
    wsApi: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
  },
  demo: {
    rest: 'https://demo-api.binance.com',
    stream: 'wss://demo-stream.binance.com',
    wsApi: 'wss://demo-ws-api.binance.com/ws-api/v3',
  },
}

/** A mode's own addresses, or those that were given. Throws a ConfigError on one that keys may not go to. */
export function addressesOf(live: LiveSettings): LiveAddresses {
  const mode = live.mode === 'paper' || live.mode === 'dry-run' ? undefined : live.mode
  const usual = mode === undefined ? PUBLIC : SIGNED[mode]
  const addresses = {
    rest: live['rest-url'] ?? usual.rest,
    stream: live['stream-url'] ?? usual.stream,
    wsApi: live['ws-api-url'] ?? usual.wsApi,
    mode,
  }
  const named = [
    ['--rest-url', addresses.rest],
    ['--stream-url', addresses.stream],
    ...(mode === undefined ? [] : [['--ws-api-url', addresses.wsApi] as const]),
  ] as const
  for (const [name, url] of named) {
    if (mode !== undefined) checkAllowedHost(url, name, mode)
    if (live.clock === 'stream' && !isLoopback(url)) {
      throw new ConfigError(`--clock stream must stand beside addresses of this machine, ${name} was ${url}`)
    }
  }
  return addresses
}

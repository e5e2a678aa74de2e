/** Which hosts a mode may speak to, and that nobody listens in between. Floor 2. */
import { ConfigError } from '../model/errors.js'

/** Modes that send signed requests. */
export type SignedMode = 'testnet' | 'demo' | 'live'

const HOSTS: Readonly<Record<SignedMode, RegExp>> = {
  live: /^(?:(?:api|api-gcp|api[1-4]|ws-api|stream)\.binance\.com|data-api\.binance\.vision|data-stream\.binance\.vision)$/,
  testnet: /^(?:testnet|api1\.testnet|ws-api\.testnet|stream\.testnet)\.binance\.vision$/,
  demo: /^demo-(?:api|ws-api|stream)\.binance\.com$/,
}

/** Whether a host is this very machine. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** Throws a ConfigError unless the address is encrypted, or of this machine. `name` is what gave it. */
export function checkSecureUrl(text: string, name: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new ConfigError(`${name} must be an address such as https://host, is none`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError(`${name} must have no user or password in it, has`)
  }
  if (url.protocol === 'https:' || url.protocol === 'wss:' || isLoopbackHost(url.hostname)) return url
  throw new ConfigError(
    `${name} must begin with https: or wss: outside of this machine, begins with ${url.protocol}`,
  )
}

/**
 * Throws a ConfigError unless a mode's signed requests may go to an address: Binance's own hosts of that mode, or
 * this machine.
 */
export function checkAllowedHost(text: string, name: string, mode: SignedMode): void {
  const { hostname } = checkSecureUrl(text, name)
  if (isLoopbackHost(hostname) || HOSTS[mode].test(hostname)) return
  throw new ConfigError(
    `${name} must be a host of Binance's for ${mode}, or of this machine, was ${hostname}`,
  )
}

/** Variables that send requests through someone else. */
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']

/**
 * Throws a ConfigError when the process was told not to check certificates, or to go through a proxy that it was
 * not told to accept (`NEXTBAR_ALLOW_PROXY=1`).
 */
export function checkNetworkVariables(environment: Readonly<Record<string, string | undefined>>): void {
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    throw new ConfigError(
      'NODE_TLS_REJECT_UNAUTHORIZED must not be 0 where keys are used: certificates are always checked',
    )
  }
  if (environment.NEXTBAR_ALLOW_PROXY === '1') return
  const proxy = PROXIES.find((name) => (environment[name] ?? '') !== '')
  if (proxy === undefined) return
  throw new ConfigError(
    `${proxy} must not be set where keys are used, unless NEXTBAR_ALLOW_PROXY=1 says that it is meant`,
  )
}

/** Connections to the Redis server that a queue lives on. Floor 4. */
import { Redis } from 'ioredis'
import { ConfigError } from '../../model/errors.js'

/** Longest wait for the first answer. */
const CONNECT_MS = 5000

/**
 * A connection for reading and writing keys, when the server has answered. Throws a ConfigError naming the
 * server, without its password.
 */
export async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: null,
    retryStrategy: () => null,
  })
  // Told by the rejected promise below.
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    await redis.ping()
  } catch (cause) {
    redis.disconnect()
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`--queue must be a Redis server that answers, ${serverOf(url)} does not: ${why}`, {
      cause,
    })
  }
  redis.options.retryStrategy = (times) => Math.min(2000, 100 * times)
  return redis
}

/** Tells when a connection is lost, and when it is there again; once each. */
export function followLink(redis: Redis, onLink: (isUp: boolean) => void): void {
  let isUp = true
  const tell = (now: boolean): void => {
    if (now === isUp) return
    isUp = now
    onLink(now)
  }
  redis.on('reconnecting', () => tell(false))
  redis.on('ready', () => tell(true))
}

/** What BullMQ connects with: it tries again until the server is back. */
export function queueConnection(url: string): { readonly url: string; readonly maxRetriesPerRequest: null } {
  return { url, maxRetriesPerRequest: null }
}

/** The server without user and password. */
export function serverOf(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
  } catch {
    return 'the text given'
  }
}

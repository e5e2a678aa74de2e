/** One server over HTTP: requests that read, on connections that stay open. Redirects are not followed. Floor 2. */
import { Agent, request } from 'undici'

/** An answer whose body is still to come. It must be read to the end, or left with `dump`. */
export interface HttpAnswer {
  readonly status: number
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: AsyncIterable<Buffer>
  dump(): Promise<void>
}

/** A server. Close it when done. */
export class HttpSource {
  /** Without a slash at its end. */
  readonly url: string
  readonly #agent: Agent

  /** `idleMs` is the longest silence: while connecting, before an answer, and within one. */
  constructor(url: string, idleMs: number) {
    this.url = url.replace(/\/+$/, '')
    this.#agent = new Agent({ connect: { timeout: idleMs }, headersTimeout: idleMs, bodyTimeout: idleMs })
  }

  /** Asks for a path. Throws what the network says; `describeFault` puts it into words. */
  async get(path: string, signal?: AbortSignal): Promise<HttpAnswer> {
    const { statusCode, headers, body } = await request(`${this.url}${path}`, {
      dispatcher: this.#agent,
      ...(signal && { signal }),
    })
    return { status: statusCode, headers, body, dump: async () => void (await body.dump()) }
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

/** What went wrong on the network, in words. */
export function describeFault(cause: unknown): string {
  const error = cause instanceof Error ? cause : undefined
  return error?.message || (error && 'code' in error ? String(error.code) : '') || String(cause)
}

/**
 * The line to the exchange, for whatever is signed: once the exchange has ended all requests it is silent until a
 * person clears it. What came too late or too early by the exchange's clock, and so was not done, goes once more. Floor 3.
 */
import { type SignedAnswer, type SignedRequest, UNTIMELY } from '../../venue/signed-rest.js'

/** How often something that is waited for is looked at, milliseconds. */
export const POLL_MS = 15

/** What a line is made of. */
export interface LineParts {
  readonly send: (request: SignedRequest) => Promise<SignedAnswer>
  /** The exchange has ended all requests: a person must look. */
  readonly onSilence: (reason: string) => void
  /** A request was not answered, or in words that leave open what was done. */
  readonly onDoubt?: () => void
  /** Measures the exchange's clock again; gives whether it did. Must not throw. */
  readonly measureClock: () => Promise<boolean>
}

/** One for each session. */
export class ExchangeLine {
  readonly #parts: LineParts
  #isSilent = false
  #isOver = false

  constructor(parts: LineParts) {
    this.#parts = parts
  }

  /** Whether nothing is sent any more. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  /** Whether nobody waits for anything any more: silent, or closed. */
  get isEnded(): boolean {
    return this.#isSilent || this.#isOver
  }

  /** Sends a request, unless the line is silent; one that was refused for its time is signed and sent anew, once. */
  async send(request: SignedRequest): Promise<SignedAnswer> {
    const askedAt = performance.now()
    const answer = await this.#send(request)
    if (answer.kind !== 'REFUSED' || answer.code !== UNTIMELY) return answer
    if (!(await this.#parts.measureClock())) return answer
    const { mostWaitMs } = request
    if (mostWaitMs === undefined) return this.#send(request)
    return this.#send({ ...request, mostWaitMs: Math.max(0, mostWaitMs - (performance.now() - askedAt)) })
  }

  async #send(request: SignedRequest): Promise<SignedAnswer> {
    if (this.#isSilent) return { kind: 'HALT', reason: 'nothing is sent any more' }
    const answer = await this.#parts.send(request)
    if (answer.kind === 'UNKNOWN') this.#parts.onDoubt?.()
    if (answer.kind === 'HALT' && !this.isEnded) {
      this.#isSilent = true
      this.#parts.onSilence(answer.reason)
    }
    return answer
  }

  /** Waits until something holds, or so long, or until the line has ended. Gives whether it holds. */
  async until(ms: number, holds: () => boolean): Promise<boolean> {
    const end = performance.now() + ms
    while (!holds()) {
      if (performance.now() > end || this.isEnded) return false
      await sleep(POLL_MS)
    }
    return true
  }

  /** A person has looked at what ended all requests: they may go out again. */
  clear(): void {
    this.#isSilent = false
  }

  close(): void {
    this.#isOver = true
  }
}

/** Waits, milliseconds of real time. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** What faults do to a request and its reply. Floor 3. */
import { messageOf, type Rejection, statusOf } from '../rejection.js'
import type { Fault } from './fault.js'

/** A reply as it goes out. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** How a reply leaves: whole, cut short, byte by byte, or not at all. */
export type Delivery =
  | { readonly kind: 'WHOLE'; readonly reply: Reply }
  | { readonly kind: 'TRUNCATED'; readonly reply: Reply; readonly bytes: number }
  | { readonly kind: 'TRICKLED'; readonly reply: Reply; readonly ms: number }
  | { readonly kind: 'NONE' }

/** Faults that act on requests. */
export const REQUEST_FAULTS = [
  ...(['drop-request', 'drop-reply', 'delay', 'truncate', 'trickle', 'answer', 'headers', 'giant'] as const),
  ...(['hide', 'fill'] as const),
]

/** Whether a fault acts before the request is looked at. */
export function isBefore(fault: Fault): boolean {
  switch (fault.do) {
    case 'drop-request':
    case 'fill':
      return true
    case 'answer':
    case 'delay':
      return fault.when !== 'after-accept' && !(fault.do === 'delay' && fault.when === undefined)
    default:
      return false
  }
}

/** The reply that a fault makes up: a status, a code, a body; HTML and redirects by their headers. */
export function answerOf(fault: Fault, real?: Reply): Reply {
  const { code, msg, body, headers = {} } = fault
  const text =
    body !== undefined
      ? typeof body === 'string'
        ? body
        : JSON.stringify(body)
      : code !== undefined
        ? JSON.stringify({ code, msg: msg ?? messageOf(code) })
        : (real?.text ?? '{}')
  const status = fault.status ?? (code === undefined ? (real?.status ?? 200) : statusOf(code))
  const isHtml = text.trimStart().startsWith('<')
  return {
    status,
    headers: {
      ...real?.headers,
      'content-type': isHtml ? 'text/html' : 'application/json;charset=UTF-8',
      ...headers,
    },
    text,
  }
}

/** How a reply leaves under the faults that act behind the request. */
export function deliver(faults: readonly Fault[], real: Reply): Delivery {
  let reply = real
  let kind: Delivery['kind'] = 'WHOLE'
  let [bytes, ms] = [0, 1]
  for (const fault of faults) {
    if (isBefore(fault)) continue
    if (fault.do === 'drop-reply') return { kind: 'NONE' }
    if (fault.do === 'answer') reply = answerOf(fault, reply)
    else if (fault.do === 'headers') reply = { ...reply, headers: { ...reply.headers, ...fault.headers } }
    else if (fault.do === 'giant') reply = { ...reply, text: `"${'x'.repeat(fault.bytes ?? 1 << 26)}"` }
    else if (fault.do === 'truncate') {
      kind = 'TRUNCATED'
      bytes = fault.bytes ?? Math.floor(Buffer.byteLength(reply.text) / 2)
    } else if (fault.do === 'trickle') {
      kind = 'TRICKLED'
      ms = fault.ms ?? 1
    }
  }
  if (kind === 'TRUNCATED') return { kind, reply, bytes }
  return kind === 'TRICKLED' ? { kind, reply, ms } : { kind: 'WHOLE', reply }
}

/** How long the reply is held back in all. */
export function delayOf(faults: readonly Fault[], when: 'before' | 'after'): number {
  return faults
    .filter((fault) => fault.do === 'delay' && isBefore(fault) === (when === 'before'))
    .reduce((sum, { ms = 1000 }) => sum + ms, 0)
}

/** A refusal as a reply, with what its kind says about coming again. */
export function refusalReply({ code, message, status, body, retryAfterMs }: Rejection): Reply {
  return {
    status,
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      ...(retryAfterMs !== undefined && {
        'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))),
      }),
    },
    text: JSON.stringify({ code, msg: message, ...(body && { data: body }) }),
  }
}

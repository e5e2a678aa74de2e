/** What the exchange says when it does not do what was asked: code, message, HTTP status. Floor 3. */

/** A refusal on its way to the client. */
export class Rejection extends Error {
  readonly code: number
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | undefined
  /** Of 429 and 418: how long to keep away. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: number,
    message: string,
    {
      status = statusOf(code),
      data,
      retryAfterMs,
    }: {
      readonly status?: number
      readonly data?: Readonly<Record<string, unknown>>
      readonly retryAfterMs?: number
    } = {},
  ) {
    super(message)
    this.code = code
    this.status = status
    this.body = data
    this.retryAfterMs = retryAfterMs
  }
}

/** Statuses other than 400. */
const STATUSES: Readonly<Record<number, number>> = {
  [-1000]: 500,
  [-1001]: 500,
  [-1003]: 429,
  [-1006]: 500,
  [-1007]: 504,
  [-1008]: 503,
  [-1015]: 429,
  [-1016]: 410,
  [-2014]: 401,
  [-2015]: 401,
  [-2021]: 409,
}

/** HTTP status that a code comes with, where nothing else is said. */
export function statusOf(code: number): number {
  return STATUSES[code] ?? 400
}

/** Messages of codes whose text says all. */
const MESSAGES: Readonly<Record<number, string>> = {
  [-1000]: 'An unknown error occurred while processing the request.',
  [-1001]: 'Internal error; unable to process your request. Please try again.',
  [-1003]:
    'Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.',
  [-1006]: 'An unexpected response was received from the message bus. Execution status unknown.',
  [-1007]: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
  [-1008]: 'Server is currently overloaded with other requests. Please try again in a few minutes.',
  [-1013]: 'Filter failure: LOT_SIZE',
  [-1015]: 'Too many new orders; current limit is 100 orders per 10 SECOND.',
  [-1016]: 'This service is no longer available.',
  [-1020]: 'This operation is not supported.',
  [-1021]: 'Timestamp for this request is outside of the recvWindow.',
  [-1022]: 'Signature for this request is not valid.',
  [-1115]: 'Invalid timeInForce.',
  [-1116]: 'Invalid orderType.',
  [-1117]: 'Invalid side.',
  [-1120]: 'Invalid interval.',
  [-1121]: 'Invalid symbol.',
  [-1127]: 'More than 24 hours between startTime and endTime.',
  [-1128]: 'Combination of optional parameters invalid.',
  [-1131]: 'recvWindow must be less than 60000.',
  [-1145]: 'Invalid cancelRestrictions',
  [-2010]: 'Account has insufficient balance for requested action.',
  [-2011]: 'Unknown order sent.',
  [-2013]: 'Order does not exist.',
  [-2014]: 'API-key format invalid.',
  [-2015]: 'Invalid API-key, IP, or permissions for action.',
  [-2018]: 'Order list does not exist.',
  [-2026]: 'Order was canceled or expired with no executed qty over 90 days ago and has been archived.',
  [-2038]: 'Order amend (quantity only) is rejected.',
  [-2039]: 'Client order ID is not correct for this order ID',
}

/** The text of a code; a plain one for a code that is not in the table. */
export function messageOf(code: number): string {
  return MESSAGES[code] ?? 'An unknown error occurred while processing the request.'
}

/** The refusal of a code whose text says all. */
export function reject(code: number): Rejection {
  return new Rejection(code, messageOf(code))
}

/** A parameter that must be there and is not, or is not what it must be. */
export function missing(name: string): Rejection {
  return new Rejection(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
}

/** A parameter with characters that it must not have. */
export function illegal(name: string, legal: string): Rejection {
  return new Rejection(-1100, `Illegal characters found in parameter '${name}'; legal range is '${legal}'.`)
}

/** A parameter that does not go with the others. */
export function notRequired(name: string): Rejection {
  return new Rejection(-1106, `Parameter '${name}' sent when not required.`)
}

/** Who sent a request: key, timestamp, window and signature, judged as the exchange does. Floor 3. */
import { isSignatureOf } from '../../venue/signing.js'
import type { ApiKey } from '../accounts/keys.js'
import type { Exchange } from '../exchange.js'
import { illegal, missing, Rejection, reject } from '../rejection.js'
import type { Params } from './params.js'

/** Names that every signed request may carry besides its own. */
export const SIGNED_NAMES: readonly string[] = ['timestamp', 'recvWindow', 'signature']

const DEFAULT_WINDOW_MS = 5000
const MAX_WINDOW_MS = 60_000
const MAX_AHEAD_MS = 1000
const MICROSECONDS = 1e14
/** What may stand in a payload that is percent-encoded; some clients leave `!'()*` as they are. */
const ENCODED = /^[A-Za-z0-9\-_.~!'()*%=&+]*$/

/** The key of this name. Throws −2014 on a name that is none and −2015 on one that is not known. */
export function keyOf(exchange: Exchange, apiKey: string | undefined): ApiKey {
  if (apiKey === undefined || apiKey === '') throw reject(-2014)
  if (!/^[A-Za-z0-9]{10,128}$/.test(apiKey)) throw reject(-2014)
  const key = exchange.keys.find(apiKey)
  if (key === undefined) throw reject(-2015)
  return key
}

/** Throws −1021 and its kin on a timestamp that is too old or ahead, or a window that is none. */
export function checkTiming(params: Params, now: number): void {
  const timestamp = params.requiredWhole('timestamp')
  const sent = timestamp >= MICROSECONDS ? timestamp / 1000 : timestamp
  const windowMs = windowOf(params)
  if (sent >= now + MAX_AHEAD_MS) {
    throw new Rejection(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
  }
  if (now - sent > windowMs) throw reject(-1021)
}

function windowOf(params: Params): number {
  const text = params.text('recvWindow')
  if (text === undefined) return DEFAULT_WINDOW_MS
  if (!/^[0-9]{1,20}(\.[0-9]{1,3})?$/.test(text)) throw illegal('recvWindow', '^[0-9]{1,20}(\\.[0-9]{1,3})?$')
  const windowMs = Number(text)
  if (windowMs > MAX_WINDOW_MS) throw reject(-1131)
  return windowMs
}

/** Throws −1022 unless the signature is over what was sent, byte by byte, and that was percent-encoded. */
export function checkRestSignature(key: ApiKey, query: string, body: string, params: Params): void {
  const signature = params.text('signature')
  if (signature === undefined) throw missing('signature')
  const payload = withoutSignature(query) + withoutSignature(body)
  if (!ENCODED.test(payload) || !isSignatureOf(payload, signature, key.verifying)) throw reject(-1022)
}

/** Throws −1022 unless the signature is over the parameters of a frame. */
export function checkFrameSignature(key: ApiKey, payload: string, params: Params): void {
  const signature = params.text('signature')
  if (signature === undefined) throw missing('signature')
  if (!isSignatureOf(payload, signature, key.verifying)) throw reject(-1022)
}

function withoutSignature(text: string): string {
  if (!text.includes('signature=')) return text
  return text
    .split('&')
    .filter((pair) => !pair.startsWith('signature='))
    .join('&')
}

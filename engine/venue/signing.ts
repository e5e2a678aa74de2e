/**
 * Signatures as Binance Spot asks for them: what is signed, by which key, and how the result is written.
 * Shared by the live shell, which signs, and the local exchange, which verifies. Floor 2.
 *
 * Since 2026-01-15 a REST payload is percent-encoded before it is signed: build the text once, sign these
 * very bytes, and send them. A payload of the WebSocket API is sorted and not encoded.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { ConfigError } from '../model/errors.js'

/** Values of a request by name. */
export type SignedParams = Readonly<Record<string, string | number | boolean>>

/** A key that signs: a shared secret, or an Ed25519 private key. */
export type SigningKey =
  | { readonly kind: 'HMAC'; readonly secret: string }
  | { readonly kind: 'ED25519'; readonly privateKey: KeyObject }

/** A key that verifies: a shared secret, an Ed25519 or an RSA public key. */
export type VerifyingKey =
  | { readonly kind: 'HMAC'; readonly secret: string }
  | { readonly kind: 'ED25519' | 'RSA'; readonly publicKey: KeyObject }

const UNRESERVED = /[!'()*]/g

/** A value as it stands in a query: UTF-8, everything but letters, digits and `-_.~` as `%XX`. */
export function percentEncode(value: string): string {
  return encodeURIComponent(value).replace(
    UNRESERVED,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** `name=value&…` in the order given, percent-encoded: what is signed, and what goes on the wire. */
export function queryOf(params: SignedParams): string {
  return Object.entries(params)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(String(value))}`)
    .join('&')
}

/** What a REST signature is over: the query followed by the body, nothing between them, both as sent. */
export function restPayload(query: string, body = ''): string {
  return query + body
}

/** What a signature of the WebSocket API is over: all but `signature`, by name, in UTF-8 and not encoded. */
export function webSocketPayload(params: SignedParams): string {
  return Object.entries(params)
    .filter(([name]) => name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** A signature as it is sent, not yet percent-encoded: hex for a shared secret, base64 for Ed25519. */
export function signPayload(payload: string, key: SigningKey): string {
  switch (key.kind) {
    case 'HMAC':
      return createHmac('sha256', key.secret).update(payload, 'utf8').digest('hex')
    case 'ED25519':
      return sign(null, Buffer.from(payload, 'utf8'), key.privateKey).toString('base64')
  }
}

/** `query` with its signature behind it, ready to be sent; `body` is signed with it and sent apart. */
export function signedQuery(query: string, key: SigningKey, body = ''): string {
  const signature = percentEncode(signPayload(restPayload(query, body), key))
  return `${query}${query === '' ? '' : '&'}signature=${signature}`
}

/** Whether a signature is the payload's. Hex may be in either case, base64 may not. */
export function isSignatureOf(payload: string, signature: string, key: VerifyingKey): boolean {
  switch (key.kind) {
    case 'HMAC': {
      const due = createHmac('sha256', key.secret).update(payload, 'utf8').digest()
      const given = /^[0-9a-f]{64}$/i.test(signature) ? Buffer.from(signature, 'hex') : undefined
      return given !== undefined && timingSafeEqual(due, given)
    }
    case 'ED25519':
      return isBase64(signature) && verifies(null, payload, signature, key.publicKey)
    case 'RSA':
      return isBase64(signature) && verifies('sha256', payload, signature, key.publicKey)
  }
}

function verifies(algorithm: string | null, payload: string, signature: string, key: KeyObject): boolean {
  return verify(algorithm, Buffer.from(payload, 'utf8'), key, Buffer.from(signature, 'base64'))
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text)
}

/** The Ed25519 key in PKCS#8 PEM. Throws a ConfigError, which does not hold the text, on any other. */
export function ed25519PrivateKey(pem: string): SigningKey {
  const privateKey = readKey(() => createPrivateKey(pem), 'private key must be PKCS#8 in PEM')
  if (privateKey.asymmetricKeyType === 'ed25519') return { kind: 'ED25519', privateKey }
  throw new ConfigError(`the private key must be Ed25519, was ${privateKey.asymmetricKeyType ?? 'a secret'}`)
}

/** The public key in PEM: Ed25519 or RSA. Throws a ConfigError on any other. */
export function publicVerifyingKey(pem: string): VerifyingKey {
  const publicKey = readKey(() => createPublicKey(pem), 'public key must be in PEM')
  if (publicKey.asymmetricKeyType === 'ed25519') return { kind: 'ED25519', publicKey }
  if (publicKey.asymmetricKeyType === 'rsa') return { kind: 'RSA', publicKey }
  throw new ConfigError(
    `the public key must be Ed25519 or RSA, was ${publicKey.asymmetricKeyType ?? 'a secret'}`,
  )
}

/** What OpenSSL says of a key may hold pieces of it: it is left out. */
function readKey(read: () => KeyObject, must: string): KeyObject {
  try {
    return read()
  } catch {
    throw new ConfigError(`the ${must}, could not be read as such`)
  }
}

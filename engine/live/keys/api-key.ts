/** The key of an account: what names it, and what signs with it. Floor 3. */
import { ConfigError } from '../../model/errors.js'
import type { Signer } from '../../venue/signed-rest.js'
import { ed25519PrivateKey, type SigningKey, signPayload } from '../../venue/signing.js'
import { isKeyText, LEAST_SECRET, Secret } from './secret.js'

/** Where a key came from, for the log. */
export type KeyOrigin = 'vault' | 'file' | 'environment'

/** A key that signs, and never shows itself. */
export interface ApiKey extends Signer {
  readonly origin: KeyOrigin
  /** Digest of what names the key: tells two keys apart without showing one. */
  readonly kind: SigningKey['kind']
}

/** What a source holds: the name of the key, and either a shared secret or an Ed25519 private key in PEM. */
export interface KeyTexts {
  readonly apiKey: string
  readonly secret?: string | undefined
  readonly privateKey?: string | undefined
}

/** A key of its texts. Throws a ConfigError, without any of them, when one is missing, too short or no key. */
export function toApiKey({ apiKey, secret, privateKey }: KeyTexts, origin: KeyOrigin): ApiKey {
  checkText(apiKey, `the API key from ${NAMES[origin]}`)
  if ((secret === undefined) === (privateKey === undefined)) {
    throw new ConfigError(
      `the key from ${NAMES[origin]} must have a secret (HMAC) or a private key (Ed25519), has ${secret === undefined ? 'neither' : 'both'}`,
    )
  }
  const name = new Secret(apiKey)
  const { kind, sign } = signing(secret, privateKey, origin)
  return { origin, kind, apiKey: () => name.reveal(), sign }
}

function signing(
  secret: string | undefined,
  privateKey: string | undefined,
  origin: KeyOrigin,
): { readonly kind: SigningKey['kind']; readonly sign: (payload: string) => string } {
  if (privateKey !== undefined) {
    const key = ed25519PrivateKey(privateKey)
    // Its lines, one by one: none of them may be seen either.
    for (const line of privateKey.split(/\s+/))
      if (line.length >= 16 && !line.startsWith('-')) new Secret(line)
    return { kind: key.kind, sign: (payload) => signPayload(payload, key) }
  }
  const text = secret ?? ''
  checkText(text, `the secret from ${NAMES[origin]}`)
  const kept = new Secret(text)
  return { kind: 'HMAC', sign: (payload) => signPayload(payload, { kind: 'HMAC', secret: kept.reveal() }) }
}

/** The exchange would take a key with a line break in it for a wrong one, and that is a halt. */
function checkText(text: string, name: string): void {
  if (isKeyText(text)) return
  throw new ConfigError(
    `${name} must be at least ${LEAST_SECRET} visible characters, is not; look for a space or a line break in it`,
  )
}

const NAMES: Readonly<Record<KeyOrigin, string>> = {
  vault: 'Vault',
  file: 'the key file',
  environment: 'the environment',
}

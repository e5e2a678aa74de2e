/** API keys: which account a key belongs to, and how its signatures are verified. Floor 3. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { publicVerifyingKey, type VerifyingKey } from '../../venue/signing.js'
import type { Account } from './account.js'

/** A key as the exchange knows it. */
export interface ApiKey {
  readonly apiKey: string
  readonly account: Account
  readonly verifying: VerifyingKey
  /** Whether it may trade; one that may not only reads. */
  canTrade: boolean
}

/** A key as its owner gets it. */
export interface IssuedKey {
  readonly apiKey: string
  /** Shared secret of an HMAC key. */
  readonly secret: string
}

/** An Ed25519 key as its owner gets it. */
export interface IssuedEd25519Key {
  readonly apiKey: string
  /** PKCS#8 in PEM. */
  readonly privateKey: string
}

/** The keys of all accounts. */
export class KeyRing {
  readonly #keys = new Map<string, ApiKey>()

  /** The key of this name; undefined for one that is not there, or was taken away. */
  find(apiKey: string): ApiKey | undefined {
    return this.#keys.get(apiKey)
  }

  /** Makes a shared secret for an account. */
  issue(account: Account): IssuedKey {
    const apiKey = newName()
    const secret = newName()
    this.#keys.set(apiKey, { apiKey, account, verifying: { kind: 'HMAC', secret }, canTrade: true })
    return { apiKey, secret }
  }

  /** Makes an Ed25519 key for an account. */
  issueEd25519(account: Account): IssuedEd25519Key {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const apiKey = this.register(account, publicKey.export({ type: 'spki', format: 'pem' }).toString())
    return { apiKey, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
  }

  /** Takes an account's public key and gives its name. Throws a ConfigError on one that is none. */
  register(account: Account, pem: string): string {
    const apiKey = newName()
    this.#keys.set(apiKey, { apiKey, account, verifying: publicVerifyingKey(pem), canTrade: true })
    return apiKey
  }

  /** Takes a key away: it is not known any more. */
  revoke(apiKey: string): boolean {
    return this.#keys.delete(apiKey)
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** 64 letters and digits, as the exchange's own keys and secrets. */
function newName(): string {
  return Array.from(randomBytes(64), (byte) => LETTERS[byte % LETTERS.length]).join('')
}

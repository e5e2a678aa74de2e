/**
 * Finds the key of a session: in Vault where one is configured, else in a file of the owner's alone, else in the
 * environment, from which it is taken away. Floor 3.
 */
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { ConfigError } from '../../model/errors.js'
import { type ApiKey, toApiKey } from './api-key.js'
import { readVaultSecret, type VaultAccess, vaultAccess } from './vault.js'

/** Variables that may hold keys; each is removed when they have been read. */
export const KEY_VARIABLES = [
  'BINANCE_API_KEY',
  'BINANCE_API_SECRET',
  'BINANCE_PRIVATE_KEY_FILE',
  'VAULT_TOKEN',
  'VAULT_ROLE_ID',
  'VAULT_SECRET_ID',
] as const

/** A process's variables: those with keys are deleted from it. */
export type MutableEnvironment = Record<string, string | undefined>

/** A key, and what renews the access that it was read with. */
export interface LoadedKey {
  readonly key: ApiKey
  /** Undefined where the key did not come from Vault. */
  readonly vault: VaultAccess | undefined
}

/**
 * Reads the key and removes every variable that holds one, also on the way to an error. `file` is the key file's
 * path where one was named. Throws a ConfigError that says which sources there are when none has a key.
 */
export async function loadKey(environment: MutableEnvironment, file: string | undefined): Promise<LoadedKey> {
  const held = Object.fromEntries(KEY_VARIABLES.map((name) => [name, environment[name] || undefined]))
  for (const name of KEY_VARIABLES) delete environment[name]
  const access = await vaultAccess({
    address: environment.VAULT_ADDR || undefined,
    namespace: environment.VAULT_NAMESPACE || undefined,
    path: environment.VAULT_SECRET_PATH || undefined,
    token: held.VAULT_TOKEN,
    roleId: held.VAULT_ROLE_ID,
    secretId: held.VAULT_SECRET_ID,
  })
  if (access) return { key: toApiKey(await readVaultSecret(access), 'vault'), vault: access }
  if (file !== undefined) return { key: readKeyFile(file), vault: undefined }
  const { BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: secret, BINANCE_PRIVATE_KEY_FILE: pem } = held
  if (apiKey === undefined) {
    throw new ConfigError(
      'a key must be given: in Vault (VAULT_ADDR, VAULT_SECRET_PATH and VAULT_TOKEN, or VAULT_ROLE_ID with VAULT_SECRET_ID), in a file (--key-file), or as BINANCE_API_KEY with BINANCE_API_SECRET or BINANCE_PRIVATE_KEY_FILE; was in none of them',
    )
  }
  const privateKey = pem === undefined ? undefined : readPrivate(pem)
  return { key: toApiKey({ apiKey, secret, privateKey }, 'environment'), vault: undefined }
}

const KEY_FILE = z.strictObject({
  apiKey: z.string(),
  secret: z.string().optional(),
  privateKey: z.string().optional(),
})

/** `{ "apiKey": "…", "secret": "…" }`, or `privateKey` with an Ed25519 key in PEM. */
function readKeyFile(path: string): ApiKey {
  const text = readPrivate(path)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ConfigError(`${path} must be JSON with apiKey and secret, or apiKey and privateKey; is no JSON`)
  }
  const read = KEY_FILE.safeParse(json)
  if (read.success) return toApiKey(read.data, 'file')
  throw new ConfigError(
    `${path} must have apiKey and secret, or apiKey and privateKey, as texts, and nothing else`,
  )
}

/** A file that its owner alone can read. Throws a ConfigError on any other. */
function readPrivate(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile()) throw new ConfigError(`a key file must be at ${path}, is none`)
  if ((stat.mode & 0o077) !== 0) {
    throw new ConfigError(
      `${path} must be readable by its owner alone, has mode ${(stat.mode & 0o777).toString(8).padStart(4, '0')}; chmod 600 ${path}`,
    )
  }
  if (process.getuid && stat.uid !== process.getuid()) {
    throw new ConfigError(`${path} must belong to the user who runs this, belongs to user ${stat.uid}`)
  }
  return readFileSync(path, 'utf8')
}

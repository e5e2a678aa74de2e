/**
 * Vault's KV version 2 over HTTP: a token or an AppRole, a namespace, one secret, and the token's renewal. Secrets
 * of KV have no lease; the token has. Floor 3.
 */
import { z } from 'zod'
import { ConfigError, ExchangeError } from '../../model/errors.js'
import { checkSecureUrl } from '../../venue/allowed-hosts.js'
import { describeFault } from '../../venue/http-source.js'
import type { KeyTexts } from './api-key.js'
import { isKeyText, LEAST_SECRET, Secret } from './secret.js'

/** Vault as the environment names it. */
export interface VaultSettings {
  readonly address: string | undefined
  readonly namespace: string | undefined
  /** `<mount>/<path>`, such as `secret/nextbar/live`. */
  readonly path: string | undefined
  readonly token: string | undefined
  readonly roleId: string | undefined
  readonly secretId: string | undefined
}

/** An open door to Vault. */
export interface VaultAccess {
  readonly address: string
  readonly namespace: string | undefined
  readonly path: string
  readonly token: Secret
  /** Seconds until the token ends; 0 for one that does not. */
  readonly ttlSeconds: number
  readonly isRenewable: boolean
}

const ANSWER_MS = 10_000
const MAX_BYTES = 1 << 20

/**
 * Opens Vault; undefined where none is configured. Throws a ConfigError on half a configuration and on an address
 * that is not https (loopback aside), an ExchangeError when Vault refuses or stays out of reach.
 */
export async function vaultAccess(settings: VaultSettings): Promise<VaultAccess | undefined> {
  const { address, namespace, path, token, roleId, secretId } = settings
  if (address === undefined) return undefined
  if (path === undefined || !/^[^/]+\/.+$/.test(path) || path.includes('..')) {
    throw new ConfigError('VAULT_SECRET_PATH must be like secret/nextbar/live (mount, then path), is not')
  }
  checkSecureUrl(address, 'VAULT_ADDR')
  const door = { address: address.replace(/\/+$/, ''), namespace, path }
  if (token !== undefined) return lookUp({ ...door, token: secretOf(token, 'VAULT_TOKEN') })
  if (roleId === undefined || secretId === undefined) {
    throw new ConfigError(
      'VAULT_ADDR must stand beside VAULT_TOKEN, or VAULT_ROLE_ID with VAULT_SECRET_ID; does not',
    )
  }
  const body = { role_id: roleId, secret_id: secretOf(secretId, 'VAULT_SECRET_ID').reveal() }
  const { auth } = await ask(door, { method: 'POST', path: 'auth/approle/login', body, schema: LOGIN })
  return {
    ...door,
    token: secretOf(auth.client_token, 'the token of the AppRole'),
    ttlSeconds: auth.lease_duration,
    isRenewable: auth.renewable,
  }
}

const LOGIN = z.object({
  auth: z.object({ client_token: z.string(), lease_duration: z.number(), renewable: z.boolean() }),
})

const SELF = z.object({ data: z.object({ ttl: z.number(), renewable: z.boolean().optional() }) })

async function lookUp(
  door: Pick<VaultAccess, 'address' | 'namespace' | 'path' | 'token'>,
): Promise<VaultAccess> {
  const { token } = door
  const { data } = await ask(door, { method: 'GET', path: 'auth/token/lookup-self', token, schema: SELF })
  return { ...door, ttlSeconds: data.ttl, isRenewable: data.renewable ?? false }
}

/** Lengthens the life of the token. Throws as `vaultAccess` does. */
export async function renewVaultToken(access: VaultAccess): Promise<VaultAccess> {
  const { token } = access
  const asked = { method: 'POST', path: 'auth/token/renew-self', token, body: {}, schema: LOGIN } as const
  const { auth } = await ask(access, asked)
  return { ...access, ttlSeconds: auth.lease_duration, isRenewable: auth.renewable }
}

const SECRET = z.object({
  data: z.object({
    data: z.object({
      apiKey: z.string(),
      secret: z.string().optional(),
      privateKey: z.string().optional(),
    }),
  }),
})

/** The key's texts. Throws an ExchangeError that says what Vault said, a ConfigError on another shape. */
export async function readVaultSecret(access: VaultAccess): Promise<KeyTexts> {
  const [mount = '', ...rest] = access.path.split('/')
  const path = `${mount}/data/${rest.join('/')}`
  const json = await ask(access, { method: 'GET', path, token: access.token, schema: z.unknown() })
  const read = SECRET.safeParse(json)
  if (read.success) return read.data.data.data
  throw new ConfigError(
    `Vault's ${access.path} must hold apiKey with secret or privateKey in a KV of version 2, does not (version 1 has no data.data)`,
  )
}

const WHY: Readonly<Record<number, string>> = {
  400: 'the request or the role is not what it must be',
  403: 'the token may not read it, or has ended',
  404: 'there is no such secret, or its version was deleted',
  429: 'a standby answered, or too many asked',
  473: 'a standby answered',
  503: 'Vault is sealed or in maintenance',
}

/** A text that can be sent as a token. Throws a ConfigError, without the text, on another. */
function secretOf(text: string, name: string): Secret {
  if (isKeyText(text)) return new Secret(text)
  throw new ConfigError(
    `${name} must be at least ${LEAST_SECRET} visible characters, is not; look for a space or a line break in it`,
  )
}

/** A request of Vault's API, and the shape of its answer. */
interface VaultRequest<T> {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly token?: Secret
  readonly body?: object
  readonly schema: z.ZodType<T>
}

async function ask<T>(
  { address, namespace }: Pick<VaultAccess, 'address' | 'namespace'>,
  { method, path, token, body, schema }: VaultRequest<T>,
): Promise<T> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-vault-request': 'true' }
  if (token) headers['x-vault-token'] = token.reveal()
  if (namespace !== undefined) headers['x-vault-namespace'] = namespace
  let status: number
  let text: string
  try {
    const answer = await fetch(`${address}/v1/${path}`, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    status = answer.status
    text = await textOf(answer, path)
  } catch (error) {
    if (error instanceof ExchangeError) throw error
    // The cause is left out: what the network says may hold the request.
    throw new ExchangeError(`Vault must answer at ${address}, did not: ${describeFault(error)}`)
  }
  if (status !== 200) {
    throw new ExchangeError(`Vault refused ${path} (${status}): ${WHY[status] ?? 'look at its log'}`)
  }
  const read = schema.safeParse(jsonOf(text, path))
  if (read.success) return read.data
  // Only where: what was there may be a token.
  const places = read.error.issues.map((issue) => issue.path.join('.') || 'all of it').join(', ')
  throw new ExchangeError(`Vault must answer ${path} as its API says, did not: ${places}; is it Vault?`)
}

/** The text of an answer, unless it is longer than any that Vault gives. */
async function textOf({ body }: Response, path: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > MAX_BYTES) throw new ExchangeError(`Vault must answer ${path} in ${MAX_BYTES} bytes, did not`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ExchangeError(`Vault must answer ${path} in JSON, did not`)
  }
}

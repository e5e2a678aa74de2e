/**
 * Vault's KV version 2 over HTTP: a token or an AppRole, a namespace, one secret, and the token's renewal. Secrets
 * of KV have no lease; the token has. Floor 3.
 */
import { z } from 'zod'
import { ConfigError, ExchangeError } from '../../model/errors.js'
import { checkSecureUrl } from '../../venue/allowed-hosts.js'
import { describeFault } from '../../venue/http-source.js'
import type { KeyTexts } from './api-key.js'
import { Secret } from './secret.js'

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
  if (token !== undefined) return lookUp({ ...door, token: new Secret(token) })
  if (roleId === undefined || secretId === undefined) {
    throw new ConfigError(
      'VAULT_ADDR must stand beside VAULT_TOKEN, or VAULT_ROLE_ID with VAULT_SECRET_ID; does not',
    )
  }
  const body = { role_id: roleId, secret_id: new Secret(secretId).reveal() }
  const { auth } = LOGIN.parse(await ask(door, undefined, 'POST', 'auth/approle/login', body))
  return {
    ...door,
    token: new Secret(auth.client_token),
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
  const { data } = SELF.parse(await ask(door, door.token, 'GET', 'auth/token/lookup-self'))
  return { ...door, ttlSeconds: data.ttl, isRenewable: data.renewable ?? false }
}

/** Lengthens the life of the token. Throws as `vaultAccess` does. */
export async function renewVaultToken(access: VaultAccess): Promise<VaultAccess> {
  const { auth } = LOGIN.parse(await ask(access, access.token, 'POST', 'auth/token/renew-self', {}))
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
  const json = await ask(access, access.token, 'GET', `${mount}/data/${rest.join('/')}`)
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

async function ask(
  { address, namespace }: Pick<VaultAccess, 'address' | 'namespace'>,
  token: Secret | undefined,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<unknown> {
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
    text = await answer.text()
  } catch (error) {
    // The cause is left out: what the network says may hold the request.
    throw new ExchangeError(`Vault must answer at ${address}, did not: ${describeFault(error)}`)
  }
  if (status !== 200) {
    throw new ExchangeError(`Vault refused ${path} (${status}): ${WHY[status] ?? 'look at its log'}`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new ExchangeError(`Vault must answer ${path} in JSON, did not`)
  }
}

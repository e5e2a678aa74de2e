import { generateKeyPairSync, verify } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadKey } from '../../../engine/live/keys/load-key.js'
import { redact } from '../../../engine/live/keys/secret.js'
import { renewVaultToken, type VaultAccess } from '../../../engine/live/keys/vault.js'

const KEY = {
  apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
  secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
}
/** Binance's published example: a payload and its signature by that secret. */
const PAYLOAD =
  'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559'
const SIGNATURE = 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'

function file(text: string, mode = 0o600): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-key-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const made = path.join(folder, 'key.json')
  writeFileSync(made, text)
  chmodSync(made, mode)
  return made
}

describe('loadKey', () => {
  it('takes the environment’s key, signs with it, and removes it', async () => {
    const environment: Record<string, string | undefined> = {
      BINANCE_API_KEY: KEY.apiKey,
      BINANCE_API_SECRET: KEY.secret,
      HOME: '/',
    }
    const { key } = await loadKey(environment, undefined)
    expect([key.origin, key.kind, key.apiKey(), key.sign(PAYLOAD)]).toEqual([
      'environment',
      'HMAC',
      KEY.apiKey,
      SIGNATURE,
    ])
    expect(environment).toEqual({ HOME: '/' })
    expect(JSON.stringify(key)).not.toContain(KEY.secret)
  })

  it('takes an Ed25519 key of a file that the environment names', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = file(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
    const { key } = await loadKey({ BINANCE_API_KEY: KEY.apiKey, BINANCE_PRIVATE_KEY_FILE: pem }, undefined)
    expect([key.kind, Buffer.from(key.sign('a'), 'base64')]).toEqual([
      'ED25519',
      expect.toSatisfy((one: Buffer) => one.length === 64),
    ])
  })

  it('takes a key file before the environment', async () => {
    const { key } = await loadKey(
      { BINANCE_API_KEY: 'another-key-1', BINANCE_API_SECRET: 'another-secret' },
      file(JSON.stringify(KEY)),
    )
    expect([key.origin, key.sign(PAYLOAD)]).toEqual(['file', SIGNATURE])
  })

  it.each([
    [
      'a file that others can read',
      () => file(JSON.stringify(KEY), 0o644),
      /must be readable by its owner alone, has mode 0644; chmod 600/,
    ],
    ['a file that is no JSON', () => file('apiKey=x'), /must be JSON with apiKey and secret/],
    [
      'a file with something else in it',
      () => file(JSON.stringify({ ...KEY, live: true })),
      /and nothing else/,
    ],
    ['a file with both keys', () => file(JSON.stringify({ ...KEY, privateKey: 'x' })), /has both/],
    [
      'a file with a short key',
      () => file(JSON.stringify({ apiKey: 'short', secret: KEY.secret })),
      /at least 8 visible characters/,
    ],
    [
      'a file that is not there',
      () => '/nowhere/key.json',
      /a key file must be at \/nowhere\/key\.json, is none/,
    ],
  ])('refuses %s, without a word of the key', async (_, at, message) => {
    const failed = await loadKey({}, at()).catch((error: Error) => error)
    expect(failed).toBeInstanceOf(Error)
    expect(String(failed)).toMatch(message)
    expect(String(failed)).not.toContain(KEY.secret)
  })

  it.each([
    [
      'a secret',
      { BINANCE_API_SECRET: `${KEY.secret}\n` },
      /the secret from the environment must be at least 8 visible/,
    ],
    [
      'a key',
      { BINANCE_API_KEY: `${KEY.apiKey} ` },
      /the API key from the environment must be at least 8 visible/,
    ],
  ])(
    'refuses %s with a line break or a space in it, before the exchange halts the session for it',
    async (_, change, message) => {
      const environment = { BINANCE_API_KEY: KEY.apiKey, BINANCE_API_SECRET: KEY.secret, ...change }
      const failed = String(await loadKey(environment, undefined).catch((error: Error) => error))
      expect(failed).toMatch(message)
      expect(failed).not.toContain(KEY.secret)
    },
  )

  it('knows the lines of a private key whatever ends them', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const windows = file(JSON.stringify({ apiKey: KEY.apiKey, privateKey: pem.replaceAll('\n', '\r\n') }))
    await loadKey({}, windows)
    expect(redact(`it holds ${pem.split('\n')[1]} in one line`)).toBe('it holds [redacted] in one line')
  })

  it('says which sources there are when none has a key, and removes what is half there', async () => {
    const environment: Record<string, string | undefined> = { BINANCE_API_SECRET: KEY.secret }
    await expect(loadKey(environment, undefined)).rejects.toThrow(
      /^a key must be given: in Vault .*--key-file.*BINANCE_API_KEY/,
    )
    expect(environment).toEqual({})
  })
})

/** What a test's Vault answers otherwise. */
interface VaultAnswer {
  readonly status?: number
  readonly body?: unknown
  readonly text?: string
}

/** A server that speaks Vault's API: a token, an AppRole, one secret in a KV of version 2 in a namespace. */
async function vault(answer: VaultAnswer = {}) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { 'x-vault-token': token, 'x-vault-namespace': namespace } = request.headers
      asked.push(`${request.method} ${request.url} ${namespace ?? '-'}`)
      const send = (status: number, body: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const body =
        chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {}
      const auth = { client_token: 'hvs.of-the-role', lease_duration: 3600, renewable: true }
      if (answer.text !== undefined) return response.end(answer.text)
      if (request.url === '/v1/auth/approle/login') {
        if (body.role_id === 'role-1' && body.secret_id === 'secret-id-1') return send(200, { auth })
        return send(400, { errors: ['invalid role or secret ID'] })
      }
      if (token !== 'hvs.root-token' && token !== 'hvs.of-the-role')
        return send(403, { errors: ['permission denied'] })
      if (request.url === '/v1/auth/token/lookup-self')
        return send(200, { data: { ttl: 60, renewable: true } })
      if (request.url === '/v1/auth/token/renew-self')
        return send(200, { auth: { ...auth, client_token: String(token), lease_duration: 7200 } })
      if (request.url === '/v1/secret/data/nextbar/live')
        return send(answer.status ?? 200, answer.body ?? { data: { data: KEY, metadata: { version: 3 } } })
      return send(404, { errors: [] })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

describe('Vault', () => {
  const PATH = { VAULT_SECRET_PATH: 'secret/nextbar/live' }

  it('gives the key to a token, in its namespace, and before any other source', async () => {
    const { address, asked } = await vault()
    const environment: Record<string, string | undefined> = {
      VAULT_ADDR: address,
      VAULT_TOKEN: 'hvs.root-token',
      VAULT_NAMESPACE: 'desk',
      BINANCE_API_KEY: 'another-key-1',
      BINANCE_API_SECRET: 'another-secret',
      ...PATH,
    }
    const { key, vault: access } = await loadKey(environment, undefined)
    expect([key.origin, key.sign(PAYLOAD), access?.ttlSeconds]).toEqual(['vault', SIGNATURE, 60])
    expect(asked).toEqual(['GET /v1/auth/token/lookup-self desk', 'GET /v1/secret/data/nextbar/live desk'])
    expect(Object.keys(environment).sort()).toEqual(['VAULT_ADDR', 'VAULT_NAMESPACE', 'VAULT_SECRET_PATH'])
    expect(JSON.stringify(access)).not.toContain('hvs.')
  })

  it('gives an Ed25519 key, which signs as its public half can check', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    const held = { data: { apiKey: KEY.apiKey, privateKey: pem }, metadata: { version: 1 } }
    const { address } = await vault({ body: { data: held } })
    const environment = { VAULT_ADDR: address, VAULT_TOKEN: 'hvs.root-token', ...PATH }
    const { key } = await loadKey(environment, undefined)
    expect([key.origin, key.kind, key.apiKey()]).toEqual(['vault', 'ED25519', KEY.apiKey])
    const signature = Buffer.from(key.sign(PAYLOAD), 'base64')
    expect(verify(null, Buffer.from(PAYLOAD), publicKey, signature)).toBe(true)
    expect(JSON.stringify(key)).not.toContain(String(pem).split('\n')[1])
  })

  it('that holds a secret and a private key, or neither, holds no key', async () => {
    for (const texts of [{ ...KEY, privateKey: 'x'.repeat(64) }, { apiKey: KEY.apiKey }]) {
      const { address } = await vault({ body: { data: { data: texts, metadata: { version: 1 } } } })
      const loading = loadKey({ VAULT_ADDR: address, VAULT_TOKEN: 'hvs.root-token', ...PATH }, undefined)
      await expect(loading).rejects.toThrow(
        /from Vault must have a secret \(HMAC\) or a private key \(Ed25519\), has (both|neither)/,
      )
    }
  })

  it('gives it to an AppRole, and renews the token', async () => {
    const { address } = await vault()
    const { key, vault: access } = await loadKey(
      { VAULT_ADDR: `${address}/`, VAULT_ROLE_ID: 'role-1', VAULT_SECRET_ID: 'secret-id-1', ...PATH },
      undefined,
    )
    expect([key.origin, access?.ttlSeconds, access?.isRenewable]).toEqual(['vault', 3600, true])
    expect((await renewVaultToken(access as VaultAccess)).ttlSeconds).toBe(7200)
  })

  it.each<readonly [number, string, VaultAnswer, string]>([
    [
      403,
      'hvs.wrong-token',
      {},
      'Vault refused auth/token/lookup-self (403): the token may not read it, or has ended',
    ],
    [
      404,
      'hvs.root-token',
      { status: 404, body: { data: { data: null, metadata: { deletion_time: 'x' } } } },
      'there is no such secret, or its version was deleted',
    ],
    [
      503,
      'hvs.root-token',
      { status: 503, body: { errors: ['Vault is sealed'] } },
      'Vault is sealed or in maintenance',
    ],
    [
      200,
      'hvs.root-token',
      { body: { data: KEY } },
      'must hold apiKey with secret or privateKey in a KV of version 2, does not',
    ],
    ...['[]', '{"data":{"ttl":"hvs.in-the-answer"}}', `"${'x'.repeat(2 ** 20)}"`].map(
      (text) => [200, 'hvs.root-token', { text }, 'Vault must answer auth/token/lookup-self '] as const,
    ),
    [0, 'hvs.broken\nin-two', {}, 'VAULT_TOKEN must be at least 8 visible characters'],
    [0, 'hvs', {}, 'VAULT_TOKEN must be at least 8 visible characters'],
    [302, 'hvs.root-token', { status: 302, body: {} }, 'Vault refused secret/data/nextbar/live (302)'],
  ])('says what %d means', async (_, token, answer, message) => {
    const { address } = await vault(answer)
    const failed = await loadKey({ VAULT_ADDR: address, VAULT_TOKEN: token, ...PATH }, undefined).catch(
      (error: Error) => error,
    )
    expect(String(failed)).toContain(message)
    expect(String(failed)).not.toMatch(/hvs\.|NhqPtmdS/)
  })

  it.each([
    [
      { VAULT_ADDR: 'http://vault.example' },
      'VAULT_ADDR must begin with https: or wss: outside of this machine',
    ],
    [{ VAULT_ADDR: 'https://u:p@vault.example' }, 'VAULT_ADDR must have no user or password in it'],
    [
      { VAULT_ADDR: 'http://127.0.0.1:9', VAULT_SECRET_PATH: 'secret' },
      'VAULT_SECRET_PATH must be like secret/nextbar/live',
    ],
    [
      { VAULT_ADDR: 'http://127.0.0.1:9', VAULT_ROLE_ID: 'role-1' },
      'VAULT_ADDR must stand beside VAULT_TOKEN, or VAULT_ROLE_ID with VAULT_SECRET_ID',
    ],
    [
      { VAULT_ADDR: 'http://127.0.0.1:9', VAULT_TOKEN: 'hvs.root-token' },
      'Vault must answer at http://127.0.0.1:9, did not',
    ],
  ])('refuses %j', async (environment, message) => {
    await expect(loadKey({ ...PATH, ...environment }, undefined)).rejects.toThrow(message)
  })
})

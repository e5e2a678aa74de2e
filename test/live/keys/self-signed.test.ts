/** Certificates: whoever signs for itself is refused at every door that a key goes through, and hears nothing. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { loadKey } from '../../../engine/live/keys/load-key.js'
import { UserStream } from '../../../engine/live/orders/user-stream.js'
import { Limiter } from '../../../engine/venue/limiter.js'
import { PublicRest } from '../../../engine/venue/public-rest.js'
import { SignedRest } from '../../../engine/venue/signed-rest.js'

/** Made for this test: it opens nothing. Its name and dates are right, so that only its signature is at fault. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXgcdMlDZfV/vqyrc
i9tFZKnC4Ddg5yRfk4Vx8xUI7m+hRANCAAQ/s57Z/Pn/Qtj7DvU/+Lu4/+3ZEQGx
eab6zhEphP5fmRbbxdKp8dgZR0ERh+qjEF/fVC9kw6piMLcayGl5wqY+
-----END PRIVATE KEY-----
`
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUPx6lo4UZfLPTo9TJCZEzNumkenkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODEzMjQ1NFoYDzIxMjYxMTA0
MTMyNDU0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ/s57Z/Pn/Qtj7DvU/+Lu4/+3ZEQGxeab6zhEphP5fmRbbxdKp8dgZ
R0ERh+qjEF/fVC9kw6piMLcayGl5wqY+o28wbTAdBgNVHQ4EFgQUhgvYv9j+0/Y0
l9ZODWpjIACb+u0wHwYDVR0jBBgwFoAUhgvYv9j+0/Y0l9ZODWpjIACb+u0wDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgGZaUJkS9qpSyHmKSfK4NuX/IGJAmtr0yCiAAD8yEJLQCIHZ9
CtgLJHXBalkCm06eik+6D7118LW4mIf/Te8fDzea
-----END CERTIFICATE-----
`

const REFUSED = /self-signed certificate/

it('a server with a certificate of its own making is spoken to by nobody, with no byte of a request', async () => {
  const heard: string[] = []
  const server = createServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
    heard.push(`${request.method} ${request.url}`)
    response.end('{}')
  })
  server.on('upgrade', (request, socket) => {
    heard.push(`upgrade ${request.url}`)
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `localhost:${(server.address() as AddressInfo).port}`
  const sleep = async () => undefined
  const limiter = new Limiter({ now: Date.now, sleep })
  const signer = { apiKey: () => 'the-key', kind: 'HMAC', sign: () => 'the-signature' } as const

  const rest = new PublicRest({ url: `https://${host}`, limiter, sleep, tries: 1 })
  await expect(rest.time()).rejects.toThrow(REFUSED)
  await rest.close()

  const signed = new SignedRest({ url: `https://${host}`, signer, limiter, now: Date.now })
  const request = { method: 'POST', path: '/api/v3/order', params: {}, weight: 1 } as const
  expect(await signed.send(request)).toEqual({ kind: 'UNKNOWN', reason: expect.stringMatching(REFUSED) })
  await signed.close()

  const down = new Promise<string>((resolve) => {
    const parts = { url: `wss://${host}/ws-api/v3`, signer, now: Date.now, recvWindowMs: 5000 }
    const none = () => undefined
    const listener = { onOpen: none, onEvent: none, onRefused: none, onUntimely: none, onDown: resolve }
    const stream = new UserStream(parts, listener)
    onTestFinished(() => stream.close())
    stream.open()
  })
  expect(await down).toMatch(REFUSED)

  const environment = {
    VAULT_ADDR: `https://${host}`,
    VAULT_TOKEN: 'hvs.root-token',
    VAULT_SECRET_PATH: 'a/b',
  }
  await expect(loadKey(environment, undefined)).rejects.toThrow(/^Vault must answer at https:/)
  expect(heard).toEqual([])
})

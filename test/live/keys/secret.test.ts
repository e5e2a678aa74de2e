import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { redact, Secret } from '../../../engine/live/keys/secret.js'

const CANARY = 'canary/Secret+1234=='

describe('Secret', () => {
  const secret = new Secret(CANARY)

  it('gives its text to who reveals it, and to nobody else', () => {
    expect(secret.reveal()).toBe(CANARY)
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }, { showHidden: true, depth: 9 }),
      JSON.stringify({ ...secret }),
      Object.values(secret).join(),
    ]
    expect(shown.filter((text) => text.includes('canary'))).toEqual([])
  })

  it.each([
    ['as it is', `x ${CANARY} y`],
    ['percent-encoded', `?a=${encodeURIComponent(CANARY)}`],
    ['in base64', Buffer.from(CANARY).toString('base64')],
    ['in base64 for addresses', Buffer.from(CANARY).toString('base64url')],
  ])('is cut out of a line %s', (_, line) => {
    expect(redact(line)).toMatch(/\[redacted\]/)
    expect(redact(line)).not.toMatch(/canary|Y2FuYXJ5/)
  })

  it('cuts signatures and key headers out that no Secret holds', () => {
    const line =
      'GET /api/v3/order?a=1&signature=abcdef0123&b=2 {"x-mbx-apikey":"KEYKEYKEY"} X-Vault-Token: s.abc'
    expect(redact(line)).toBe(
      'GET /api/v3/order?a=1&signature=[redacted]&b=2 {"x-mbx-apikey":"[redacted]"} X-Vault-Token: [redacted]',
    )
  })

  it('leaves every other line as it is', () => {
    const line = '{"type":"order_request","side":"BUY","price":50010.0}'
    expect(redact(line)).toBe(line)
  })
})

/** Expected signatures: the vectors of the documentation; those of Ed25519 made by OpenSSL from its published key. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  ed25519PrivateKey,
  isSignatureOf,
  percentEncode,
  publicVerifyingKey,
  queryOf,
  restPayload,
  type SigningKey,
  signedQuery,
  signPayload,
  webSocketPayload,
} from '../../engine/venue/signing.js'

const apiKey = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A'
const hmac = {
  kind: 'HMAC',
  secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
} as const
const order = {
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: 1,
  price: 0.1,
  recvWindow: 5000,
  timestamp: 1499827319559,
}
const sell = { symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', apiKey }

const HMAC_VECTORS: readonly (readonly [name: string, payload: string, signature: string])[] = [
  [
    'H1: REST',
    restPayload(queryOf({ symbol: 'LTCBTC', ...order })),
    'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
  ],
  [
    'H2: REST with a symbol that is not ASCII, encoded before it is signed',
    restPayload(queryOf({ symbol: '１２３４５６', ...order })),
    'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3',
  ],
  [
    'H3: REST with some in the query and some in the body',
    restPayload(
      'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC',
      'quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559',
    ),
    '0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77',
  ],
  [
    'H4: order.place',
    webSocketPayload({
      ...sell,
      quantity: '0.01000000',
      price: '52000.00',
      recvWindow: 100,
      timestamp: 1645423376532,
    }),
    'aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24',
  ],
  [
    'H5: order.place with a symbol that is not ASCII, not encoded',
    webSocketPayload({
      ...sell,
      symbol: '１２３４５６',
      side: 'BUY',
      quantity: '1.00000000',
      price: '0.10000000',
      recvWindow: 5000,
      timestamp: 1645423376532,
    }),
    'b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd',
  ],
  [
    'H6: session.logon',
    webSocketPayload({ timestamp: 1649729878532, apiKey }),
    '1cf54395b336b0a9727ef27d5d98987962bc47aca6e13fe978612d0adee066ed',
  ],
  [
    'H7: order.place without a window',
    webSocketPayload({
      ...sell,
      quantity: '0.00847000',
      price: '23416.10000000',
      timestamp: 1660801715431,
    }),
    '15af09e41c36f3cc61378c2fbe2c33719a03dd5eba8d0f9206fbda44de717c88',
  ],
]

const PEM = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u
-----END PRIVATE KEY-----`
const PUBLIC_PEM = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGUIKv9dSpWXBViXp2m6vAIb8QMFJYBgyFEQsFJlqgA0=
-----END PUBLIC KEY-----`
const ed25519Order = {
  side: 'SELL',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: 1,
  price: 0.2,
  timestamp: 1668481559918,
  recvWindow: 5000,
}
const ED25519_VECTORS: readonly (readonly [name: string, payload: string, signature: string])[] = [
  [
    'E1: the FIX logon',
    ['A', 'EXAMPLE', 'SPOT', '1', '20240627-11:17:25.223'].join('\u0001'),
    '4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA==',
  ],
  [
    'E2: REST',
    queryOf({ symbol: 'BTCUSDT', ...ed25519Order }),
    'inDT086KVIP8vgUfw5sV3VTkescWztiAGlf4x8FLKHM4NInsn0c1kYVLoGMO8cyjfR6vmTku2YQE0gtfVVlfCw==',
  ],
  [
    'E3: REST with a symbol that is not ASCII',
    queryOf({ symbol: '１２３４５６', ...ed25519Order }),
    'vECjNXSlVOz1DskXXQ866KhikKY8cxajBXKAU0COlYYemqEr45TXiRS/jNB3LyHHh48pu7z2S6pTFhmhWNRBBw==',
  ],
  [
    'E4: session.logon',
    webSocketPayload({ apiKey: 'EXAMPLEKEY', timestamp: 1747385641636 }),
    'jCuVSjF4R+PkyOUtu28oZvz6mX7C4Qawpt22AdsdQnBopzHPjQHCwFHAz367RHtDIA62uXiPghkAt/+QTE/0BQ==',
  ],
]

describe('signatures', () => {
  it.each(HMAC_VECTORS)('are as documented, %s', (_name, payload, signature) => {
    expect(signPayload(payload, hmac)).toBe(signature)
    expect(isSignatureOf(payload, signature, hmac)).toBe(true)
    expect(isSignatureOf(payload, signature.toUpperCase(), hmac)).toBe(true)
    expect(isSignatureOf(`${payload}0`, signature, hmac)).toBe(false)
    expect(isSignatureOf(payload, signature.slice(2), hmac)).toBe(false)
  })

  it.each(ED25519_VECTORS)('of Ed25519 are as documented, %s', (_name, payload, signature) => {
    const verifying = publicVerifyingKey(PUBLIC_PEM)
    expect(signPayload(payload, ed25519PrivateKey(PEM))).toBe(signature)
    expect(isSignatureOf(payload, signature, verifying)).toBe(true)
    expect(isSignatureOf(`${payload} `, signature, verifying)).toBe(false)
    expect(isSignatureOf(payload, signature.toLowerCase(), verifying)).toBe(false)
    expect(isSignatureOf(payload, 'no base64!', verifying)).toBe(false)
  })

  it('of RSA are verified', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = publicVerifyingKey(publicKey.export({ type: 'spki', format: 'pem' }).toString())
    const signature = sign('sha256', Buffer.from('a=1'), privateKey).toString('base64')
    expect(isSignatureOf('a=1', signature, key)).toBe(true)
    expect(isSignatureOf('a=2', signature, key)).toBe(false)
  })

  it('stand last in a query, percent-encoded', () => {
    const query = queryOf({ symbol: 'BTCUSDT', ...ed25519Order })
    const signed = signedQuery(query, ed25519PrivateKey(PEM))
    expect(signed.startsWith(`${query}&signature=inDT086KVIP8vgUfw5sV3VTkescWztiAGlf4x8FLKHM4`)).toBe(true)
    expect(signed.endsWith('VVlfCw%3D%3D')).toBe(true)
    expect(new URLSearchParams(signed).get('signature')).toBe(ED25519_VECTORS[1]?.[2])
  })

  it('encode all but the unreserved marks of RFC 3986', () => {
    expect(percentEncode("az09-_.~ !'()*+/=@ü")).toBe('az09-_.~%20%21%27%28%29%2A%2B%2F%3D%40%C3%BC')
  })

  it('refuse keys of other kinds, without showing them', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(() => ed25519PrivateKey(pem)).toThrow('the private key must be Ed25519, was ec')
    expect(() => ed25519PrivateKey('sesame')).toThrow(/^the private key must be PKCS#8 in PEM, could not/)
    expect(() => publicVerifyingKey('sesame')).toThrow(/^the public key must be in PEM/)
  })

  it('of one key kind are verified by the public half of the same', () => {
    const key: SigningKey = { kind: 'ED25519', privateKey: createPrivateKey(PEM) }
    expect(createPublicKey(PEM).export({ type: 'spki', format: 'pem' }).toString().trim()).toBe(PUBLIC_PEM)
    expect(isSignatureOf('x', signPayload('x', key), publicVerifyingKey(PUBLIC_PEM))).toBe(true)
  })
})

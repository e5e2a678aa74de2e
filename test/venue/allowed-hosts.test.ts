import { describe, expect, it } from 'vitest'
import { checkAllowedHost, checkNetworkVariables } from '../../engine/venue/allowed-hosts.js'

describe('the hosts of a mode', () => {
  it.each([
    ['https://api.binance.com', 'live'],
    ['https://api4.binance.com', 'live'],
    ['wss://ws-api.binance.com:443/ws-api/v3', 'live'],
    ['https://testnet.binance.vision', 'testnet'],
    ['wss://ws-api.testnet.binance.vision/ws-api/v3', 'testnet'],
    ['https://demo-api.binance.com', 'demo'],
    ['http://127.0.0.1:8080', 'live'],
    ['ws://localhost:8080', 'testnet'],
    ['http://[::1]:8080', 'demo'],
  ] as const)('have %s for %s', (url, mode) => {
    expect(() => checkAllowedHost(url, '--rest-url', mode)).not.toThrow()
  })

  it.each([
    ['https://api.binance.com', 'testnet', 'must be a host of Binance'],
    ['https://testnet.binance.vision', 'live', 'must be a host of Binance'],
    ['https://api.binance.com.evil.example', 'live', 'must be a host of Binance'],
    ['https://evil.example/api.binance.com', 'live', 'must be a host of Binance'],
    ['https://api.binance.com@evil.example', 'live', 'no user or password'],
    ['https://127.0.0.1.evil.example', 'live', 'must be a host of Binance'],
    ['http://api.binance.com', 'live', 'must begin with https: or wss:'],
    ['ws://stream.binance.com', 'live', 'must begin with https: or wss:'],
    ['api.binance.com', 'live', 'must be an address'],
  ] as const)('have not %s for %s', (url, mode, message) => {
    expect(() => checkAllowedHost(url, '--rest-url', mode)).toThrow(message)
  })

  it('are reached directly, with certificates checked', () => {
    expect(() => checkNetworkVariables({})).not.toThrow()
    expect(() => checkNetworkVariables({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toThrow(/must not be 0/)
    expect(() => checkNetworkVariables({ https_proxy: 'http://p:1' })).toThrow(/^https_proxy must not be set/)
    expect(() => checkNetworkVariables({ https_proxy: 'http://p:1', NEXTBAR_ALLOW_PROXY: '1' })).not.toThrow()
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from '../../../data/storage/store.js'
import { generateBars } from '../../../data/synthetic.js'
import { runInside, temporaryFolder } from '../command.js'

/** An exchange whose clock is off. */
async function exchange(offsetMs: number): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ serverTime: Date.now() + offsetMs }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function doctor(words: readonly string[]) {
  const { code, stdout } = await runInside(['doctor', '--json', ...words])
  const { checks } = JSON.parse(stdout) as { checks: { name: string; verdict: string; text: string }[] }
  return { code, verdicts: Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict])), checks }
}

describe('doctor', () => {
  it('finds a machine well, and says what the store holds', async () => {
    const store = path.join(temporaryFolder(), 'store')
    await openStore(store).write({ bars: generateBars({ seed: 1, count: 2000, symbol: 'BTCUSDT' }) })
    const { code, verdicts, checks } = await doctor(['--store', store, '--rest-url', await exchange(0)])
    expect(code).toBe(0)
    expect(verdicts).toMatchObject({ disk: 'ok', store: 'ok', gaps: 'ok', clock: 'ok' })
    expect(checks.find(({ name }) => name === 'store')?.text).toContain('1 series, 2,000 bars')
  })

  it('finds a clock that is too far off, and ends with 5', async () => {
    const { code, verdicts, checks } = await doctor(['--rest-url', await exchange(90_000)])
    expect([code, verdicts.clock]).toEqual([5, 'fault'])
    expect(checks.find(({ name }) => name === 'clock')?.text).toMatch(
      /^\+(89|90)\d{3} ms from the exchange's; .*NTP/,
    )
  })

  it('finds a damaged store', async () => {
    const store = path.join(temporaryFolder(), 'store')
    mkdirSync(path.join(store, 'BTCUSDT', '1m'), { recursive: true })
    writeFileSync(path.join(store, 'BTCUSDT', '1m', '_manifest.json'), '{"schema":')
    const { code, verdicts } = await doctor(['--store', store, '--rest-url', 'none'])
    expect([code, verdicts.store, verdicts.clock]).toEqual([5, 'fault', 'skipped'])
  })

  it('says that an exchange does not answer, which is no fault', async () => {
    const { code, verdicts } = await doctor(['--rest-url', 'http://127.0.0.1:9'])
    expect([code, verdicts.clock]).toEqual([0, 'skipped'])
  })

  it('prints a line a check, and refuses what it does not know', async () => {
    const { stdout } = await runInside(['doctor', '--rest-url', 'none'])
    expect(stdout).toMatch(/^ {2}[✓!] node {3}/)
    const { code, stderr } = await runInside(['doctor', '--stor', 'x'])
    expect(code).toBe(2)
    expect(stderr).toContain('--stor must be a flag of doctor, is none; did you mean --store?')
  })
})

describe('doctor, given a key', () => {
  const KEY = { BINANCE_API_KEY: 'doctor-key-1', BINANCE_API_SECRET: 'doctor-secret-1' }

  /** An exchange that knows one key, with these rights; it refuses a signature that is not there. */
  async function exchangeOfKey(rights: object | undefined, canTrade = true): Promise<string> {
    const server = createServer((request, response) => {
      const send = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const url = request.url ?? ''
      if (url.startsWith('/api/v3/time')) return send(200, { serverTime: Date.now() })
      const isSigned =
        /signature=[0-9a-f]{64}$/.test(url) && request.headers['x-mbx-apikey'] === KEY.BINANCE_API_KEY
      if (!isSigned) return send(401, { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' })
      if (url.startsWith('/api/v3/account')) return send(200, { canTrade, balances: [] })
      if (url.startsWith('/sapi/') && rights) return send(200, rights)
      return send(404, {})
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it.each([
    [
      { ipRestrict: true, enableWithdrawals: false, enableSpotAndMarginTrading: true },
      0,
      'ok',
      'withdraws nothing, from listed addresses only',
    ],
    [
      { ipRestrict: false, enableWithdrawals: false, enableSpotAndMarginTrading: true },
      0,
      'note',
      'tie it to your address',
    ],
    [
      { ipRestrict: true, enableWithdrawals: true, enableSpotAndMarginTrading: true },
      5,
      'fault',
      'must not withdraw, may',
    ],
    [
      { ipRestrict: true, enableWithdrawals: false, enableSpotAndMarginTrading: false },
      5,
      'fault',
      'must be allowed to trade, is not',
    ],
    [undefined, 0, 'note', 'cannot be read here'],
  ])('reads its rights: %j', async (rights, code, verdict, words) => {
    const ended = await runInside(['doctor', '--json', '--rest-url', await exchangeOfKey(rights)], KEY)
    const { checks } = JSON.parse(ended.stdout) as {
      checks: { name: string; verdict: string; text: string }[]
    }
    const check = checks.find(({ name }) => name === 'key')
    expect([ended.code, check?.verdict]).toEqual([code, verdict])
    expect(check?.text).toContain(words)
    expect(ended.stdout + ended.stderr).not.toMatch(/doctor-(key|secret)-1/)
  })

  it('says that a key is refused, and shows it to nobody but Binance and this machine', async () => {
    const wrong = { ...KEY, BINANCE_API_KEY: 'another-key-1' }
    const refused = await runInside(['doctor', '--rest-url', await exchangeOfKey({})], wrong)
    expect([refused.code, refused.stdout]).toEqual([5, expect.stringContaining('-2015')])
    const elsewhere = await runInside(['doctor', '--rest-url', 'https://evil.example'], KEY)
    expect([elsewhere.code, elsewhere.stdout]).toEqual([
      5,
      expect.stringContaining("must be a host of Binance's"),
    ])
  })
})

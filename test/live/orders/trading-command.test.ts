/** `run-live.ts` as a program that sends orders to a local exchange: what it needs, what it does, what it never shows. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ONE } from '../../../engine/model/money.js'
import { temporaryFolder } from '../../app/command.js'
import { listing, someBars, started } from '../../exchange/started.js'
import { liveWords, startLive, until } from '../live-command.js'
import { expectAgreement, journalOf } from './truth.js'

/** Times a trading session is killed: few in `npm test`, two hundred in a soak. */
const CYCLES = Number(process.env.NEXTBAR_TRADING_KILLS ?? 1)

type Exchange = Awaited<ReturnType<typeof started>>

async function tradingExchange(speed: number) {
  return started({
    symbols: [listing(someBars(60_000))],
    history: 2000,
    speed,
    balances: new Map([['USDT', 20_000n * ONE]]),
  })
}

/** Words for a mode that sends orders; the key is in a file of the owner's alone. */
function tradingWords(exchange: Exchange, state: string, mode: string, more: readonly string[] = []) {
  const file = path.join(temporaryFolder(), 'key.json')
  const { apiKey, secret, wsApi } = exchange.address
  writeFileSync(file, JSON.stringify({ apiKey, secret }), { mode: 0o600 })
  chmodSync(file, 0o600)
  return [
    ...liveWords(exchange, state),
    ...[
      '-p',
      'fast=2',
      '-p',
      'slow=5',
      '--mode',
      mode,
      '--ws-api-url',
      wsApi,
      '--key-file',
      file,
      '--cash',
      '10000',
    ],
    ...more,
  ].filter(
    (word, i, all) =>
      !(all[i - 1] === '-p' && /^(fast=5|slow=20)$/.test(word)) &&
      !(word === '-p' && /^(fast=5|slow=20)$/.test(all[i + 1] ?? '')),
  )
}

/** Every file of a folder, as bytes. */
function bytesIn(folder: string): readonly Buffer[] {
  return readdirSync(folder)
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file))
}

describe('a program that trades', () => {
  it('on testnet books what the exchange says, stops with nothing open, and shows no key', async () => {
    const exchange = await tradingExchange(20)
    const state = path.join(temporaryFolder(), 'state')
    const program = startLive(tradingWords(exchange, state, 'testnet'), { HOME: temporaryFolder() })
    const trades = async () => (await journalOf(exchange)).filter(({ kind }) => kind === 'TRADE').length
    let seen = 0
    await until(() => {
      void trades().then((count) => {
        seen = count
      })
      return seen >= 12 || program.child.exitCode !== null
    }, `trades: ${program.output.stderr}`)
    program.child.kill('SIGTERM')
    expect(await program.ended, program.output.stderr).toBe(0)
    const { trades: agreed, open } = await expectAgreement(exchange, state)
    expect(agreed).toBeGreaterThanOrEqual(12)
    expect(open).toEqual([])
    const { apiKey, secret } = exchange.address
    const all = Buffer.concat([...bytesIn(state), Buffer.from(program.output.stdout + program.output.stderr)])
    for (const canary of [apiKey, secret, Buffer.from(secret).toString('base64')])
      expect(all.includes(canary)).toBe(false)
    expect(all.includes('signature=')).toBe(false)
  })

  it(
    `killed ${CYCLES} times while it trades loses no order and doubles none`,
    async () => {
      const exchange = await tradingExchange(20)
      const state = path.join(temporaryFolder(), 'state')
      const environment = { HOME: temporaryFolder() }
      let seed = 20_260_102
      const random = () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
        return seed / 2 ** 31
      }
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        const before = (await journalOf(exchange)).length
        const program = startLive(tradingWords(exchange, state, 'testnet'), environment)
        let now = before
        await until(
          () => {
            void journalOf(exchange).then(({ length }) => {
              now = length
            })
            return now > before || program.child.exitCode !== null
          },
          `an order in cycle ${cycle}: ${program.output.stderr}`,
          60_000,
        )
        await new Promise((resolve) => setTimeout(resolve, 600 * random()))
        program.child.kill('SIGKILL')
        expect(await program.ended, program.output.stderr).toBe('SIGKILL')
      }
      const last = startLive(tradingWords(exchange, state, 'testnet'), environment)
      await until(
        () => last.output.stderr.includes('operations page'),
        `a start: ${last.output.stderr}`,
        60_000,
      )
      last.child.kill('SIGTERM')
      expect(await last.ended, last.output.stderr).toBe(0)
      const { open, accepted } = await expectAgreement(exchange, state)
      expect(open).toEqual([])
      expect(accepted).toBeGreaterThan(CYCLES)
    },
    60_000 + 60_000 * CYCLES,
  )

  it('for real refuses with 5 and the whole list, and sends nothing', async () => {
    const exchange = await tradingExchange(0)
    const state = path.join(temporaryFolder(), 'state')
    const program = startLive(tradingWords(exchange, state, 'live'), { HOME: temporaryFolder() })
    expect(await program.ended, program.output.stderr).toBe(5)
    for (const missing of [
      'NEXTBAR_LIVE',
      '--max-order-quote',
      '--max-daily-loss',
      '--price-collar',
      'promotion.json',
      'arm.json',
    ]) {
      expect(program.output.stderr).toContain(missing)
    }
    expect(await journalOf(exchange)).toEqual([])
    expect(program.output.stdout).toBe('')
  })
})

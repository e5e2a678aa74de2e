/** What the account holds when a session begins: told and refused while nobody has decided, taken over when somebody has. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { verifyLedger } from '../../../engine/live/ledger/verify-ledger.js'
import { ONE } from '../../../engine/model/money.js'
import { stateFolder, stillExchange } from '../live-session.js'
import { adopt, tradingWords } from './trading-program.js'
import { restless, startedTrading } from './trading-session.js'
import { expectAgreement, journalOf } from './truth.js'

describe('a session whose ledger is lost while it holds something', () => {
  it('F69: is refused in words, adopts when a person says so, and sells what it took over', async () => {
    const exchange = await stillExchange()
    const first = await startedTrading(exchange, { state: stateFolder(), strategy: restless })
    const held = () => first.runner.keeper?.session.holdings[0]?.quantity ?? 0n
    for (let k = 0; k < 40 && !(held() > ONE / 100n && first.market.open.length === 0); k++)
      await first.advance(1)
    await first.stop()
    const left = held()
    expect(left).toBeGreaterThan(ONE / 100n)

    const before = (await journalOf(exchange)).length
    const text = (Number(left) / 1e8).toFixed(8).replace(/0+$/, '')
    const wishes = { state: stateFolder(), strategy: restless, epoch: 1_800_000_001 }
    const refused = await startedTrading(exchange, wishes).then(String, (error: unknown) => error)
    expect(refused).toMatchObject({ exitCode: 5 })
    expect(String(refused)).toContain(
      `unknown history: ${text} BTC on this account were bought by an earlier session (nb1800000000) whose ledger is not here`,
    )
    expect(String(refused)).toContain(`run-live.ts adopt with the same words and --take BTC=${text}`)
    expect(existsSync(path.join(wishes.state, 'ledger.sqlite')), 'nothing has begun').toBe(false)
    expect((await journalOf(exchange)).length).toBe(before)

    const state = stateFolder()
    const asked = await adopt(tradingWords(exchange, state, { more: [] }))
    expect(asked).toMatchObject({ code: 2, stdout: '' })
    expect(asked.stderr).toContain(`left: ${text} BTC by the session nb1800000000`)
    expect(asked.stderr, 'a sentence, no table').not.toMatch(/ {2}/)
    expect((await adopt(tradingWords(exchange, state, { more: ['--take', 'BTC=7'] }))).stderr).toContain(
      'was 7',
    )
    for (const asset of ['ETH', '币安人生']) {
      const more = ['--take', `${asset}=7`]
      expect((await adopt(tradingWords(exchange, state, { more }))).stderr).toContain(`(BTC), was ${asset}`)
    }
    expect(await adopt(tradingWords(exchange, state, { more: ['--take', `BTC=${text}`] }))).toMatchObject({
      code: 0,
      stderr: '',
    })

    const second = await startedTrading(exchange, { ...wishes, state })
    expect(second.runner.keeper?.session.holdings[0]?.quantity).toBe(left)
    expect(existsSync(path.join(state, 'adopt.json')), 'read once').toBe(false)
    await second.advance(12)
    await second.stop()
    const late = await adopt(tradingWords(exchange, state, { more: ['--take', 'BTC=0.1'] }))
    expect(late.stderr).toContain("adopt must come before the session's first start")
    // Killed or stopped, a start is the replay of its ledger: what was taken over is in its first record.
    const third = await startedTrading(exchange, { ...wishes, state })
    await third.advance(12)
    await third.stop()
    const { record } = await expectAgreement(exchange, state, restless)
    let bought = 0
    const sums = record.events.flatMap((event) => {
      if (event.kind !== 'FILL') return []
      const { side, quantity } = event.execution
      bought += Number(side === 'BUY' ? quantity : -quantity)
      return [bought]
    })
    expect(Math.min(...sums), 'more was sold than it ever bought').toBeLessThan(-0.9 * Number(left))
  })

  it('leaves what was said to be of others alone', async () => {
    const exchange = await stillExchange()
    const first = await startedTrading(exchange, { state: stateFolder(), strategy: restless })
    while (first.runner.keeper?.session.holdings[0]?.quantity === 0n) await first.advance(1)
    await first.stop()
    const state = stateFolder()
    expect((await adopt(tradingWords(exchange, state, { more: ['--take', 'BTC=0'] }))).code).toBe(0)
    const session = await startedTrading(exchange, { state, strategy: restless, epoch: 1_800_000_001 })
    expect(session.runner.keeper?.session.holdings[0]?.quantity).toBe(0n)
    await session.stop()
    expect(verifyLedger(path.join(state, 'ledger.sqlite')).balances).toEqual({ USDT: '10000', BTC: '0' })
  })
})

/** kill -9 at random moments of a program that trades, its start and recovery included. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Strategy } from '../../../engine/core/strategy.js'
import type { ChainHead } from '../../../engine/live/ledger/chain.js'
import { verifyLedger } from '../../../engine/live/ledger/verify-ledger.js'
import { newRandom } from '../../../engine/math/random.js'
import { ONE } from '../../../engine/model/money.js'
import { smaCross } from '../../../strategies/sma-cross.js'
import { temporaryFolder } from '../../app/command.js'
import { ROOT } from '../../shared.js'
import { startLive, until } from '../live-command.js'
import { everyKind } from './every-kind.js'
import { expectInvariants, expectReady } from './invariants.js'
import { requestsOf } from './requests.js'
import { adopt, standingOf, tradingExchange, tradingWords } from './trading-program.js'
import { expectWhole } from './truth.js'

/** Times a trading session is killed: few in `npm test`, two hundred in a soak. */
const CYCLES = Number(process.env.NEXTBAR_TRADING_KILLS ?? 1)
/** Another seed kills at other moments. */
const SEED = Number(process.env.NEXTBAR_TRADING_SEED ?? 1)
const SPEED = 20

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** By wishes alone, and by every way of asking: replacements and lists too. The few kills of `npm test` strike the second. */
const STRATEGIES: readonly (readonly [string, readonly string[] | undefined, Strategy])[] = [
  ['wishes', undefined, smaCross],
  ['every kind of order', [path.join(ROOT, 'test/live/orders/every-kind.ts')], everyKind],
]

describe('a program that trades', () => {
  it.each(STRATEGIES.slice(CYCLES > 2 ? 0 : 1))(
    `by %s, killed ${CYCLES} times while it trades, loses no order and doubles none`,
    async (_, words, strategy) => {
      const balances = new Map([
        ['USDT', 20_000n * ONE],
        ['BTC', ONE / 20n],
      ])
      const exchange = await tradingExchange(SPEED, { balances })
      const { journal } = exchange.exchange
      const requests = requestsOf(exchange)
      const state = path.join(temporaryFolder(), 'state')
      const ledger = path.join(state, 'ledger.sqlite')
      const environment = { HOME: temporaryFolder() }
      const random = newRandom(SEED)
      const put: string[] = []
      const wordsOf = (more: readonly string[] = []) =>
        tradingWords(exchange, state, { more, ...(words && { strategy: words }) })
      // It takes over what the account holds: whatever it is killed at, that stays in its books, once.
      expect(await adopt(wordsOf(['--take', 'BTC=0.05']))).toMatchObject({ code: 0, stderr: '' })
      const lives: number[] = []
      const start = () => {
        lives.push(performance.now())
        return startLive(wordsOf(), environment)
      }
      const kill = async (program: ReturnType<typeof startLive>, cycle: number) => {
        program.child.kill('SIGKILL')
        expect(await program.ended, `cycle ${cycle}: ${program.output.stderr}`).toBe('SIGKILL')
        put.push(program.output.stdout, program.output.stderr)
      }
      const orders = (since: number) => journal.since(since).filter(({ kind }) => kind === 'ORDER').length
      /** Trades that the exchange had made when the process before was killed. */
      let due: readonly string[] = []
      let head: ChainHead | undefined
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        if (random.uniform() < 0.3) {
          // A start reads the ledger, settles what was open and looks for trades: it dies somewhere in there.
          const program = start()
          await sleep(300 + 2500 * random.uniform())
          await kill(program, cycle)
          if (existsSync(ledger)) expectWhole(journal.since(), state)
        }
        const from = journal.since().length + 1
        const program = start()
        await until(
          () => orders(from) > 0 || program.child.exitCode !== null,
          `an order in cycle ${cycle}: ${program.output.stderr}`,
          90_000,
        )
        await sleep(600 * random.uniform())
        await kill(program, cycle)
        const { booked, truth, record } = expectWhole(journal.since(), state)
        // I8: no row that was there once is gone, or another.
        if (head) verifyLedger(ledger, head)
        head = record.head
        // Nothing is sent before all that happened is booked: it sent something.
        const missing = due.filter((one) => !booked.includes(one))
        expect(missing, `cycle ${cycle}: trades from before the start that are not booked`).toEqual([])
        due = truth
      }
      const last = start()
      await until(
        () => last.output.stderr.includes('operations page'),
        `a start: ${last.output.stderr}`,
        90_000,
      )
      await expectReady(() => standingOf(state), last.output.stderr)
      last.child.kill('SIGTERM')
      expect(await last.ended, last.output.stderr).toBe(0)
      put.push(last.output.stdout, last.output.stderr)
      const agreed = await expectInvariants({ exchange, state, strategy, requests, lives, put })
      expect(agreed.accepted).toBeGreaterThanOrEqual(CYCLES)
      expect(agreed.record.genesis.symbols[0]?.adopted?.quantity).toBe(ONE / 20n)
    },
    120_000 + 60_000 * CYCLES,
  )
})

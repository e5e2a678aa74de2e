/** Two programs on one account: the second is refused on the same machine, and seen from another. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../app/command.js'
import { startLive, until } from '../live-command.js'
import { expectInvariants } from './invariants.js'
import { requestsOf } from './requests.js'
import { tradingExchange, tradingWords } from './trading-program.js'
import { expectWhole } from './truth.js'

describe('two programs on one account', () => {
  it('of one machine: the second ends with 2; of two: whoever sees the other halts, and nothing is doubled', async () => {
    const exchange = await tradingExchange(20)
    const { journal } = exchange.exchange
    const requests = requestsOf(exchange)
    const home = temporaryFolder()
    const [here, beside, elsewhere] = ['a', 'b', 'c'].map((name) => path.join(temporaryFolder(), name))
    if (!here || !beside || !elsewhere) throw new Error('there are three folders')
    const first = startLive(tradingWords(exchange, here), { HOME: home })
    const orders = (from = 0) => journal.since(from).filter(({ kind }) => kind === 'ORDER')
    await until(() => orders().length > 2 || first.child.exitCode !== null, 'orders of the first')

    const second = startLive(tradingWords(exchange, beside), { HOME: home })
    expect(await second.ended, second.output.stderr).toBe(2)
    expect(second.output.stderr).toMatch(/another session on this machine trades it/)
    expect(existsSync(path.join(beside, 'ledger.sqlite'))).toBe(false)

    const { epoch } = expectWhole(journal.since(), here).record.genesis
    const foreign = () =>
      orders().filter(({ clientOrderId }) => !String(clientOrderId).startsWith(`nb${epoch}-`))
    const third = startLive(tradingWords(exchange, elsewhere), { HOME: temporaryFolder() })
    const [haltHere, haltElsewhere] = [path.join(here, 'HALT'), path.join(elsewhere, 'HALT')]
    const isOver = () => third.child.exitCode !== null
    await until(
      () => existsSync(haltHere) || existsSync(haltElsewhere) || isOver(),
      `a halt or an end: ${third.output.stderr}`,
    )
    for (const halt of [haltHere, haltElsewhere].filter((one) => existsSync(one))) {
      expect(JSON.parse(readFileSync(halt, 'utf8')).reason).toMatch(
        /of another session: one account is for one session/,
      )
    }
    // The first has nothing open just now, but coins that the third knows nothing of.
    if (isOver()) expect(third.output.stderr).toMatch(/another session|unknown history/)
    const pause = () => new Promise((resolve) => setTimeout(resolve, 500))
    // What was on the wire when one of them halted arrives.
    await pause()
    const seen = foreign().length
    if (seen > 0) {
      await until(() => existsSync(haltHere), 'the first sees the order of the third, and halts')
    }
    await pause()
    const own = orders().length - foreign().length
    await pause()
    // One alone may go on: the third where the first had nothing open when it halted.
    if (existsSync(haltHere)) expect(orders().length - foreign().length).toBe(own)
    if (existsSync(haltElsewhere) || isOver()) expect(foreign().length).toBe(seen)
    for (const program of [first, third]) program.child.kill('SIGTERM')
    expect(await first.ended, first.output.stderr).toBe(0)
    await third.ended
    for (const [state, program] of [
      [here, first],
      [elsewhere, third],
    ] as const) {
      if (!existsSync(path.join(state, 'ledger.sqlite'))) continue
      const { stdout, stderr } = program.output
      const isHalted = existsSync(path.join(state, 'HALT'))
      const put = [stdout, stderr]
      await expectInvariants({ exchange, state, requests, put, ...(isHalted && { halt: 'halted' }) })
    }
  })
})

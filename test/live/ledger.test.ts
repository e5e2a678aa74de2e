/** The ledger of a session: whatever is changed in it is found, and nothing is traded on doubt. */
import { chownSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { runLiveVerb } from '../../engine/app/live/live-verbs.js'
import { lastKnownHead, StateFolder } from '../../engine/live/files/state-folder.js'
import { type ChainHead, genesisHash, linkHash, type StoredRow } from '../../engine/live/ledger/chain.js'
import { ALL_ROWS } from '../../engine/live/ledger/schema.js'
import { type VerifiedLedger, verifyLedger } from '../../engine/live/ledger/verify-ledger.js'
import { newRandom } from '../../engine/math/random.js'
import { changedLine } from '../../engine/promote/strategy-line.js'
import { emaCross } from '../../strategies/ema-cross.js'
import { temporaryFolder } from '../app/command.js'
import { countOf, liveWords, proofsOf, startLive, until } from './live-command.js'
import { newSession, type StillExchange, startedSession, stateFolder, stillExchange } from './live-session.js'

const SEED = 20_260_101
const state = { folder: '', ledger: '', verified: undefined as unknown as VerifiedLedger }
let files: ReadonlyMap<string, Buffer>

/** A session of some hundred bars, once; tests work on copies. */
async function recordSession(exchange: StillExchange, folder: string): Promise<void> {
  const session = await startedSession(exchange, { state: folder })
  for (let k = 0; k < 6; k++) await session.advance(50)
  await session.stop()
}

function copy(): string {
  const folder = temporaryFolder()
  for (const [name, bytes] of files) writeFileSync(path.join(folder, name), bytes)
  return path.join(folder, 'ledger.sqlite')
}

describe('a ledger', () => {
  it('of a session verifies: chain, books, every bar once', async () => {
    state.folder = stateFolder()
    state.ledger = path.join(state.folder, 'ledger.sqlite')
    await recordSession(await stillExchange(), state.folder)
    state.verified = verifyLedger(state.ledger)
    files = new Map([['ledger.sqlite', readFileSync(state.ledger)]])
    expect(state.verified.counts.fills).toBeGreaterThan(5)
    expect(state.verified.head.seq).toBe(
      state.verified.counts.events +
        state.verified.counts.decisions +
        state.verified.counts.orders +
        state.verified.counts.fills,
    )
  })

  it('with one thing changed is found out, 30 times of 30', () => {
    const source = newRandom(SEED)
    const random = () => source.uniform()
    const pick = (count: number) => Math.floor(random() * count)
    const found: string[] = []
    for (let k = 0; k < 30; k++) {
      const file = copy()
      const database = new DatabaseSync(file)
      const what = ['event', 'bar', 'parameter', 'strategy', 'order', 'fill'][k % 6] ?? ''
      const change = (table: string, where: string, from: RegExp, to: (text: string) => string) => {
        const rows = database.prepare(`SELECT seq, body FROM ${table} WHERE ${where}`).all()
        const row = rows[pick(rows.length)]
        const body = String(row?.body)
        const changed = body.replace(from, to)
        expect(changed).not.toBe(body)
        database.prepare(`UPDATE ${table} SET body = ? WHERE seq = ?`).run(changed, row?.seq ?? 0)
      }
      const digit = (text: string) => text.replace(/\d(?=\D*$)/, (one) => String((Number(one) + 1) % 10))
      if (what === 'event') change('events', "kind IN ('FILL', 'START', 'STOP')", /"time":\d+/, digit)
      else if (what === 'bar') change('events', "kind = 'BAR'", /"close":[\d.]+/, digit)
      else if (what === 'order')
        change('orders', '1', /"side":"(BUY|SELL)"/, (t) =>
          t.includes('BUY') ? '"side":"SELL"' : '"side":"BUY"',
        )
      else if (what === 'fill') change('fills', '1', /"price":\{"\$":"[\d.]+"/, digit)
      else {
        const body = String(database.prepare('SELECT body FROM genesis').get()?.body)
        const changed =
          what === 'parameter'
            ? body.replace(/"fast":\d+/, `"fast":${6 + pick(10)}`)
            : body.replace('"source":"the source"', `"source":"another source ${k}"`)
        expect(changed).not.toBe(body)
        database.prepare('UPDATE genesis SET body = ?').run(changed)
      }
      database.close()
      try {
        verifyLedger(file)
      } catch (error) {
        found.push(`${what}: ${(error as Error).message}`)
      }
    }
    expect(found).toHaveLength(30)
  })

  it('whose chain was made anew over a change is found out by the proofs or by the head that was seen', () => {
    const file = copy()
    const { head } = state.verified
    const database = new DatabaseSync(file)
    const rows = database.prepare(ALL_ROWS).all({ after: 0 }) as unknown as StoredRow[]
    let last: ChainHead = {
      seq: 0,
      hash: genesisHash(String(database.prepare('SELECT body FROM genesis').get()?.body)),
    }
    const order = rows.find(({ table }) => table === 'orders')
    for (const row of rows) {
      const body = row.seq === order?.seq ? row.body.replaceAll('BUY', 'SELL') : row.body
      const hash = linkHash(last.hash, { ...row, body })
      database
        .prepare(`UPDATE ${row.table} SET body = ?, prev = ?, hash = ? WHERE seq = ?`)
        .run(body, last.hash, hash, row.seq)
      last = { seq: row.seq, hash }
    }
    database.close()
    expect(verifyLedger(file).head.seq).toBe(head.seq)
    expect(() => verifyLedger(file, head)).toThrow(/written anew/)
    const [a] = proofsOf(path.dirname(file)).differences
    expect(a).toMatchObject({ what: 'order', number: 1 })
    expect(a?.recorded?.branch).toContain('side=SELL')
    expect(a?.replayed?.branch).toContain('side=BUY')
  })

  it('with a row taken out, or cut at its end, is found out', () => {
    const file = copy()
    const database = new DatabaseSync(file)
    database.exec('DELETE FROM events WHERE seq = 150')
    database.close()
    expect(() => verifyLedger(file)).toThrow(/row 151 .*must be row 150/)
    const cut = copy()
    const other = new DatabaseSync(cut)
    other.exec(`DELETE FROM events WHERE seq = ${state.verified.head.seq}`)
    other.close()
    expect(() => verifyLedger(cut, state.verified.head)).toThrow(/rows that were seen before/)
  })

  it('with bytes flipped or cut off anywhere is refused, or says the very same', () => {
    const source = newRandom(SEED + 1)
    const random = () => source.uniform()
    const size = files.get('ledger.sqlite')?.length ?? 0
    let refused = 0
    for (let k = 0; k < 60; k++) {
      const file = copy()
      if (k % 4 === 3) truncateSync(file, Math.floor(random() * size))
      else {
        const bytes = readFileSync(file)
        const at = Math.floor(random() * size)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8))
        writeFileSync(file, bytes)
      }
      try {
        const { head, counts } = verifyLedger(file)
        expect({ head, counts }).toEqual({ head: state.verified.head, counts: state.verified.counts })
      } catch (error) {
        expect((error as { code?: string }).code).toBe('DATA')
        refused++
      }
    }
    expect(refused).toBeGreaterThan(40)
  })

  it('is damaged: the session refuses to go on, and leaves the file as it is', async () => {
    const exchange = await stillExchange()
    const file = copy()
    const bytes = readFileSync(file)
    const at = bytes.indexOf('"symbolIndex":0,"bar"', 40_000)
    bytes[at + 3] = 0x58
    writeFileSync(file, bytes)
    await expect(newSession(exchange, { state: path.dirname(file) }).runner.start()).rejects.toThrow(/ledger/)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })
})

describe('a session refuses', () => {
  it('a ledger that is not the one of which status.json knows a row, and verify says so', async () => {
    const folder = path.dirname(copy())
    const known = { seq: state.verified.head.seq - 5, hash: 'ab'.repeat(32) }
    writeFileSync(path.join(folder, 'status.json'), JSON.stringify({ ledger: known }))
    const words = new RegExp(`row ${known.seq} .*must have the hash that status.json knows .abababababab`)
    const session = newSession(await stillExchange(), { state: folder })
    await expect(session.runner.start()).rejects.toThrow(words)
    await expect(runLiveVerb('verify', ['--state', folder], { write: () => undefined })).rejects.toThrow(
      /anew/,
    )
    // One that cannot be read keeps nobody from looking at the ledger.
    writeFileSync(path.join(folder, 'status.json'), '{"ledger":')
    let shown = ''
    expect(await runLiveVerb('verify', ['--state', folder], { write: (text) => (shown += text) })).toBe(0)
    expect(shown).toMatch(/^ledger +whole: .*\nstatus +status\.json is damaged/s)
  })

  it.skipIf(process.getuid?.() !== 0)('a state folder of another user', () => {
    const folder = stateFolder()
    chownSync(folder, 4711, 4711)
    expect(() => StateFolder.open(folder)).toThrow(
      /must belong to the user who runs this, belongs to user 4711/,
    )
  })

  it('the ledger of another mode, strategy, parameter, setting or symbol', async () => {
    const exchange = await stillExchange(['BTCUSDT', 'ETHUSDT'])
    const folder = stateFolder()
    const first = await startedSession(exchange, { state: folder })
    await first.advance(3)
    await first.stop()
    const refused = async (wishes: object) => {
      const session = newSession(exchange, { state: folder, ...wishes })
      const reason = await session.runner.start().then(
        () => 'started',
        (error: Error) => error.message,
      )
      await session.stop()
      return reason
    }
    expect(await refused({ mode: 'paper' })).toMatch(/mode was "dry-run" and is "paper"/)
    expect(await refused({ strategy: emaCross })).toMatch(/strategy was sma-cross .* and is ema-cross/)
    expect(await refused({ params: { fast: 6, slow: 20 } })).toMatch(
      /params was .*"fast":5.* and is .*"fast":6/,
    )
    expect(await refused({ symbols: ['ETHUSDT'] })).toMatch(/symbols was BTCUSDT and is ETHUSDT/)
    expect(await refused({ settings: { alpha: 0.1 } })).toMatch(/settings was/)
  })

  it('a state folder that another process has', () => {
    const folder = stateFolder()
    const held = StateFolder.open(folder)
    expect(() => StateFolder.open(folder)).toThrow(/another runs on/)
    held.close()
    StateFolder.open(folder).close()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('to begin anew where a ledger has been, and is gone', async () => {
    const exchange = await stillExchange()
    const folder = stateFolder()
    writeFileSync(path.join(folder, 'status.json'), JSON.stringify({ ledger: { seq: 12, hash: 'ab' } }))
    expect(lastKnownHead(folder)?.seq).toBe(12)
    await expect(newSession(exchange, { state: folder }).runner.start()).rejects.toThrow(/must be there/)
  })
})

describe('a disk that is full', () => {
  it('stops the session before anything is done, and it goes on from what is whole', async () => {
    const exchange = await stillExchange()
    const folder = stateFolder()
    // No file may grow beyond this many KiB: a real failure of write(2), in the middle of a session.
    const words = liveWords(exchange, folder, ['--history', '100'])
    const limited = startLive(words, {}, 140)
    await until(
      () => countOf(folder, 'state') > 0 || limited.output.stderr.includes('error'),
      'a start',
      60_000,
    )
    for (let k = 0; k < 80 && limited.child.exitCode === null; k++) {
      await exchange.client.control('POST', '/advance', { bars: 5 })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(await limited.ended).toBe(7)
    expect(limited.output.stderr).toMatch(/the ledger must be written before anything is done/)
    const whole = verifyLedger(path.join(folder, 'ledger.sqlite'), lastKnownHead(folder))
    const printed = limited.output.stdout.split('\n').filter((line) => line.includes('order_request')).length
    expect(printed).toBe(whole.counts.orders)
    expect(proofsOf(folder).differences).toEqual([undefined, undefined])
  })
})

describe('a line of a strategy', () => {
  it('that has changed is named', () => {
    expect(changedLine('a\nb\nc', 'a\nb\nc')).toBeUndefined()
    expect(changedLine('a\nb\nc', 'a\nB\nc')).toEqual({ line: 2, was: 'b', is: 'B' })
    expect(changedLine('a\nb', 'a')).toEqual({ line: 2, was: 'b', is: '(end of the file)' })
  })
})

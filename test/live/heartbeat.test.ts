/** The heartbeat as an outside watcher hears it: over HTTP, with the ledger's head, and no more once the session is stuck. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { lastKnownHead } from '../../engine/live/files/state-folder.js'
import { verifyLedger } from '../../engine/live/ledger/verify-ledger.js'
import { temporaryFolder } from '../app/command.js'
import { listing, someBars, started } from '../exchange/started.js'
import { countOf, liveWords, logOf, startLive, until } from './live-command.js'

interface Beat {
  readonly schema: string
  readonly mode: string
  readonly strategy: string
  readonly state: string
  readonly ledger: { readonly seq: number; readonly hash: string } | null
}

/** A watcher that answers with `status`, or not at all for 0. */
async function watcher() {
  const beats: Beat[] = []
  const now = { status: 200 }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += String(chunk)
    })
    request.on('end', () => {
      expect([request.method, request.headers['content-type']]).toEqual(['POST', 'application/json'])
      beats.push(JSON.parse(text))
      if (now.status !== 0) response.writeHead(now.status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/ping/secret-of-the-watcher`, beats, now }
}

it('goes on whatever the watcher answers, says how far the ledger is, and ends with the session', async () => {
  const exchange = await started({ symbols: [listing(someBars(20_000))], history: 800, speed: 10 })
  const state = path.join(temporaryFolder(), 'state')
  const { url, beats, now } = await watcher()
  const program = startLive(liveWords(exchange, state, ['--heartbeat-every', '200ms']), {
    NEXTBAR_HEARTBEAT_URL: url,
  })
  const more = async (count: number) => {
    const due = beats.length + count
    await until(() => beats.length >= due, `${due} heartbeats: ${program.output.stderr}`)
  }
  await until(() => countOf(state, 'bar') > 2, `bars: ${program.output.stderr}`)
  await more(3)
  expect(beats.at(-1)).toMatchObject({
    ...{ schema: 'nextbar/heartbeat@1', mode: 'dry-run', strategy: 'sma-cross', state: 'ready' },
  })

  // A watcher that fails, or says nothing, holds nothing up.
  for (const status of [500, 0]) {
    now.status = status
    const before = countOf(state, 'bar')
    await more(4)
    await until(() => countOf(state, 'bar') > before + 2, 'bars with a watcher that fails')
  }
  await until(() => logOf(state).some(({ type }) => type === 'heartbeat'), 'a line of the log')
  now.status = 200
  await more(2)

  // Alive but frozen: the watcher hears nothing.
  program.child.kill('SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, 300))
  const heard = beats.length
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(beats.length).toBe(heard)
  program.child.kill('SIGCONT')
  await more(2)

  program.child.kill('SIGTERM')
  expect(await program.ended, program.output.stderr).toBe(0)
  const last = beats.length
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(beats.length).toBe(last)

  // What it said of the ledger is what is in it, and never less than before.
  const heads = beats.flatMap(({ ledger }) => (ledger ? [ledger] : []))
  expect(heads.map(({ seq }) => seq)).toEqual(heads.map(({ seq }) => seq).toSorted((a, b) => a - b))
  const { head } = verifyLedger(path.join(state, 'ledger.sqlite'), lastKnownHead(state))
  expect(head.seq).toBeGreaterThanOrEqual(heads.at(-1)?.seq ?? Number.POSITIVE_INFINITY)
  expect(heads.at(-1)?.hash).toMatch(/^[0-9a-f]{64}$/)
  // The address may hold a secret: it is told nowhere.
  expect(JSON.stringify(logOf(state)) + program.output.stderr + program.output.stdout).not.toContain(
    'secret-of',
  )
}, 60_000)

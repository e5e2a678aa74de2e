/** A program that is killed behind an order, and started again: `run-live.ts` as a process of its own. Floor 5. */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunningExchange } from '../../../exchange/start-exchange.js'
import { DRILL_SYMBOL } from './drill-exchange.js'
import { until } from './drill-session.js'

const SCRIPT = fileURLToPath(new URL('../../../../run-live.ts', import.meta.url))
const START_MS = 60_000

/**
 * Starts a session, kills it (SIGKILL) when the exchange has accepted an order, starts it again, and lets it stop in
 * order. Gives how many orders the exchange had accepted at the kill.
 */
export async function killMidOrder(
  exchange: RunningExchange,
  { state, home }: { readonly state: string; readonly home: string },
): Promise<number> {
  const accepted = () => exchange.exchange.journal.since().filter(({ kind }) => kind === 'ORDER').length
  const first = startProgram(exchange, { state, home })
  try {
    await until(() => accepted() > 0 || first.hasEnded(), 'an order', START_MS)
    first.child.kill('SIGKILL')
    await until(first.hasEnded, 'the end of a killed process')
  } finally {
    first.child.kill('SIGKILL')
  }
  const count = accepted()
  const second = startProgram(exchange, { state, home })
  try {
    await until(() => second.said().includes('operations page') || second.hasEnded(), 'a start', START_MS)
    second.child.kill('SIGTERM')
    await until(second.hasEnded, 'the end of a stopped process', START_MS)
  } finally {
    second.child.kill('SIGKILL')
  }
  return count
}

interface Program {
  readonly child: ChildProcess
  readonly said: () => string
  readonly hasEnded: () => boolean
}

function startProgram(
  { address }: RunningExchange,
  { state, home }: { readonly state: string; readonly home: string },
): Program {
  const key = join(home, 'key.json')
  writeFileSync(key, JSON.stringify({ apiKey: address.apiKey, secret: address.secret }), { mode: 0o600 })
  const words = [
    ...['sma-cross', '-p', 'fast=2', '-p', 'slow=5', '--symbol', DRILL_SYMBOL, '--mode', 'testnet'],
    ...['--cash', '10000', '--key-file', key, '--state', state, '--clock', 'stream', '--late-after', '1h'],
    ...['--rest-url', address.rest, '--stream-url', address.stream, '--ws-api-url', address.wsApi],
  ]
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), SCRIPT, ...words], {
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  let isOver = false
  child.stderr.on('data', (chunk) => {
    text += String(chunk)
  })
  child.on('close', () => {
    isOver = true
  })
  return { child, said: () => text, hasEnded: () => isOver }
}

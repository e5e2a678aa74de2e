/** `run-exchange.ts` as a program: its line, its end, and what it refuses. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exchangeMain } from '../../engine/app/exchange/exchange-main.js'
import { ROOT } from '../shared.js'
import { PROGRAM, temporaryFolder } from './command.js'

/** Starts the program and gives its first line when that is there. */
async function begin(words: readonly string[]) {
  const [program = '', ...before] = PROGRAM.map((word) => word.replace('run-backtest.ts', 'run-exchange.ts'))
  const child = spawn(program, [...before, ...words], { cwd: ROOT, env: { PATH: process.env.PATH } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  let stdout = ''
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (bytes) => {
      stdout += String(bytes)
      if (stdout.includes('\n')) resolve(stdout)
    })
    child.on('exit', () => reject(new Error('it ended before it was ready')))
  })
  return { child, ended, address: JSON.parse(line) }
}

async function refused(words: readonly string[]) {
  let [stdout, stderr] = ['', '']
  const code = await exchangeMain(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment: {},
  })
  return { code, stdout, stderr }
}

describe('run-exchange', () => {
  it('prints one line of JSON, serves, keeps its journal in a file, and ends on SIGTERM', async () => {
    const journal = path.join(temporaryFolder(), 'journal.jsonl')
    const { child, ended, address } = await begin([
      ...['--data', 'synthetic:7:3000', '--speed', '0', '--history', '2000', '--journal', journal],
    ])
    expect(Object.keys(address)).toEqual([
      ...[
        'schema',
        'rest',
        'stream',
        'wsApi',
        'apiKey',
        'secret',
        'control',
        'token',
        'ed25519',
        'symbols',
        'interval',
      ],
    ])
    expect(address.schema).toBe('nextbar/exchange@1')
    expect(address.rest).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const control = (what: string, body: object) =>
      fetch(`${address.control}/${what}`, {
        method: 'POST',
        headers: { 'x-control-token': address.token },
        body: JSON.stringify(body),
      })
    await control('fault', { on: 'now', do: 'deposit', asset: 'BTC', amount: '1' })
    expect(JSON.parse(await (await control('advance', { bars: 1000 })).text()).isOver).toBe(true)
    expect(JSON.parse(readFileSync(journal, 'utf8'))).toMatchObject({
      seq: 1,
      kind: 'DEPOSIT',
      amount: '1.00000000',
    })
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('moves by itself at a speed', async () => {
    const { address } = await begin(['--data', 'synthetic:7:3000', '--speed', '40'])
    const bars = async () => {
      const response = await fetch(`${address.control}/status`, {
        headers: { 'x-control-token': address.token },
      })
      return JSON.parse(await response.text()).bars
    }
    const before = await bars()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect((await bars()) - before).toBeGreaterThan(5)
  })

  it.each([
    [['--sped', '1'], 2, '--sped must be a flag of run-exchange, is none; did you mean --speed?'],
    [['--balance', 'BTC=lots'], 2, '--balance must be assets and amounts such as USDT=10000,BTC=0.5'],
    [['--data', 'no-such-file.csv'], 3, 'no-such-file.csv'],
    [
      ['--data', 'synthetic:7:100', '--history', '100'],
      2,
      '--history must leave at least one bar of 100, was 100',
    ],
    [['--connection-life', 'long'], 2, '--connection-life must be a duration such as 60s or 24h'],
    [['BTCUSDT'], 2, 'run-exchange takes flags only'],
  ])('refuses %j with code %i', async (words, code, message) => {
    const ended = await refused(words)
    expect([ended.code, ended.stdout]).toEqual([code, ''])
    expect(ended.stderr).toContain(message)
  })

  it('names the file and the fault that is none', async () => {
    const file = path.join(temporaryFolder(), 'faults.json')
    writeFileSync(file, '[{"on":"GET *","do":"drop-reply"},{"on":"GET *","do":"dance"}]')
    const { code, stderr } = await refused(['--data', 'synthetic:7:100', '--faults', file])
    expect([code, stderr.includes('faults.json, fault 2, do: Invalid option')]).toEqual([2, true])
  })

  it('has a help with an example', async () => {
    const { code, stdout } = await refused(['--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('npx tsx run-exchange.ts --data synthetic:7:100000')
  })
})

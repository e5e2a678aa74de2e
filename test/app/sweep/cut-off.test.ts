/** Sweeps whose processes are killed: nothing is lost, nothing is doubled, and the files are the same. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WAITING_KEYS } from '../../../engine/sweep/queue/queue-messages.js'
import { connectRedis } from '../../../engine/sweep/queue/redis-connection.js'
import { freePort, HAS_REDIS, redisServer, startRedis } from '../../sweep/redis-server.js'
import { PROGRAM, temporaryFolder } from '../command.js'
import { sweepFile, sweepInside } from './sweep-command.js'

const SWEEP = [
  'sma-cross',
  '-p',
  'fast=5:60:5',
  '-p',
  'slow=70:160:10',
  '--data',
  'synthetic:7:60000',
  '--best-runs',
  '0',
]

/** Starts `run-sweep.ts` as a program of its own. */
function startSweep(
  words: readonly string[],
  cwd: string,
): { readonly child: ChildProcess; readonly stderr: () => string } {
  const [program = '', ...before] = PROGRAM.map((word) => word.replace('run-backtest.ts', 'run-sweep.ts'))
  const child = spawn(program, [...before, ...words], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  return { child, stderr: () => said }
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.on('exit', resolve))
}

/** How many trials the store of a sweep under way has. */
function stored(folder: string): number {
  const file = path.join(folder, 'trials.sqlite')
  if (!existsSync(file)) return 0
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return Number(db.prepare('SELECT count(*) AS n FROM trials').get()?.n ?? 0)
  } catch {
    return 0
  } finally {
    db.close()
  }
}

async function until(holds: () => boolean, timeoutMs = 60_000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to pass in time')
    await pause(20)
  }
}

/** Where the sweep is that nothing cut off. */
let reference = ''

beforeAll(async () => {
  reference = mkdtempSync(path.join(tmpdir(), 'nextbar-reference-'))
  const at = ['--out', path.join(reference, 'sweep'), '--trial-store', path.join(reference, 'store')]
  expect((await sweepInside([...SWEEP, '--quiet', ...at])).stderr).toBe('')
}, 60_000)

afterAll(() => rmSync(reference, { recursive: true, force: true }))

function expectSame(folder: string): void {
  for (const file of ['leaderboard.csv', 'sweep.json']) {
    expect(sweepFile(folder, file)).toBe(sweepFile(path.join(reference, 'sweep'), file))
  }
}

describe('a sweep that is cut off', () => {
  it('goes on after kill -9 with what it had, and gives the same bytes', async () => {
    const folder = temporaryFolder()
    const store = path.join(folder, 'store')
    const words = [
      ...SWEEP,
      '--quiet',
      '--out',
      path.join(folder, 'killed'),
      '--trial-store',
      store,
      '--workers',
      '2',
    ]
    const { child } = startSweep(words, folder)
    await until(() => stored(store) >= 5)
    child.kill('SIGKILL')
    await ended(child)
    const before = stored(store)
    expect(before).toBeLessThan(120)
    const again = await sweepInside([...words.filter((word) => word !== '--quiet'), '--resume'])
    expect(again.code).toBe(0)
    expect(again.stderr).toContain(`120 trials, ${before} of them known`)
    expectSame(path.join(folder, 'killed'))
  }, 120_000)

  it('ends its trials on Ctrl-C, says how to go on, and exits with 130', async () => {
    const folder = temporaryFolder()
    const store = path.join(folder, 'store')
    const { child, stderr } = startSweep(
      [...SWEEP, '--out', path.join(folder, 'stopped'), '--trial-store', store],
      folder,
    )
    await until(() => stored(store) >= 3)
    child.kill('SIGINT')
    expect(await ended(child)).toBe(130)
    expect(stderr()).toMatch(/Go on with:\n {2}npx tsx run-sweep\.ts sma-cross -p fast=5:60:5 .* --resume\n/)
    expect(existsSync(path.join(folder, 'stopped', 'sweep.json'))).toBe(false)
  }, 120_000)

  it('refuses to go on with what was never begun', async () => {
    const folder = temporaryFolder()
    const done = await sweepInside([
      ...SWEEP,
      '--resume',
      '--trial-store',
      path.join(folder, 'store'),
      '--out',
      path.join(folder, 'x'),
    ])
    expect(done.code).toBe(2)
    expect(done.stderr).toContain('--resume needs a sweep that was begun')
  })
})

describe('a sweep over a queue', () => {
  it.runIf(HAS_REDIS || process.env.NEXTBAR_REQUIRE_ALL === '1')(
    'is the same to the byte when one of two workers is killed with -9 twice',
    async () => {
      const folder = temporaryFolder()
      const queue = ['--queue', await startRedis()]
      const store = path.join(folder, 'store')
      const worker = () => startSweep(['worker', ...queue, '--workers', '1', '--lease', '2'], folder)
      const out = path.join(folder, 'queued')
      const sweep = sweepInside([...SWEEP, ...queue, '--out', out, '--trial-store', store])
      const first = worker()
      await until(() => first.stderr().includes('sweep of sma-cross'))
      first.child.kill('SIGKILL')
      await ended(first.child)
      const second = worker()
      const third = worker()
      await until(() => second.stderr().includes('sweep of sma-cross') || stored(store) === 120)
      second.child.kill('SIGKILL')
      expect((await sweep).code).toBe(0)
      expect(stored(store)).toBe(120)
      expectSame(out)
      third.child.kill('SIGTERM')
      expect(await ended(third.child)).toBe(0)
    },
    180_000,
  )

  it.runIf(HAS_REDIS || process.env.NEXTBAR_REQUIRE_ALL === '1')(
    'is handed out again, in at least 16 parts, when its server comes back without its memory',
    async () => {
      const folder = temporaryFolder()
      const port = await freePort()
      const server = await redisServer(port)
      const queue = ['--queue', server.url]
      const out = path.join(folder, 'queued')
      const sweep = sweepInside([
        ...SWEEP,
        ...queue,
        '--out',
        out,
        '--trial-store',
        path.join(folder, 'store'),
      ])
      const redis = await connectRedis(server.url)
      let parts = 0
      for (let waited = 0; parts < 16 && waited < 30_000; waited += 50) {
        await pause(50)
        const [key] = await redis.keys(WAITING_KEYS)
        parts = key === undefined ? 0 : await redis.llen(key)
      }
      redis.disconnect()
      // 120 trials, 7 of them a part: a sixteenth, rounded down.
      expect(parts).toBe(18)
      server.kill()
      await redisServer(port)
      const worker = startSweep(['worker', ...queue, '--workers', '1'], folder)
      const { code, stderr } = await sweep
      expect([code, worker.child.exitCode]).toEqual([0, null])
      expect(stderr).toContain(`redis://127.0.0.1:${port} does not answer; going on as soon as it does`)
      expect(stderr).toContain('answers again')
      expectSame(out)
    },
    120_000,
  )

  it('says which server does not answer', async () => {
    const folder = temporaryFolder()
    const queue = ['--queue', 'redis://user:secret@127.0.0.1:1']
    const done = await sweepInside([
      ...SWEEP,
      ...queue,
      '--trial-store',
      path.join(folder, 's'),
      '--out',
      path.join(folder, 'x'),
    ])
    expect(done.code).toBe(2)
    expect(done.stderr).toContain('redis://127.0.0.1:1 does not')
    expect(done.stderr).not.toContain('secret')
  })
})

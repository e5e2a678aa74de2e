/** A Redis server of a test's own, on a free port of loopback, gone when the test ends. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

/** Whether Redis is installed; without it tests skip, or fail where NEXTBAR_REQUIRE_ALL=1. */
export const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0

/** Starts a server and gives its address. */
export async function startRedis(): Promise<string> {
  return (await redisServer(await freePort())).url
}

/** A server that remembers nothing behind `kill`. */
export async function redisServer(
  port: number,
): Promise<{ readonly url: string; readonly kill: () => void }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-redis-'))
  const words = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]
  const server = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    server.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString()
      if (said.includes('Ready to accept connections')) resolve()
    })
    server.on('exit', (code) => reject(new Error(`redis-server ended with ${code}: ${said}`)))
  })
  return { url: `redis://127.0.0.1:${port}`, kill: () => void server.kill('SIGKILL') }
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

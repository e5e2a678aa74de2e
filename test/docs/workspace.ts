/** A folder that looks like the repository to who types commands in it, where runs and stores are its own. */
import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ROOT } from '../shared.js'

/** What a block of commands did. */
export interface BlockEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The folder. Close it when done. */
export interface Workspace {
  readonly folder: string
  /** Puts a file there that its owner alone can read. */
  write(name: string, text: string): void
  /** Runs the lines in a shell that stops at the first failure. */
  run(script: string, environment?: Readonly<Record<string, string>>): Promise<BlockEnd>
  close(): void
}

/** What runs, stores and sweeps of the repository leave in its folders. */
const WRITTEN: ReadonlySet<string> = new Set(['out', 'store', 'trials'])

const BLOCK_MS = 120_000

/** Makes the folder: the repository's scripts and code by links, what may be written to as copies. */
export function openWorkspace(): Workspace {
  const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-docs-'))
  const linked = readdirSync(ROOT).filter(
    (name) =>
      /^run-.*\.ts$/.test(name) ||
      ['node_modules', 'package.json', 'tsconfig.json', 'engine', 'docs', 'bench'].includes(name),
  )
  for (const name of linked) symlinkSync(path.join(ROOT, name), path.join(folder, name))
  // Documents write here.
  for (const name of ['notebooks', 'strategies']) {
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true })
  }
  for (const name of ['data', 'reports']) {
    mkdirSync(path.join(folder, name))
    for (const inside of readdirSync(path.join(ROOT, name)).filter((one) => !WRITTEN.has(one))) {
      symlinkSync(path.join(ROOT, name, inside), path.join(folder, name, inside))
    }
  }
  const bin = path.join(folder, '.bin')
  mkdirSync(bin)
  // npx finds the very same programs, and takes most of a second each time.
  const npx = path.join(bin, 'npx')
  writeFileSync(
    npx,
    `#!/bin/sh\nname="$1"; shift\nexec "${path.join(ROOT, 'node_modules/.bin')}/$name" "$@"\n`,
  )
  chmodSync(npx, 0o755)
  const programs = [bin, path.join(ROOT, 'node_modules/.bin'), process.env.PATH ?? ''].join(':')
  return {
    folder,
    write: (name, text) => writeFileSync(path.join(folder, name), text, { mode: 0o600 }),
    run: (script, environment = {}) =>
      runShell(script, folder, { PATH: programs, HOME: folder, ...environment }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function runShell(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<BlockEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<BlockEnd>()
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), BLOCK_MS)
  child.on('error', reject)
  child.on('close', (code) => {
    clearTimeout(timer)
    resolve({ code, stdout, stderr })
  })
  return promise
}

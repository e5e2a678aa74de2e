/** Runs of the command for tests: inside this process, or as a program of its own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Environment } from '../../engine/app/environment.js'
import { main } from '../../engine/app/main.js'
import { type Manifest, parseManifest } from '../../engine/app/manifest.js'
import { ROOT } from '../shared.js'

/** What a command left behind. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder of the test's own, gone when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs the command inside this process, without a terminal and without an environment but the one given. */
export async function runInside(words: readonly string[], environment: Environment = {}): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const code = await main(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment,
  })
  return { code, stdout, stderr }
}

/** The words that start `run-backtest.ts` as a program, from any folder. */
export const PROGRAM: readonly string[] = [
  process.execPath,
  '--import',
  pathToFileURL(path.join(ROOT, 'node_modules/tsx/dist/esm/index.mjs')).href,
  path.join(ROOT, 'run-backtest.ts'),
]

/** Runs the command as a program of its own. It inherits no NEXTBAR_ variable and no colours. */
export function runOutside(
  words: readonly string[],
  { cwd, environment = {} }: { readonly cwd: string; readonly environment?: Environment },
): Ended {
  const [program = '', ...before] = PROGRAM
  const { status, stdout, stderr } = spawnSync(program, [...before, ...words], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: cwd, ...environment },
    timeout: 50_000,
  })
  return { code: status, stdout, stderr }
}

/** The manifest in a run folder. */
export function manifestIn(folder: string): Manifest {
  const manifest = parseManifest(readFileSync(path.join(folder, 'manifest.json'), 'utf8'))
  if (manifest === undefined) throw new Error(`no manifest in ${folder}`)
  return manifest
}

/** A script of this folder as a process of its own: nothing of one measurement is left to another. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs a script and gives the numbers that it prints as JSON. */
export function runProcess(script: string, args: readonly string[]): Readonly<Record<string, number>> {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const text = execFileSync(process.execPath, ['--import', 'tsx', file, ...args], { encoding: 'utf8' })
  return JSON.parse(text)
}

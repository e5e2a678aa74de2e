/** Which process made something, and whether it is still there: what a dead one left can be taken away. Floor 3. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process. `startedAt` tells it from a later one with the same number. */
export interface ProcessMark {
  readonly pid: number
  readonly host: string
  readonly startedAt: string
}

/** Whether the process is surely gone: of another machine nothing is sure. */
export function isGone({ pid, host, startedAt }: ProcessMark): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
  const start = startOf(pid)
  return start !== '' && startedAt !== '' && start !== startedAt
}

/** When a process began, in clock ticks since the machine did; empty where the system does not say it. */
export function startOf(pid: number): string {
  try {
    // The name in brackets may hold anything: the fields are counted from behind it.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; only its parent has not heard of it yet.
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
  } catch {
    return ''
  }
}

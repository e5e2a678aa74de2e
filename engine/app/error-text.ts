/** An error as the terminal shows it. Floor 5. */
import { inspect } from 'node:util'
import { NextbarError } from '../model/errors.js'

/** Controls, line breaks included: an error is one paragraph, whatever a file or a strategy put into it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g

/** What a disk says through Node or DuckDB, and what it means; the path stands in the message. */
const DISK_FAULTS: readonly (readonly [says: RegExp, means: string])[] = [
  [
    /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/,
    'the disk must have room, is full; what was not whole is not kept: make room and say the same again',
  ],
  [
    /EFBIG|File too large/,
    'a file must be allowed to be as large as it is, is not (ulimit -f); what was not whole is not kept',
  ],
  [/EROFS|Read-only file system/, 'the file system must be writable, is read-only'],
  // What Node says of a folder in a read-only file system.
  [/ENOENT[^,]*, mkdir/, 'the folder must be one that can be made, is not'],
  [/EACCES|EPERM|Permission denied/, 'the place must be open to this user, is not'],
]

/** `error: …` in one paragraph; with `isDebug` the stack and what caused it below. */
export function errorText(error: unknown, isDebug: boolean): string {
  const message = messageOf(error).replace(CONTROLS, ' ').trim()
  return `error: ${message}\n${isDebug ? `${inspect(error)}\n` : ''}`
}

function messageOf(error: unknown): string {
  if (error instanceof NextbarError) return error.message
  const why = DISK_FAULTS.find(([says]) => error instanceof Error && says.test(error.message))?.[1]
  if (error instanceof Error && why !== undefined) return `${why}: ${error.message}`
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return `unexpected ${what} (a fault of Nextbar or of the machine; --debug shows where)`
}

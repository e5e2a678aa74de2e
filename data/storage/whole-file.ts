/** Files that are there whole or not at all, whatever kills the process. Floor 3. */
import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Name of a file that is being made: hidden, so that no reader takes it for the real one. */
export function tempName(name: string): string {
  return `.${name}.${randomUUID()}.tmp`
}

/** Whether a name is one of `tempName`. */
export function isTempName(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.tmp')
}

/** Writes a file beside its place, brings it to the disk, and puts it into its place. */
export function writeWholeFile(path: string, content: string | readonly Uint8Array[]): void {
  mkdirSync(dirname(path), { recursive: true })
  const temp = join(dirname(path), tempName('new'))
  const file = openSync(temp, 'wx')
  try {
    for (const piece of typeof content === 'string' ? [Buffer.from(content)] : content) {
      for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temp, path)
  syncFolder(dirname(path))
}

/** Brings a file that another library wrote to the disk, while the caller's thread goes on. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Brings the names in a folder to the disk; where folders cannot be opened (Windows) the system does it. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

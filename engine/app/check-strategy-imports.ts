/**
 * A strategy may import the engine's door and nothing else: no files, no network, no clock, no other
 * module that could hold the future. A check of the text, not a wall: code runs with the user's rights.
 * Floor 5.
 */
import { realpathSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../model/errors.js'

const DOOR = fileURLToPath(new URL('../index', import.meta.url))

const IMPORTS =
  /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"](?<from>[^'"]+)['"]|\bimport\s*\(?\s*['"`](?<bare>[^'"`]+)['"`]|\brequire\s*\(\s*['"`](?<required>[^'"`]+)['"`]|\bimport\s*\(\s*(?<computed>[^'"`\s)][^)]*)\)/g

/** Refuses a strategy file that imports more than the door. Throws a ConfigError naming the import. */
export function checkStrategyImports(path: string, text: string): void {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
  for (const { groups } of code.matchAll(IMPORTS)) {
    const specifier = groups?.from ?? groups?.bare ?? groups?.required ?? groups?.computed ?? ''
    if (isDoor(path, specifier)) continue
    throw new ConfigError(
      `a strategy must import from engine/index.js only, ${path} imports ${specifier}; move what it needs into the file, or pass --trust if you know what it does`,
    )
  }
}

function isDoor(path: string, specifier: string): boolean {
  if (specifier === 'nextbar') return true
  if (!specifier.startsWith('.') && !specifier.startsWith('/') && !specifier.startsWith('file:')) return false
  const target = specifier.startsWith('file:') ? fileURLToPath(specifier) : resolve(dirname(path), specifier)
  const name = basename(target).replace(/\.[jt]s$/, '')
  return name === 'index' && realFolder(dirname(target)) === realFolder(dirname(DOOR))
}

/** A folder behind its links; the path itself where there is none. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

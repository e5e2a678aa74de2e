/**
 * A page's own program as one inline script: files for the browser without their types, imports and
 * comments, one behind the other in one function. No bundler, so the same bytes under the same Node.
 * Floor 4.
 */
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

/** The script of the files `name.ts` in a folder, in the order in which they need each other. */
export function inlineScript(folder: URL, names: readonly string[]): string {
  const parts = names.map((name) => plainScript(new URL(`${name}.ts`, folder)))
  return `(()=>{'use strict'\n${parts.join('\n')}\n})()`
}

function plainScript(file: URL): string {
  return withoutTypes(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'))
    .replace(/^import\s[^;]*?from '[^']+'$/gm, '')
    .replace(/^export /gm, '')
    .replace(/^[ \t]*\/\*\*[\s\S]*?\*\/$/gm, '')
    .replace(/^[ \t]*\/\/.*$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
}

/** Node 24 still warns that its stripping of types may change; the pinned Node does not change. */
function withoutTypes(source: string): string {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source, { mode: 'strip' })
  } finally {
    process.emitWarning = emitWarning
  }
}

/**
 * A page's own program as one inline script: files for the browser without their types, imports and
 * comments, one behind the other in one function. No bundler, so the same bytes under the same Node.
 * Floor 4.
 */
import { readFileSync } from 'node:fs'
import { withoutTypes } from './draw-chart.js'

/** The script of the files `name.ts` in a folder, in the order in which they need each other. */
export async function inlineScript(folder: URL, names: readonly string[]): Promise<string> {
  const parts = await Promise.all(names.map((name) => plainScript(new URL(`${name}.ts`, folder))))
  return `(()=>{'use strict'\n${parts.join('\n')}\n})()`
}

async function plainScript(file: URL): Promise<string> {
  const program = readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  return (await withoutTypes(program))
    .replace(/^import\s[^;]*?from '[^']+'$/gm, '')
    .replace(/^export /gm, '')
    .replace(/^[ \t]*\/\*\*[\s\S]*?\*\/$/gm, '')
    .replace(/^[ \t]*\/\/.*$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
}

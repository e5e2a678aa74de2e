/** Vega's builds for browsers, as text to stand inside a report whose charts answer the pointer. Floor 5. */
import { readFileSync } from 'node:fs'
import { InvariantError } from '../model/errors.js'

/**
 * Scripts that define `vega` (with an interpreter of its expressions, so that no page must allow code made
 * from text) and `vegaLite`, in the order to run them in. Throws an InvariantError when a package has
 * another shape than the pinned one.
 */
export function chartRuntime(): readonly string[] {
  return [
    buildOf('vega', 'vega.min.js'),
    toScript(buildOf('vega-interpreter', 'vega-interpreter.js')),
    buildOf('vega-lite', 'vega-lite.min.js'),
  ]
}

function buildOf(name: string, file: string): string {
  const text = readFileSync(new URL(file, import.meta.resolve(name)), 'utf8')
  if (/<\/script|<!--/i.test(text)) throw new InvariantError(`${file} must be fit to stand in a page`)
  return text.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n')
}

const IMPORT = /^import \{([^}]*)\} from 'vega-util';/m
const EXPORT = /^export \{ (\w+) as expressionInterpreter \};/m

/** A module of one import and one export as a script: what it imports, Vega's own build has too. */
function toScript(module: string): string {
  if (!IMPORT.test(module) || !EXPORT.test(module)) {
    throw new InvariantError('vega-interpreter must import from vega-util and export its interpreter alone')
  }
  const body = module
    .replace(IMPORT, 'const {$1} = vega;')
    .replace(EXPORT, 'vega.expressionInterpreter = $1;')
  return `;(() => {\n${body}})()\n`
}

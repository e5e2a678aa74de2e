/**
 * Writes the examples of documents anew, as their commands print them now: `npx tsx test/docs/write-examples.ts
 * README.md docs/tutorials/4-sweep.md`. An example with a line of nothing but `…` is a part, and is left to a person.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../shared.js'
import { commandsOf, docBlocks, holdsExample, taskOf } from './doc-blocks.js'
import { type BlockEnd, openWorkspace } from './workspace.js'

for (const file of process.argv.slice(2)) {
  const place = path.join(ROOT, file)
  let text = readFileSync(place, 'utf8')
  const workspace = openWorkspace()
  let last: BlockEnd | undefined
  for (const block of docBlocks(text, file)) {
    const task = taskOf(block, file)
    if (task === 'run' && block.tag.startsWith('sh')) last = await workspace.run(commandsOf(block.text))
    if (task !== 'output' || last === undefined || holdsExample(last.stdout, block.text)) continue
    if (/^…$/m.test(block.text)) console.log(`${file}:${block.line} is a part of:\n${last.stdout}`)
    else text = text.replace(block.text, () => shown(last?.stdout ?? ''))
  }
  workspace.close()
  writeFileSync(place, text)
}

/** Ids change with the engine's source: they are left out. */
function shown(stdout: string): string {
  return stdout.trimEnd().replace(/\b[0-9a-f]{12}\b/g, '…')
}

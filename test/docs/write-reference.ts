/** Writes the pages of `docs/reference/` anew: `npx tsx test/docs/write-reference.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../shared.js'
import { referencePages } from './reference-pages.js'

for (const [file, text] of await referencePages()) {
  const place = path.join(ROOT, file)
  mkdirSync(path.dirname(place), { recursive: true })
  writeFileSync(place, text)
}

/** Writes the tables of `docs/indicators.md` anew: `npx tsx test/reference/write-indicator-tables.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { DOCUMENT, fillTables } from './indicator-tables.js'

writeFileSync(DOCUMENT, fillTables(readFileSync(DOCUMENT, 'utf8')))

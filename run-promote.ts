/** Proofs of what ran live: `npx tsx run-promote.ts --help`. Roof. */
import { promoteMain } from './engine/app/promote/promote-main.js'

process.exitCode = await promoteMain(process.argv.slice(2))

/** A notebook in TypeScript: `npx tsx run-notebook.ts --help`. Roof. */
import { notebookMain } from './engine/app/notebook/notebook-main.js'

process.exitCode = await notebookMain(process.argv.slice(2))

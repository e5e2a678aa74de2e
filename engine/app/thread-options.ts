/** How a thread of this process is started whose file is TypeScript and imports others. Floor 5. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Node's options for it. */
export const THREAD_OPTIONS: readonly string[] = ['--no-warnings', '--import', LOADER]

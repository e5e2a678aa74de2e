/**
 * A notebook that runs again at every change, on a page that loads itself anew: a server on this machine, and a
 * process of its own for each run, so that every module is read afresh. Floor 5.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, watch } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../../model/errors.js'
import { STRATEGIES_DIR } from '../load-strategy.js'
import type { NotebookTask } from './notebook-words.js'

/** Loads the page anew when the server says that the notebook has run again. */
export const RELOAD_SCRIPT = `new EventSource('/changes').onmessage=function(){location.reload()}`

/** The script at the repository's root that runs a notebook once. */
const SCRIPT = fileURLToPath(new URL('../../../run-notebook.ts', import.meta.url))

/** Between a change and the run that follows: an editor writes a file in several steps. */
const SETTLE_MS = 150

/** Serves the page until the process is ended. `stderr` is told where, and what each run says. */
export async function watchNotebook(
  task: NotebookTask,
  stderr: { write(text: string): unknown },
): Promise<number> {
  if (!existsSync(task.file)) throw new ConfigError(`no notebook is at ${task.file}`)
  const page = task.out ?? join('reports', 'out', 'notebooks', 'watched.html')
  const readers = new Set<ServerResponse>()
  const server = await listen(page, readers)
  stderr.write(`http://127.0.0.1:${portOf(server)}/ shows ${task.file}; Ctrl-C ends it\n`)
  let isRunning = false
  let isStale = true
  const rerun = (): void => {
    isStale = true
    if (isRunning) return
    isRunning = true
    isStale = false
    const words = ['--import', 'tsx', SCRIPT, task.file, '--out', page, '--quiet']
    const child = spawn(process.execPath, words, {
      env: { ...process.env, NEXTBAR_NOTEBOOK_SERVED: '1' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    child.on('exit', () => {
      isRunning = false
      for (const reader of readers) reader.write('data: again\n\n')
      if (isStale) rerun()
    })
  }
  rerun()
  let timer: NodeJS.Timeout | undefined
  for (const folder of new Set([dirname(resolve(task.file)), STRATEGIES_DIR])) {
    if (!existsSync(folder)) continue
    watch(folder, { recursive: true }, () => {
      clearTimeout(timer)
      timer = setTimeout(rerun, SETTLE_MS)
    })
  }
  await new Promise(() => undefined)
  return 0
}

async function listen(page: string, readers: Set<ServerResponse>): Promise<Server> {
  const server = createServer((request, response) => {
    // A page of another site that asks by a name of its own has no business here.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
      response.writeHead(403).end()
    } else if (request.url === '/changes') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      readers.add(response)
      response.on('close', () => readers.delete(response))
    } else if (request.url === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      response.end(existsSync(page) ? readFileSync(page) : WAITING)
    } else response.writeHead(404).end()
  })
  const { promise, resolve: ready } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', ready)
  await promise
  return server
}

const WAITING = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="1"><p>The notebook runs …`

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

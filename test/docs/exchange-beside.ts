/** A local exchange for documents whose commands speak to Binance, and their commands pointed at it. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../shared.js'

/** Addresses of a running exchange. */
export interface ExchangeBeside {
  readonly rest: string
  readonly stream: string
  readonly wsApi: string
  /** The account's key, as a key file has it. */
  readonly key: string
  close(): Promise<void>
}

const LOADER = pathToFileURL(path.join(ROOT, 'node_modules/tsx/dist/esm/index.mjs')).href

/** Starts one with made-up bars of BTCUSDT and SYNTHUSDT, twenty minutes of market a second. */
export async function exchangeBeside(): Promise<ExchangeBeside> {
  const words = [
    ...['--data', 'synthetic:7:40000', '--symbol', 'BTCUSDT', '--symbol', 'SYNTHUSDT'],
    ...['--history', '3000', '--speed', '20'],
  ]
  const child = spawn(process.execPath, ['--import', LOADER, path.join(ROOT, 'run-exchange.ts'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('close', (code) => reject(new Error(`the exchange must start, ended with ${code}`)))
  })
  const { rest, stream, wsApi, apiKey, secret } = JSON.parse(line) as Readonly<Record<string, string>>
  if (!rest || !stream || !wsApi) throw new Error(`the exchange must say where it is, said ${line}`)
  return {
    rest,
    stream,
    wsApi,
    key: JSON.stringify({ apiKey, secret }),
    async close() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The exchange of documents that start one themselves. */
const SHOWN = { rest: 'http://127.0.0.1:8790', stream: 'ws://127.0.0.1:8790' }

/** How much a session of a document does before it is asked to stop, and how long it may take for that. */
const ENOUGH = { decisions: 6, fills: 2, seconds: 60 }

/** Runs a session in the background until its status says that it has done enough, then asks it to stop. */
const SESSION = `session() {
  touch .begun
  npx tsx run-live.ts "$@" & pid=$!
  for _ in $(seq ${5 * ENOUGH.seconds}); do
    sleep 0.2
    kill -0 $pid 2>/dev/null || break
    if find state -name status.json -newer .begun -exec awk '
      $1 == "\\"decisions\\":" { decisions = $2 + 0 }
      $1 == "\\"fills\\":" { fills = $2 + 0 }
      END { exit !(decisions >= ${ENOUGH.decisions} && fills >= ${ENOUGH.fills}) }' {} \\; -print 2>/dev/null | grep -q .; then break; fi
  done
  kill -TERM $pid 2>/dev/null || true
  wait $pid
}`

const VERBS = /^(status|verify|halt|clear|resume)\b/

/**
 * The commands pointed at the exchange: what is fetched comes from there, sessions trade there, and are stopped in
 * order when they have traded.
 */
export function pointAt(
  script: string,
  { rest, stream, wsApi }: Pick<ExchangeBeside, 'rest' | 'stream' | 'wsApi'>,
): string {
  const pointed = script
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => {
      if (/^npx tsx run-data\.ts fetch /.test(line)) return `${line} --rest-url ${rest} --archive-url ${rest}`
      if (line.startsWith('curl ')) return line.replace('https://api.binance.com', rest)
      const [, words] = /^npx tsx run-live\.ts (.*)$/.exec(line) ?? []
      if (words === undefined || VERBS.test(words)) return line
      const urls = `--rest-url ${rest} --stream-url ${stream}${/--key-file/.test(words) ? ` --ws-api-url ${wsApi}` : ''}`
      if (words.startsWith('arm ')) return `${line} ${urls}`
      if (words.includes(SHOWN.rest)) {
        const own = words.replaceAll(SHOWN.rest, rest).replaceAll(SHOWN.stream, stream)
        return `session ${own}`
      }
      const more = `${urls} --clock stream --late-after 1h`
      return `session ${words} ${more}`
    })
  return [SESSION, ...pointed].join('\n')
}

/** `run-sweep.ts worker`: takes trials from a queue, for sweeps begun on any machine. Floor 5. */
import { resolve } from 'node:path'
import { formatCount } from '../../../reports/format-number.js'
import { ConfigError, DataError, GateError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import type { Evaluator } from '../../sweep/evaluator.js'
import { serverOf } from '../../sweep/queue/redis-connection.js'
import { serveQueue } from '../../sweep/queue/serve-queue.js'
import { engineIdentity, engineName } from '../engine-identity.js'
import { type Flag, flagOf, quoted, switchFlag, wholeFlag } from '../flag.js'
import { FLAGS } from '../flag-table.js'
import { type Manifest, parseManifest } from '../manifest.js'
import { findParts } from '../reproduce.js'
import type { RunParts } from '../run-identity.js'
import { localPool } from './local-threads.js'
import { parseQueue, SWEEP_FLAGS } from './sweep-flags.js'
import { trialSetupOf } from './sweep-parts.js'

const DEFAULT_QUEUE = 'redis://127.0.0.1:6379'

/** The flags of a worker. */
export const WORKER_FLAGS = {
  queue: flagOf({
    default: DEFAULT_QUEUE,
    takes: 'redis://HOST:PORT',
    help: 'where trials are taken from',
    parse: parseQueue,
    show: (url) => url,
  }),
  data: flagOf({
    default: '.',
    takes: 'DIR',
    help: "the folder with the sweeps' data files and strategies; found by name, checked by SHA-256",
    parse: (text) => text,
    show: (text) => text,
  }),
  store: FLAGS.store,
  workers: SWEEP_FLAGS.workers,
  'column-memory': SWEEP_FLAGS['column-memory'],
  lease: wholeFlag({
    default: 30,
    min: 1,
    help: 'seconds after which the trials of a worker that is not heard of go to another',
  }),
  trust: FLAGS.trust,
  quiet: switchFlag('nothing on stderr but errors'),
} as const

type WorkerFlagName = keyof typeof WORKER_FLAGS
type ValueOf<F> = F extends Flag<infer Value> ? Value : never
type WorkerSettings = { readonly [Name in WorkerFlagName]: ValueOf<(typeof WORKER_FLAGS)[Name]> }

/** A worker's own life: what is said, and how it is stopped from outside. */
export interface WorkerHooks {
  readonly say: (text: string) => void
  readonly onStoppable: (stop: () => void) => void
}

/** Serves a queue until it is stopped. Throws a ConfigError on its flags, a DataError when a sweep's inputs are missing here. */
export async function workerVerb(words: readonly string[], { say, onStoppable }: WorkerHooks): Promise<void> {
  const settings = readWorkerWords(words)
  const tell = (text: string): void => {
    if (!settings.quiet) say(text)
  }
  const engine = engineIdentity()
  let done = 0
  const server = await serveQueue({
    url: settings.queue,
    engineHash: engine.hash,
    leaseMs: settings.lease * 1000,
    openPool: (description) => openPool(description, settings, tell),
    onTrials: (trials) => {
      done += trials
      tell(formatCount(done, 'trial'))
    },
    onForeign: (engines) =>
      tell(
        `trials wait for engine ${engines.join(', ')}, this worker is ${engine.hash} and takes none of them: start it in a clone of the sweep's own commit`,
      ),
    onLink: (isUp) => tell(linkText(settings.queue, isUp)),
  })
  onStoppable(server.stop)
  tell(
    `taking trials from ${serverOf(settings.queue)} with ${formatCount(settings.workers, 'thread')}, engine ${engineName(engine)}; Ctrl-C ends it`,
  )
  await server.ended
}

async function openPool(
  description: string,
  settings: WorkerSettings,
  tell: (text: string) => void,
): Promise<Evaluator> {
  const manifest = parseManifest(description)
  if (!manifest) throw new DataError('a sweep in the queue must be described by a manifest, is not')
  const folders = [settings.data, '.'].map((one) => resolve(one))
  const run = await partsHere(manifest, folders, settings)
  tell(
    `sweep of ${manifest.strategy.name} on ${manifest.data.map(({ symbol, interval }) => `${symbol} ${interval}`).join(', ')}`,
  )
  return localPool({
    setup: trialSetupOf(run),
    strategy: run.settings.strategy,
    isTrusted: settings.trust,
    workers: settings.workers,
    columnMemory: settings['column-memory'],
  })
}

/** The sweep's inputs on this machine. Throws a DataError when they are missing or are others. */
async function partsHere(
  manifest: Manifest,
  folders: readonly string[],
  { trust, store }: WorkerSettings,
): Promise<RunParts> {
  try {
    return await findParts(manifest, folders, { isTrusted: trust, store, hooks: { isDrawn: false } })
  } catch (error) {
    if (!(error instanceof GateError)) throw error
    throw new DataError(
      `a worker must have the sweep's own inputs in ${folders.join(', ')} or in the store ${store}, has others: ${error.message}; copy them from the machine of the sweep`,
      { cause: error },
    )
  }
}

/** What is said when the server goes and comes. */
export function linkText(url: string, isUp: boolean): string {
  return isUp
    ? `${serverOf(url)} answers again`
    : `${serverOf(url)} does not answer; going on as soon as it does`
}

function readWorkerWords(words: readonly string[]): WorkerSettings {
  const values = new Map<string, string>()
  for (let k = 0; k < words.length; k++) {
    const [, name = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(words[k] ?? '') ?? []
    const flag: Flag<unknown> | undefined = isWorkerFlag(name) ? WORKER_FLAGS[name] : undefined
    if (!flag) {
      const known = Object.keys(WORKER_FLAGS)
      throw new ConfigError(
        `${quoted(words[k] ?? '')} must be a flag of run-sweep.ts worker, is none${hintFor(name, known, '--')} (it has ${known.map((one) => `--${one}`).join(', ')})`,
      )
    }
    const text = inline ?? (flag.takes === undefined ? 'true' : words[++k])
    if (text === undefined)
      throw new ConfigError(`--${name} must be followed by ${flag.takes}, was followed by nothing`)
    if (values.has(name)) throw new ConfigError(`--${name} must be given once, was given twice`)
    values.set(name, text)
  }
  const settings = Object.entries(WORKER_FLAGS).map(([name, flag]) => {
    const text = values.get(name)
    return [name, text === undefined ? flag.default : flag.parse([text], `--${name}`)] as const
  })
  // Each value was checked by its own flag.
  return Object.fromEntries(settings) as unknown as WorkerSettings
}

function isWorkerFlag(name: string): name is WorkerFlagName {
  return Object.hasOwn(WORKER_FLAGS, name)
}

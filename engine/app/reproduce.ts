/** Runs a manifest again and compares every file. It writes nothing. Floor 5. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { ConfigError, DataError, GateError } from '../model/errors.js'
import { sha256 } from './canonical-json.js'
import { engineIdentity, engineName } from './engine-identity.js'
import { FLAGS } from './flag-table.js'
import { BUILT_IN, rulesNames, storedRulesPaths } from './load-rules.js'
import { STRATEGIES_DIR } from './load-strategy.js'
import { MANIFEST, type Manifest, readManifest } from './manifest.js'
import { otherInput } from './manifest-inputs.js'
import { candidates, dataNames, manifestLayer, withHash } from './manifest-layer.js'
import { resolveSettings } from './resolve-settings.js'
import { hashFile, type RunFile } from './run-files.js'
import { COMMAND, type RunParts, shellWord } from './run-identity.js'
import { type ComputedRun, computeRun, loadParts } from './run-once.js'
import type { RunHooks } from './run-phases.js'
import { bnbPriceOf } from './run-settings.js'

/** A run that came out the same. */
export interface Reproduction {
  readonly runId: string
  /** Names of the files that were compared. */
  readonly files: readonly string[]
}

/** How a manifest is run again. */
export interface RecomputeOptions {
  readonly folder: string | undefined
  /** Whether the strategy may import more than the engine. */
  readonly isTrusted?: boolean
  /** Where symbols are looked up. */
  readonly store?: string
  readonly warn: (text: string) => void
  readonly hooks?: RunHooks
}

/**
 * Runs a manifest again and compares. Throws as `recompute` does, and a GateError that names the first
 * file that differs.
 */
export async function reproduce(path: string, options: RecomputeOptions): Promise<Reproduction> {
  const { manifest, run } = await recompute(path, options)
  compareFiles(manifest, run.files, dirname(path))
  compareManifest(manifest, run)
  return { runId: manifest.runId, files: Object.keys(manifest.files) }
}

/**
 * Finds the manifest's inputs (in `folder`, beside the manifest, in the working folder, strategies also
 * in `strategies/`, symbols in the store) and runs again. Throws a DataError when an input is not found, a
 * GateError that names the first input that differs. `warn` is told when the engine is another.
 */
export async function recompute(
  path: string,
  { folder, isTrusted = false, store, warn, hooks = {} }: RecomputeOptions,
): Promise<{ readonly manifest: Manifest; readonly run: ComputedRun }> {
  if (folder !== undefined && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigError(`--data must be a folder with the run's inputs, was ${folder}`)
  }
  const manifest = readManifest(path)
  const engine = engineName(engineIdentity())
  if (engine !== manifest.engine) {
    warn(`the run was made by engine ${manifest.engine}, this is ${engine}: its files may differ`)
  }
  const folders = [...(folder === undefined ? [] : [folder]), dirname(path), '.'].map((one) => resolve(one))
  const parts = await findParts(manifest, folders, { isTrusted, store, hooks })
  return { manifest, run: await computeRun(parts, hooks) }
}

/**
 * Loads the inputs of a manifest from those of the folders where they are its own, strategies also from
 * `strategies/`, symbols from the store. Throws a DataError or GateError naming the input that is missing or
 * another.
 */
export async function findParts(
  manifest: Manifest,
  folders: readonly string[],
  {
    isTrusted,
    store = FLAGS.store.default,
    hooks,
  }: {
    readonly isTrusted: boolean
    readonly store: string | undefined
    readonly hooks: RunHooks
  },
): Promise<RunParts> {
  checkStoredRules(manifest, store)
  const { file, sha256: hash } = manifest.strategy
  const strategies = candidatesOf(file, [...folders, STRATEGIES_DIR])
  const strategy = withHash(strategies, hash)
  if (strategy === undefined) throw differs(`the strategy ${file}`, 'its SHA-256 is another')
  const names = inputNames(manifest)
  let other: GateError | undefined
  for (const paths of choices(names, folders)) {
    const layer = manifestLayer(manifest, (name) => {
      if (name === file) return strategy
      return paths.get(name) ?? candidatesOf(name, folders)[0]
    })
    try {
      const { settings, params } = resolveSettings([layer])
      const parts = await loadParts({ settings: { ...settings, store, trust: isTrusted }, params }, hooks)
      const found = otherInput(manifest, parts)
      if (found === undefined) return asCommanded(parts, manifest)
      other = differs(found, 'its SHA-256 is another')
    } catch (error) {
      // An input that is there and cannot be read is not the one that was run.
      if (!(error instanceof DataError || error instanceof ConfigError)) throw error
      if (names.length === 0) throw error
      other = differs(namedIn(error.message, manifest), error.message)
    }
  }
  throw other ?? differs('an input', 'none could be read')
}

/** Names of the files that a run was made of, its strategy apart. */
function inputNames({ data, settings }: Manifest): readonly string[] {
  const bars = data.flatMap(({ source }) => dataNames(source))
  const { rules, fine, 'bnb-data': bnb } = settings
  const others = [fine, bnb].flatMap((source) =>
    typeof source === 'string' && bnbPriceOf(source) === undefined ? dataNames(source) : [],
  )
  return [...new Set([...bars, ...(typeof rules === 'string' ? rulesNames(rules) : []), ...others])]
}

/** Parts in the words of the manifest's command. */
function asCommanded(parts: RunParts, manifest: Manifest): RunParts {
  const { settings, strategy } = parts
  const isBuiltIn = settings.rules === BUILT_IN && manifest.command.includes(`--rules ${BUILT_IN}`)
  const rules = settings.rules === BUILT_IN && !isBuiltIn ? undefined : settings.rules
  return { ...parts, settings: { ...settings, rules }, strategy: { ...strategy, given: givenIn(manifest) } }
}

/** The input that a loader's complaint names. */
function namedIn(message: string, manifest: Manifest): string {
  const { rules, fine, 'bnb-data': bnb } = manifest.settings
  const kinds = [
    ['the rules', rules],
    ['the finer data', fine],
    ['the bars of BNB', bnb],
  ] as const
  for (const [kind, source] of kinds) {
    const name = typeof source === 'string' && source.split(',').find((one) => message.includes(one))
    if (name) return `${kind} ${name}`
  }
  return `the data ${manifest.data.map(({ source }) => source).join(',')}`
}

/**
 * Which paths the data files may have: for each folder its own files, and the other folders' where it
 * lacks one; each choice once, and a single empty one where there are no files.
 */
function choices(
  names: readonly string[],
  folders: readonly string[],
): readonly ReadonlyMap<string, string | undefined>[] {
  const byPaths = new Map<string, ReadonlyMap<string, string | undefined>>()
  for (const folder of folders) {
    const paths = new Map(
      names.map((name) => [name, candidatesOf(name, [...new Set([folder, ...folders])])[0]]),
    )
    byPaths.set([...paths.values()].join('\n'), paths)
  }
  return [...byPaths.values()]
}

/** Throws a DataError when rules of the store that the run was made by are not there. */
function checkStoredRules({ settings }: Manifest, store: string): void {
  const missing = storedRulesPaths(String(settings.rules ?? ''), store).find((path) => !existsSync(path))
  if (missing === undefined) return
  throw new DataError(
    `the run's rules ${settings.rules} must be in the store, ${missing} is not there; pass --store with the store that holds it`,
  )
}

function candidatesOf(name: string, folders: readonly string[]): readonly string[] {
  const paths = candidates(basename(name), folders)
  if (paths.length > 0) return paths
  throw new DataError(
    `the run's input ${name} must be in one of ${folders.join(', ')}, is in none; pass --data with the folder that holds it`,
  )
}

/** The strategy's word in the manifest's command: with its ending, or the name of a built-in one. */
function givenIn({ command, strategy: { file } }: Manifest): string {
  const words = [...COMMAND, file].map(shellWord).join(' ')
  const isFile = command === words || command.startsWith(`${words} `)
  return isFile ? file : basename(file, extname(file))
}

function compareFiles(manifest: Manifest, files: readonly RunFile[], folder: string): void {
  const names = files.map((file) => file.name)
  const extra = Object.keys(manifest.files).find((name) => !names.includes(name))
  if (extra !== undefined) throw differs(extra, 'no such file was made')
  compareHashes(manifest, files)
  for (const { name } of files) {
    const beside = join(folder, name)
    if (existsSync(beside) && sha256(readFileSync(beside)) !== manifest.files[name]) {
      throw differs(name, 'the file beside the manifest is another')
    }
  }
}

/** Throws a GateError that names the first of the files that is not the manifest's. */
export function compareHashes(manifest: Manifest, files: readonly RunFile[]): void {
  for (const file of files) {
    if (manifest.files[file.name] !== hashFile(file)) throw differs(file.name, 'its SHA-256 is another')
  }
}

/** What the manifest says beside the hashes. The engine's own hash, and the id that it is in, decide nothing. */
function compareManifest(manifest: Manifest, { head }: ComputedRun): void {
  const isSameEngine = manifest.engine === head.engine
  const said: Readonly<Record<string, unknown>> = { ...manifest }
  for (const [key, value] of Object.entries(head)) {
    if (!isSameEngine && (key === 'engine' || key === 'runId')) continue
    if (said[key] === undefined) continue
    if (!isDeepStrictEqual(said[key], value)) throw differs(MANIFEST, `${key} is another`)
  }
}

function differs(what: string, why: string): GateError {
  return new GateError(`${what} differs: ${why}`)
}

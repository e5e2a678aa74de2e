/** Gathers what a promotion is judged by: runs the run again, reads sweep, drill and record, and asks what the key may do. Floor 5. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { measureWarmup } from '../../backtest/measure-warmup.js'
import { replayEvents } from '../../backtest/replay-events.js'
import { sessionTerms } from '../../live/gate/session-terms.js'
import { NextbarError } from '../../model/errors.js'
import { toNumber } from '../../model/money.js'
import { nextOpenTime } from '../../model/time.js'
import { parseDrill } from '../../promote/checklist/drill-record.js'
import type { Looked, PromotionFacts } from '../../promote/checklist/promotion-facts.js'
import type { PromotionPolicy } from '../../promote/checklist/promotion-policy.js'
import { sessionDifferences } from '../../promote/checklist/session-differences.js'
import { holds, type Proof } from '../../promote/proof.js'
import type { SessionRecord } from '../../promote/read-record.js'
import { genesisByNow } from '../../promote/record-rules.js'
import { slippageSamples } from '../../promote/slippage-samples.js'
import { engineIdentity, engineName } from '../engine-identity.js'
import type { Environment } from '../environment.js'
import { keyCheck } from '../first-steps/key-check.js'
import { MANIFEST, type Manifest, readManifest } from '../manifest.js'
import { findParts, reproduce } from '../reproduce.js'
import { firstOf } from '../run-identity.js'
import { setupOf } from '../run-setup.js'
import { proveSession } from './prove-session.js'
import { readSweepFacts } from './read-sweep.js'
import { asSent, type RunMakeup, runMakeup } from './run-makeup.js'
import { type LoadedRecord, readState } from './session-record.js'

/** Where everything is. */
export interface PromotionPlaces {
  readonly run: string
  readonly sweep: string | undefined
  readonly drill: string
  /** State folder of a session that sent orders; else the record's own fills count. */
  readonly fills: string | undefined
  readonly data: string | undefined
  readonly store: string
  readonly keyFile: string | undefined
  readonly restUrl: string
  readonly isTrusted: boolean
  readonly environment: Environment
  readonly now: number
  readonly warn: (text: string) => void
}

/** What was gathered, and the run that it is of. */
export interface GatheredFacts {
  readonly facts: PromotionFacts
  readonly manifest: Manifest
  readonly makeup: RunMakeup
}

/** Gathers all facts. Throws as reading those files does; what cannot hold because of them is a fact. */
export async function gatherFacts(
  loaded: LoadedRecord,
  places: PromotionPlaces,
  policy: PromotionPolicy,
): Promise<GatheredFacts> {
  const { run, store, data: folder } = places
  const path = basename(run) === MANIFEST ? run : join(run, MANIFEST)
  const manifest = readManifest(path)
  const makeup = runMakeup(manifest, { path, folder, store })
  const { record, changed } = loaded
  const proofs = proveSession(loaded).proofs
  const faultOf = (name: Proof['name']) =>
    changed === undefined
      ? proofFault(proofs.find((one) => one.name === name))
      : `the strategy's file has changed since the session began, in line ${changed.line}`
  const { limits } = record.genesis.settings
  const facts: PromotionFacts = {
    reproductionFault: await reproductionFault(path, places),
    audit: manifest.audit.verdict,
    warmup: await warmupFacts(path, manifest, places),
    sweep:
      places.sweep === undefined
        ? { missing: 'no sweep was named: --sweep DIR' }
        : readSweepFacts(places.sweep, manifest),
    record: recordFacts(loaded),
    proofA: faultOf('A'),
    proofB: faultOf('B'),
    slippage: slippageFacts(places.fills === undefined ? record : readState(places.fills), makeup),
    key:
      policy.key === 'any'
        ? { verdict: 'skipped', text: 'not looked at: the policy asks for nothing' }
        : await keyCheck({
            environment: places.environment,
            keyFile: places.keyFile,
            restUrl: places.restUrl,
          }),
    drill: existsSync(places.drill)
      ? parseDrill(readFileSync(places.drill, 'utf8'), places.drill)
      : { missing: `no record at ${places.drill}: npx tsx run-promote.ts drill makes it` },
    missingLimits: LIMITS.flatMap(([key, flag]) => {
      const limit = limits?.[key]
      return limit !== undefined && limit > 0 ? [] : [flag]
    }),
    differences: differencesOf(record, makeup),
    engine: engineName(engineIdentity()),
    now: places.now,
  }
  return { facts, manifest, makeup }
}

const LIMITS = [
  ['maxOrderQuote', '--max-order-quote'],
  ['maxPositionQuote', '--max-position-quote'],
  ['maxDailyLoss', '--max-daily-loss'],
  ['maxOrdersPerMinute', '--max-orders-per-minute'],
] as const

function differencesOf(record: SessionRecord, makeup: RunMakeup): readonly string[] {
  const genesis = genesisByNow(record)
  const now = engineName(engineIdentity())
  const differences = sessionDifferences(sessionTerms(makeup), sessionTerms(asSent(genesis, makeup)))
  const isOld = now !== genesis.engine && makeup.engine === genesis.engine
  return isOld ? [...differences, `engine ${genesis.engine} in both, this is ${now}`] : differences
}

function proofFault(proof: Proof | undefined): string | undefined {
  if (proof === undefined) return 'only a paper or dry-run session has it'
  if (holds(proof)) return undefined
  const { difference, fault } = proof
  if (!difference) return fault
  return `the first difference is ${difference.what} ${difference.number} at ${difference.time}: run-promote.ts --state DIR --proof shows it`
}

async function reproductionFault(path: string, places: PromotionPlaces): Promise<string | undefined> {
  const { data: folder, store, isTrusted, warn } = places
  return faultOf(() => reproduce(path, { folder, store, isTrusted, warn }))
}

async function warmupFacts(
  path: string,
  manifest: Manifest,
  { data: folder, store, isTrusted }: PromotionPlaces,
): Promise<PromotionFacts['warmup']> {
  if (manifest.data.length > 1)
    return { missing: 'it is measured for one symbol, the run has several: --accept warm-up "…"' }
  let warmup: PromotionFacts['warmup'] = { missing: 'not measured' }
  const fault = await faultOf(async () => {
    const folders = [...(folder === undefined ? [] : [folder]), dirname(path), '.'].map((one) => resolve(one))
    const parts = await findParts(manifest, folders, { isTrusted, store, hooks: {} })
    const report = measureWarmup(setupOf(parts), firstOf(parts).data.end, manifest.seed)
    const declared = Math.max(report.declared, parts.settings.warmup ?? 0)
    warmup =
      report.places.length === 0
        ? { missing: 'the range is too short to measure it' }
        : { declared, measured: report.measured }
  })
  return fault === undefined ? warmup : { missing: fault }
}

/** What an error says that is the world's and not the program's; undefined without one. */
async function faultOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!(error instanceof NextbarError)) throw error
    return error.message
  }
}

function recordFacts({ record, code }: LoadedRecord): PromotionFacts['record'] {
  const { genesis, events, first } = record
  const seen = genesis.symbols.map(() => 0)
  let from = Number.POSITIVE_INFINITY
  let to = 0
  for (const event of events) {
    if (event.kind !== 'BAR') continue
    const count = (seen[event.symbolIndex] ?? 0) + 1
    seen[event.symbolIndex] = count
    if (count <= (first[event.symbolIndex] ?? 0)) continue
    from = Math.min(from, event.bar.openTime)
    to = Math.max(to, nextOpenTime(event.bar.openTime, genesis.interval))
  }
  const symbols = genesis.symbols.map(({ symbol, rules }, k) => ({
    ...{ symbol, rules, interval: genesis.interval, first: first[k] ?? 0 },
  }))
  const { journal } = replayEvents(events, { ...code, settings: genesis.settings, symbols })
  return { mode: genesis.mode, days: Math.max(0, to - from) / 86_400_000, trades: journal.trades.length }
}

function slippageFacts(
  record: SessionRecord,
  { settings }: RunMakeup,
): Looked<Exclude<PromotionFacts['slippage'], { readonly missing: string }>> {
  const { genesis } = record
  const samples = slippageSamples(record).filter(({ type }) => type === 'MARKET')
  const source = `${genesis.mode} session of ${genesis.strategy.name}`
  if (samples.length === 0) return { missing: `the ${source} has no fill of an order at market to measure` }
  const meanOf = (of: (sample: (typeof samples)[number]) => number) =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length
  const tick = meanOf(
    ({ symbolIndex, atr }) => toNumber(genesis.symbols[symbolIndex]?.rules.tickSize ?? 1n) / atr,
  )
  return {
    source,
    orders: samples.length,
    mean: meanOf(({ slippage }) => slippage),
    tick,
    alpha: settings.alpha,
  }
}

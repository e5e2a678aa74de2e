/** `run-promote.ts RUN --state DIR`: the checklist, and `promotion.json`. Floor 5. */
import { basename, dirname, join } from 'node:path'
import { writeWhole } from '../../live/files/state-folder.js'
import { sessionTerms, termsDigest } from '../../live/gate/session-terms.js'
import { toSortedJson } from '../../live/ledger/ledger-json.js'
import { ConfigError } from '../../model/errors.js'
import { type GateName, toAcceptable } from '../../promote/checklist/gate-names.js'
import { closedGates, judgePromotion } from '../../promote/checklist/judge-promotion.js'
import { DEFAULT_POLICY, toPolicy } from '../../promote/checklist/promotion-policy.js'
import { genesisByNow } from '../../promote/record-rules.js'
import { prettyJson } from '../canonical-json.js'
import { readTable } from '../config-file.js'
import type { Environment } from '../environment.js'
import { FLAGS } from '../flag-table.js'
import { gatherFacts } from './gather-facts.js'
import { needed, type PromoteWords } from './promote-words.js'
import type { PromotionReport } from './promotion-text.js'
import { asSent } from './run-makeup.js'
import { loadRecord } from './session-record.js'

/** Where the drill's record is looked for. */
export const DRILL_PATH = join('state', 'drill.json')

/** Judges a run and its session, and writes what was found: also what refuses. */
export async function promoteRun(
  words: PromoteWords,
  {
    environment,
    now,
    warn,
  }: { readonly environment: Environment; readonly now: number; readonly warn: (text: string) => void },
): Promise<PromotionReport> {
  const { run, given } = words
  if (run === undefined)
    throw new ConfigError('a run folder must be named, such as reports/out/<runId>; --proof needs none')
  const state = needed(words, 'state')
  const accepted = acceptedOf(words)
  const file = given.get('policy-file')
  const policy =
    file === undefined ? DEFAULT_POLICY : toPolicy(readTable(file, '--policy-file'), basename(file))
  const isTrusted = given.has('trust')
  const loaded = await loadRecord(state, { asked: given.get('strategy'), isTrusted })
  const { facts, manifest, makeup } = await gatherFacts(
    loaded,
    {
      ...{ run, isTrusted, environment, now, warn },
      ...{ sweep: given.get('sweep'), fills: given.get('fills'), data: given.get('data') },
      drill: given.get('drill') ?? DRILL_PATH,
      store: given.get('store') ?? FLAGS.store.default,
      keyFile: given.get('key-file'),
      restUrl: given.get('rest-url') ?? 'https://api.binance.com',
    },
    policy,
  )
  const gates = judgePromotion(facts, policy, accepted)
  const isPromoted = closedGates(gates).length === 0
  const { genesis, head } = loaded.record
  const session = asSent(genesisByNow(loaded.record), makeup)
  const path = given.get('out') ?? join(state, 'promotion.json')
  const record = {
    schema: 'nextbar/promotion@1',
    isPromoted,
    time: new Date(now).toISOString(),
    terms: termsDigest(session),
    session: JSON.parse(toSortedJson(sessionTerms(session))),
    run: { runId: manifest.runId, command: manifest.command },
    state: { mode: genesis.mode, head },
    policy,
    gates,
  }
  writeWhole(path, prettyJson(record))
  return {
    ...{ isPromoted, gates, state, path },
    strategy: genesis.strategy.name,
    mode: genesis.mode,
    run: basename(run) === 'manifest.json' ? dirname(run) : run,
  }
}

function acceptedOf({ accepted }: PromoteWords): ReadonlyMap<GateName, string> {
  const reasons = new Map<GateName, string>()
  for (const [word, reason] of accepted) {
    const gate = toAcceptable(word)
    if (reasons.has(gate)) throw new ConfigError(`--accept ${gate} must be given once, was given twice`)
    reasons.set(gate, reason)
  }
  return reasons
}

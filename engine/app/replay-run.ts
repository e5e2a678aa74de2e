/** Replays a run to its end in slices, between which Ctrl-C and the progress bar are heard. Floor 5. */
import { setImmediate } from 'node:timers/promises'
import { type AuditedRun, type AuditReport, LookAheadAudit } from '../backtest/look-ahead-audit.js'
import { PortfolioReplay } from '../backtest/portfolio-replay.js'
import { Replay } from '../backtest/replay.js'
import type { FrameColumns } from '../math/frame-columns.js'
import { countBefore } from '../model/bars.js'
import type { RunResult } from '../model/run-result.js'
import type { RunSettings } from '../model/settings.js'
import { guardStrategy } from './guard-strategy.js'
import { inlineAsUsual, inlineMore } from './inline-more.js'
import { interruptible } from './interruptible.js'
import { firstOf, type RunParts } from './run-identity.js'
import type { RunHooks } from './run-phases.js'
import { lastOpenOf, portfolioOf, setupOf } from './run-setup.js'

/** A run that has gone to its end. */
export interface Replayed {
  readonly result: RunResult
  readonly audit: () => AuditReport | undefined
  /** Undefined where there are several symbols. */
  readonly columns?: FrameColumns
}

/** Bars between two looks at the event loop, where Ctrl-C and the progress bar wait. */
const SLICE = 1 << 18

/** Replays a run; `insideBar` says which outcome is taken where a bar leaves it open. */
export async function replayRun(
  parts: RunParts,
  hooks: RunHooks,
  insideBar: RunSettings['insideBar'] = 'worst',
): Promise<Replayed> {
  const name = parts.strategy.strategy.name
  if (parts.symbols.length === 1) {
    const setup = withOutcome(setupOf(parts), insideBar)
    const { end } = firstOf(parts).data
    const run = guardStrategy(name, () => new Replay(setup))
    const driven = await drive(run, { first: setup.first, end }, parts, hooks)
    return { ...driven, columns: run.columns }
  }
  const run = guardStrategy(name, () => new PortfolioReplay(withOutcome(portfolioOf(parts), insideBar)))
  return drive(run, { first: run.first, end: countBefore(run.timeline, lastOpenOf(parts) + 1) }, parts, hooks)
}

async function drive<State extends { readonly end: number }>(
  run: AuditedRun<State> & { finish(): RunResult },
  { first, end }: { readonly first: number; readonly end: number },
  { settings }: RunParts,
  hooks: RunHooks,
): Promise<Replayed> {
  const mode = settings.audit
  const auditor =
    mode === 'off' ? undefined : new LookAheadAudit(run, { first, end, mode, seed: settings.seed })
  inlineMore()
  try {
    for (let to = first; to < end; ) {
      // A signal that came meanwhile is heard before its handlers stand back.
      await setImmediate()
      to = Math.min(end, to + SLICE)
      interruptible(() => (auditor ?? run).advance(to))
      hooks.onProgress?.('replay', to - first, end - first)
    }
    await setImmediate()
  } finally {
    inlineAsUsual()
  }
  const result = run.finish()
  return { result, audit: () => auditor?.audit(result) }
}

function withOutcome<Setup extends { readonly settings: RunSettings }>(
  setup: Setup,
  insideBar: RunSettings['insideBar'],
): Setup {
  return { ...setup, settings: { ...setup.settings, insideBar } }
}

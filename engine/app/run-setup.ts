/** What the replay of a run is made of, from what was loaded for it. Floor 5. */
import { PortfolioReplay, type PortfolioSetup } from '../backtest/portfolio-replay.js'
import type { ReplaySetup } from '../backtest/replay.js'
import { runBacktest } from '../backtest/run-backtest.js'
import { countBefore, openTimeAt } from '../model/bars.js'
import type { RunResult } from '../model/run-result.js'
import type { RunSettings } from '../model/settings.js'
import { benchmarkOf, firstOf, type RunParts } from './run-identity.js'
import { runSettings } from './run-settings.js'

type Change = <Setup extends Pick<ReplaySetup, 'strategy' | 'settings'>>(setup: Setup) => Setup

/** Runs the same bars, with something changed. */
export function runnerOf(parts: RunParts): (change: Change) => RunResult {
  if (parts.symbols.length === 1) {
    const setup = setupOf(parts)
    const { end } = firstOf(parts).data
    return (change) => runBacktest({ ...change(setup), end })
  }
  const setup = portfolioOf(parts)
  const end = lastOpenOf(parts) + 1
  return (change) => {
    const replay = new PortfolioReplay(change(setup))
    replay.advance(countBefore(replay.timeline, end))
    return replay.finish()
  }
}

/** What the replay of a run with one symbol is made of. */
export function setupOf(parts: RunParts): ReplaySetup {
  const { data, rules } = firstOf(parts)
  return {
    ...commonOf(parts),
    bars: data.bars,
    rules: rules.rules,
    first: data.first,
    fine: parts.fine?.path,
  }
}

/** The same with several symbols. */
export function portfolioOf(parts: RunParts): PortfolioSetup {
  return {
    ...commonOf(parts),
    symbols: parts.symbols.map(({ data, rules }) => ({ bars: data.bars, rules: rules.rules })),
    from: parts.settings.from,
    benchmark: benchmarkOf(parts),
  }
}

function commonOf({ bnb, fine, params, settings, strategy, symbols }: RunParts) {
  return {
    identity: { epoch: 0, hash6: strategy.sha256.slice(0, 6) },
    strategy: strategy.strategy,
    params,
    bnbBars: bnb?.bars,
    settings: runSettingsOf({ fine, settings, symbols }),
  }
}

/** The settings that the engine knows. */
export function runSettingsOf({
  fine,
  settings,
  symbols,
}: Pick<RunParts, 'fine' | 'settings' | 'symbols'>): RunSettings {
  return runSettings(settings, firstOf({ symbols }).data.interval, fine?.stepMs)
}

/** When the last bar of all symbols opens. */
export function lastOpenOf({ symbols }: RunParts): number {
  return Math.max(...symbols.map(({ data }) => openTimeAt(data.bars, data.end - 1)))
}

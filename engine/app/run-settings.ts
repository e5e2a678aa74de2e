/** The settings of a run as the engine takes them, from the flags. Floor 5. */
import type { RunSettings } from '../model/settings.js'
import type { Settings } from './flag-table.js'

/** What of the flags decides a simulated run's numbers. */
export function runSettings(settings: Settings): RunSettings {
  return {
    cash: settings.cash,
    alpha: settings.alpha,
    atrPeriod: settings['atr-period'],
    atrSource: settings['atr-source'],
    clamp: settings.clamp,
    makerFee: settings['maker-fee'],
    takerFee: settings['taker-fee'],
    limitFill: settings['limit-fill'],
    participation: settings.participation,
    insideBar: 'worst',
    feeAsset: settings['fee-asset'],
    warmup: settings.warmup ?? 0,
    closeAtEnd: settings['close-at-end'],
  }
}

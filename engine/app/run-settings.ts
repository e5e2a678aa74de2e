/** The settings of a run as the engine takes them, from the flags. Floor 5. */
import { wholeBars } from '../core/policy/wish-orders.js'
import { ConfigError } from '../model/errors.js'
import { parseUnits, type Units } from '../model/money.js'
import type { BnbSettings, RiskLimits, RunSettings } from '../model/settings.js'
import { type Interval, intervalMs } from '../model/time.js'
import type { Settings } from './flag-table.js'

/**
 * What of the flags decides a simulated run's numbers, on bars of this interval; `stepMs` is the finest length
 * of time that is seen, where finer data are given.
 */
export function runSettings(
  settings: Settings,
  interval: Interval,
  stepMs: number = intervalMs(interval),
): RunSettings {
  return {
    policy:
      settings.policy === 'market'
        ? undefined
        : {
            postTimeoutMs: wholeBars(settings['post-timeout'], stepMs),
            escalate: settings.escalate,
          },
    limits: limitsOf(settings),
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
    ...(settings['fee-asset'] === 'bnb' && { bnb: bnbSettingsOf(settings) }),
    warmup: settings.warmup ?? 0,
    closeAtEnd: settings['close-at-end'],
  }
}

function limitsOf(settings: Settings): RiskLimits | undefined {
  const limits = {
    maxOrderQuote: settings['max-order-quote'],
    maxPositionQuote: settings['max-position-quote'],
    maxDailyLoss: settings['max-daily-loss'],
    maxOrdersPerMinute: settings['max-orders-per-minute'],
    ...volumeLimitOf(settings),
  }
  return Object.values(limits).every((limit) => limit === undefined) ? undefined : limits
}

function volumeLimitOf(settings: Settings): Pick<RiskLimits, 'maxVolume'> {
  const share = settings['max-volume-share']
  return share === undefined ? {} : { maxVolume: { share, bars: settings['volume-bars'] } }
}

function bnbSettingsOf(settings: Settings): BnbSettings {
  const discount = settings['bnb-discount']
  if (discount === undefined) {
    throw new ConfigError('--fee-asset bnb must be given with --bnb-discount, such as 0.25, was given alone')
  }
  const source = settings['bnb-data']
  const price = source === undefined ? undefined : bnbPriceOf(source)
  return { discount, balance: settings['bnb-balance'], ...(price !== undefined && { price }) }
}

/** The one price that `--bnb-data` gives; undefined where it names bars. */
export function bnbPriceOf(source: string): Units | undefined {
  const price = parseUnits(source)
  return price !== undefined && price > 0n ? price : undefined
}

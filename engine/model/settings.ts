/** Settings of a run that can change a number. Floor 0. */
import type { Units } from './money.js'

/** Settings of the simulated market: what a fill costs and when it comes. */
export interface MarketSettings {
  /** Slippage in units of the average true range. */
  readonly alpha: number
  /** Bars of Wilder's average true range that prices market orders. */
  readonly atrPeriod: number
  /** The range through the bar that fills, or through the bar that decided. */
  readonly atrSource: 'next' | 'signal'
  /** Whether market fills are kept inside their bar's low..high. */
  readonly clamp: 'none' | 'bar'
  /** Fractions. */
  readonly makerFee: number
  readonly takerFee: number
  /** When a resting limit order fills: the bar trades through its price, or touches it. */
  readonly limitFill: 'through' | 'touch'
  /** Most that one fill may be, as a share of its bar's volume; undefined is no bound. */
  readonly participation: number | undefined
  /** Which of the paths that a bar allows is taken, where its prices do not decide. */
  readonly insideBar: 'worst' | 'best'
  /** What commissions are taken from. */
  readonly feeAsset: 'received' | 'quote' | 'bnb'
  /** With commissions in BNB: what is taken off them, and what they are paid from. */
  readonly bnb?: BnbSettings | undefined
}

/** Commissions in BNB. */
export interface BnbSettings {
  /** Fraction that is taken off a commission in BNB. */
  readonly discount: number
  /** BNB at the start. It pays commissions and nothing else. */
  readonly balance: Units
  /** What one BNB is worth in quote, at all times; undefined where bars say it. */
  readonly price?: Units | undefined
}

/** Maker-first: how a wish to trade becomes a posted order, and what follows it. */
export interface MakerFirstPolicy {
  /** How long a posted order may rest; whole bars where orders are simulated. */
  readonly postTimeoutMs: number
  readonly escalate: 'ioc' | 'market' | 'none'
}

/** Limits of a session; one that is undefined does not bind. Amounts in quote. */
export interface RiskLimits {
  /** Most that one purchase may be worth. */
  readonly maxOrderQuote: Units | undefined
  /** Most that a symbol's position may be worth, with the purchases that wait and the one in question. */
  readonly maxPositionQuote: Units | undefined
  /** Loss since 00:00 UTC from which on nothing is bought before the next day. */
  readonly maxDailyLoss: Units | undefined
  /** Most orders within 60 seconds, over all symbols. */
  readonly maxOrdersPerMinute: number | undefined
  /** Purchases are cut to this share of what the last bars traded, a fraction. */
  readonly maxVolume?: { readonly share: number; readonly bars: number } | undefined
}

/** Settings of one simulated run. */
export interface RunSettings extends MarketSettings {
  /** How wishes become orders; at market when left out. */
  readonly policy?: MakerFirstPolicy | undefined
  /** None when left out. */
  readonly limits?: RiskLimits | undefined
  /** Quote asset at the start. */
  readonly cash: Units
  /** The strategy is not called before this bar, counted from the first bar loaded. */
  readonly warmup: number
  /** Whether what is left is sold on the last bar's close. */
  readonly closeAtEnd: boolean
}

/**
 * What `technicalindicators` 3.1.0 offers, by its own names: what each indicator takes, which options it
 * has and what it gives. Left out is what has no value at each bar (Renko, VolumeProfile,
 * fibonacciretracement) or keeps every bar that it has ever seen (CrossUp, CrossDown). Floor 1.
 */

interface Row {
  /** `values` is one series; the others are columns of the bars. */
  readonly takes: readonly ('values' | 'open' | 'high' | 'low' | 'close' | 'volume')[]
  readonly options: readonly string[]
  readonly gives: readonly string[]
}

const PERIOD = { takes: ['values'], options: ['period'], gives: ['value'] } as const
const RANGE = ['high', 'low', 'close'] as const
const TRADED = ['high', 'low', 'close', 'volume'] as const
const PRICES = ['open', 'high', 'low', 'close'] as const

/** Indicators that are classes with a `nextValue`. */
export const TECHNICAL_SERIES = {
  ADL: { takes: TRADED, options: [], gives: ['value'] },
  ADX: { takes: RANGE, options: ['period'], gives: ['adx', 'pdi', 'mdi'] },
  ATR: { takes: RANGE, options: ['period'], gives: ['value'] },
  AverageGain: PERIOD,
  AverageLoss: PERIOD,
  AwesomeOscillator: { takes: ['high', 'low'], options: ['fastPeriod', 'slowPeriod'], gives: ['value'] },
  BollingerBands: {
    takes: ['values'],
    options: ['period', 'stdDev'],
    gives: ['middle', 'upper', 'lower', 'pb'],
  },
  CCI: { takes: RANGE, options: ['period'], gives: ['value'] },
  ChandelierExit: { takes: RANGE, options: ['period', 'multiplier'], gives: ['exitLong', 'exitShort'] },
  EMA: PERIOD,
  ForceIndex: { takes: ['close', 'volume'], options: ['period'], gives: ['value'] },
  HeikinAshi: { takes: PRICES, options: [], gives: PRICES },
  Highest: PERIOD,
  IchimokuCloud: {
    takes: ['high', 'low'],
    options: ['conversionPeriod', 'basePeriod', 'spanPeriod', 'displacement'],
    gives: ['conversion', 'base', 'spanA', 'spanB'],
  },
  KeltnerChannels: {
    takes: RANGE,
    options: ['maPeriod', 'atrPeriod', 'multiplier', 'useSMA'],
    gives: ['middle', 'upper', 'lower'],
  },
  KST: {
    takes: ['values'],
    options: [
      'ROCPer1',
      'ROCPer2',
      'ROCPer3',
      'ROCPer4',
      'SMAROCPer1',
      'SMAROCPer2',
      'SMAROCPer3',
      'SMAROCPer4',
      'signalPeriod',
    ],
    gives: ['kst', 'signal'],
  },
  Lowest: PERIOD,
  MACD: {
    takes: ['values'],
    options: ['fastPeriod', 'slowPeriod', 'signalPeriod', 'SimpleMAOscillator', 'SimpleMASignal'],
    gives: ['MACD', 'signal', 'histogram'],
  },
  MFI: { takes: TRADED, options: ['period'], gives: ['value'] },
  OBV: { takes: ['close', 'volume'], options: [], gives: ['value'] },
  PSAR: { takes: ['high', 'low'], options: ['step', 'max'], gives: ['value'] },
  ROC: PERIOD,
  RSI: PERIOD,
  SD: PERIOD,
  SMA: PERIOD,
  Stochastic: { takes: RANGE, options: ['period', 'signalPeriod'], gives: ['k', 'd'] },
  StochasticRSI: {
    takes: ['values'],
    options: ['rsiPeriod', 'stochasticPeriod', 'kPeriod', 'dPeriod'],
    gives: ['stochRSI', 'k', 'd'],
  },
  Sum: PERIOD,
  TRIX: PERIOD,
  TrueRange: { takes: RANGE, options: [], gives: ['value'] },
  VWAP: { takes: TRADED, options: [], gives: ['value'] },
  WEMA: PERIOD,
  WMA: PERIOD,
  WilliamsR: { takes: RANGE, options: ['period'], gives: ['value'] },
} as const satisfies Readonly<Record<string, Row>>

/** Candlestick patterns: functions that look at the last bars, five at most, and say yes or no. */
export const TECHNICAL_PATTERNS = [
  'abandonedbaby',
  'bearish',
  'bearishengulfingpattern',
  'bearishhammerstick',
  'bearishharami',
  'bearishharamicross',
  'bearishinvertedhammerstick',
  'bearishmarubozu',
  'bearishspinningtop',
  'bullish',
  'bullishengulfingpattern',
  'bullishhammerstick',
  'bullishharami',
  'bullishharamicross',
  'bullishinvertedhammerstick',
  'bullishmarubozu',
  'bullishspinningtop',
  'darkcloudcover',
  'doji',
  'downsidetasukigap',
  'dragonflydoji',
  'eveningdojistar',
  'eveningstar',
  'gravestonedoji',
  'hammerpattern',
  'hammerpatternunconfirmed',
  'hangingman',
  'hangingmanunconfirmed',
  'morningdojistar',
  'morningstar',
  'piercingline',
  'shootingstar',
  'shootingstarunconfirmed',
  'threeblackcrows',
  'threewhitesoldiers',
  'tweezerbottom',
  'tweezertop',
] as const

/** Name of an indicator of `technicalindicators`. */
export type TechnicalName = keyof typeof TECHNICAL_SERIES | (typeof TECHNICAL_PATTERNS)[number]

/** All names that `technical` knows. */
export const technicalNames: readonly string[] = [...Object.keys(TECHNICAL_SERIES), ...TECHNICAL_PATTERNS]

/** Names of its values. */
export type TechnicalOutput<Name extends TechnicalName> = Name extends keyof typeof TECHNICAL_SERIES
  ? (typeof TECHNICAL_SERIES)[Name]['gives'][number]
  : 'value'

/** Its options. */
export type TechnicalOptions<Name extends TechnicalName> = Name extends keyof typeof TECHNICAL_SERIES
  ? { readonly [K in (typeof TECHNICAL_SERIES)[Name]['options'][number]]?: number | boolean }
  : Readonly<Record<never, never>>

/** Sources in place of the columns that it takes by itself. */
export type TechnicalSources<Name extends TechnicalName, Source> = {
  readonly [K in Name extends keyof typeof TECHNICAL_SERIES
    ? (typeof TECHNICAL_SERIES)[Name]['takes'][number]
    : (typeof PRICES)[number]]?: Source
}

/** The row of an indicator; patterns have no options, take the four prices and give one value. */
export function technicalRow(name: TechnicalName): Row & { readonly isPattern: boolean } {
  if (name in TECHNICAL_SERIES) {
    // Just looked up.
    return { ...TECHNICAL_SERIES[name as keyof typeof TECHNICAL_SERIES], isPattern: false }
  }
  return { takes: PRICES, options: [], gives: ['value'], isPattern: true }
}

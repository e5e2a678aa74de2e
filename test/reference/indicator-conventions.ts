/**
 * Which cases of the references are compared, how closely, and which are not, and why. The counts are
 * checked by the tests of each reference; the tables of `docs/indicators.md` are written from here.
 */
import type { Reference, Tolerance } from './indicator-reference.js'

const LAST_DIGIT: Tolerance = { kind: 'last digit' }
const absolute = (value: number): Tolerance => ({ kind: 'absolute', value })
const relative = (value: number): Tolerance => ({ kind: 'relative', value })

/** Why an indicator that the engine does not ship is not compared. */
const ABSENT = 'not in the set; `defineIndicator` makes it, or `technical` where the package has it'

/** 474 points of TA-Lib's regression tests. */
export const TALIB: Reference = {
  name: 'TA-Lib',
  source: 'the regression tables of TA-Lib (npm talib 1.1.6), 252 daily bars',
  unit: 'point',
  compared: [
    { theirs: 'SMA', ours: '`sma`', cases: 20, tolerance: LAST_DIGIT, note: '' },
    {
      theirs: 'EMA',
      ours: '`ema`',
      cases: 9,
      tolerance: LAST_DIGIT,
      note: 'seeded with the mean of the first n',
    },
    {
      theirs: 'EMA as Metastock, 200 bars on',
      ours: '`ema`',
      cases: 8,
      tolerance: absolute(0.01),
      note: 'seeded with the first value: the seed is forgotten',
    },
    {
      theirs: 'WMA',
      ours: '`wma`',
      cases: 23,
      tolerance: absolute(0.01),
      note: 'upstream’s own tolerance; two points of the table stand in each other’s place',
    },
    { theirs: 'TRIMA', ours: '`sma(sma(…))`', cases: 8, tolerance: LAST_DIGIT, note: 'a mean of a mean' },
    {
      theirs: 'RSI',
      ours: '`rsi`',
      cases: 30,
      tolerance: LAST_DIGIT,
      note: 'Metastock’s, too, from the second value on',
    },
    { theirs: 'CMO', ours: '2 · `rsi` − 100', cases: 1, tolerance: LAST_DIGIT, note: '' },
    {
      theirs: 'MACD, MACDEXT',
      ours: '`macd`',
      cases: 3,
      tolerance: LAST_DIGIT,
      note: 'all three values; the fast period may stand second',
    },
    { theirs: 'MIN, MAX, MINMAX', ours: '`lowest`, `highest`', cases: 50, tolerance: LAST_DIGIT, note: '' },
    {
      theirs: 'ADX, ADXR, PLUS_DI, MINUS_DI, DX',
      ours: '`adx`',
      cases: 13,
      tolerance: LAST_DIGIT,
      note: 'ADXR and DX from the values of `adx`',
    },
    {
      theirs: 'ADX and its parts, rounded',
      ours: '`adx`',
      cases: 17,
      tolerance: absolute(1),
      note: 'rows of early versions of TA-Lib, which rounded to whole numbers',
    },
    { theirs: 'CCI', ours: '`cci`', cases: 30, tolerance: LAST_DIGIT, note: '' },
    { theirs: 'WILLR', ours: '`stochastic(n, 1, 1).k` − 100', cases: 8, tolerance: LAST_DIGIT, note: '' },
    { theirs: 'NATR', ours: '100 · `atr` / close', cases: 3, tolerance: LAST_DIGIT, note: '' },
    { theirs: 'AVGPRICE', ours: '`averagePrice`', cases: 2, tolerance: LAST_DIGIT, note: '' },
    {
      theirs: 'APO, PPO of SMA',
      ours: 'two `sma`',
      cases: 36,
      tolerance: absolute(1e-4),
      note: 'difference, and percent of the slow one',
    },
    {
      theirs: 'a period of 0 or less',
      ours: 'a `ConfigError`',
      cases: 5,
      tolerance: LAST_DIGIT,
      note: 'refused here as there',
    },
  ],
  listed: [
    {
      theirs: 'SAR',
      cases: 5,
      reason: 'over bars that are not in the file; `parabolicSar` is held against Stock.Indicators',
    },
    {
      theirs: 'EMA as Metastock, near its seed',
      cases: 10,
      reason: 'seeded with the first value; here, as in TA-Lib itself, with the mean of the first n',
    },
    {
      theirs: 'APO, PPO of EMA as Metastock',
      cases: 20,
      reason: 'made of EMA that are seeded with the first value',
    },
    {
      theirs: 'RSI, CMO as Metastock, one bar earlier',
      cases: 10,
      reason: 'Metastock has a value for n − 1 changes; the first of n changes is one bar later',
    },
    {
      theirs: 'MACDFIX',
      cases: 3,
      reason: 'weights rounded to 0.15 and 0.075, and seeds as Metastock; `macd` has 2 / 13 and 2 / 27',
    },
    {
      theirs: 'PLUS_DI, MINUS_DI, DX before ADX',
      cases: 10,
      reason: '`adx` gives its three values together, from bar 2n − 1 on; before it they are NaN',
    },
    { theirs: 'PLUS_DI, MINUS_DI of one bar', cases: 2, reason: '`adx` takes periods from 2, as ADX does' },
    { theirs: 'PLUS_DM, MINUS_DM', cases: 8, reason: 'sums inside `adx`, which it does not give' },
    {
      theirs: 'MININDEX, MAXINDEX, MINMAXINDEX',
      cases: 3,
      reason: 'give the place of a bar; the table has a price for it, which upstream does not look at',
    },
    { theirs: 'T3, MAMA, FAMA, KAMA, DEMA, TEMA', cases: 34, reason: ABSENT },
    { theirs: 'HT_TRENDMODE, HT_TRENDLINE, HT_DCPHASE, HT_DCPERIOD, SIN', cases: 14, reason: ABSENT },
    { theirs: 'HT_SINE, HT_PHASOR', cases: 11, reason: ABSENT },
    { theirs: 'AROON, AROONOSC, BETA, CORREL', cases: 66, reason: ABSENT },
    { theirs: 'ACCBANDS, ULTOSC', cases: 4, reason: ABSENT },
    { theirs: 'AVGDEV, IMI', cases: 6, reason: ABSENT },
    { theirs: 'BOP', cases: 2, reason: ABSENT },
  ],
}

/** 110 cases of Tulip Indicators. */
export const TULIP: Reference = {
  name: 'Tulip Indicators',
  source: 'the test files of Tulip Indicators (atoz, untest, extra), series of 5 to 99 values',
  unit: 'test',
  compared: [
    { theirs: 'sma', ours: '`sma`', cases: 1, tolerance: LAST_DIGIT, note: '' },
    { theirs: 'wma', ours: '`wma`', cases: 2, tolerance: LAST_DIGIT, note: '' },
    { theirs: 'trima', ours: '`sma(sma(…))`', cases: 2, tolerance: LAST_DIGIT, note: 'a mean of a mean' },
    { theirs: 'sum', ours: 'n · `sma`', cases: 1, tolerance: LAST_DIGIT, note: '' },
    { theirs: 'max, min', ours: '`highest`, `lowest`', cases: 3, tolerance: LAST_DIGIT, note: '' },
    {
      theirs: 'stddev, var, stderr',
      ours: '`standardDeviation`',
      cases: 4,
      tolerance: LAST_DIGIT,
      note: 'of the population; its square; divided by √n',
    },
    { theirs: 'bbands', ours: '`bollinger`', cases: 2, tolerance: LAST_DIGIT, note: '' },
    {
      theirs: 'roc, rocr',
      ours: '`roc`',
      cases: 3,
      tolerance: LAST_DIGIT,
      note: 'a fraction here as there; one more than it',
    },
    { theirs: 'rsi', ours: '`rsi`', cases: 2, tolerance: LAST_DIGIT, note: '' },
    {
      theirs: 'cci',
      ours: '`cci`',
      cases: 2,
      tolerance: LAST_DIGIT,
      note: 'begins n − 1 bars later there, where the first mean deviation needs n means',
    },
    { theirs: 'mfi', ours: '`moneyFlow`', cases: 1, tolerance: LAST_DIGIT, note: '' },
    {
      theirs: 'obv',
      ours: '`obv`',
      cases: 1,
      tolerance: LAST_DIGIT,
      note: 'begins with 0 there: ours less its first value',
    },
    { theirs: 'vwma', ours: '`rollingVwap(n, close)`', cases: 2, tolerance: LAST_DIGIT, note: '' },
    { theirs: 'stoch', ours: '`stochastic`', cases: 2, tolerance: LAST_DIGIT, note: '' },
    { theirs: 'willr', ours: '`stochastic(n, 1, 1).k` − 100', cases: 1, tolerance: LAST_DIGIT, note: '' },
    {
      theirs: 'tr',
      ours: '`atr(1)`',
      cases: 1,
      tolerance: LAST_DIGIT,
      note: 'the first bar has no close before it: there it is high − low, here NaN',
    },
    {
      theirs: 'psar, from its first turn on',
      ours: '`parabolicSar`',
      cases: 2,
      tolerance: LAST_DIGIT,
      note: 'the first trend speeds up a bar earlier there: the first seven values are not compared',
    },
    {
      theirs: 'medprice, typprice, avgprice',
      ours: '`medianPrice`, `typicalPrice`, `averagePrice`',
      cases: 6,
      tolerance: LAST_DIGIT,
      note: '',
    },
    {
      theirs: 'ad',
      ours: "`technical('ADL')`",
      cases: 2,
      tolerance: absolute(0.5),
      note: 'the package rounds to whole numbers',
    },
    { theirs: 'ao', ours: "`technical('AwesomeOscillator')`", cases: 2, tolerance: LAST_DIGIT, note: '' },
    { theirs: 'wilders', ours: "`technical('WEMA')`", cases: 1, tolerance: LAST_DIGIT, note: '' },
  ],
  listed: [
    {
      theirs: 'ema',
      cases: 2,
      reason: 'seeded with the first value; `ema` with the mean of the first n, as TA-Lib',
    },
    {
      theirs: 'macd, apo, ppo',
      cases: 3,
      reason:
        'made of EMA that are seeded with the first value, macd of 12 and 26 with weights rounded to 0.15 and 0.075',
    },
    {
      theirs: 'dm, di, dx, adxr',
      cases: 5,
      reason:
        'begin at bar n − 1, without the last of the n movements; the series are too short to forget it',
    },
    {
      theirs: 'natr',
      cases: 2,
      reason:
        'the first true range is high − low, so that the first mean ends a bar earlier; the series are too short to forget it',
    },
    {
      theirs: 'cmo',
      cases: 1,
      reason: 'of plain sums; what follows from `rsi` is Chande’s with Wilder’s means, as in TA-Lib',
    },
    {
      theirs: 'crossany, crossover',
      cases: 4,
      reason: '`crossedAbove` and `crossedBelow` are questions to two series, tested with these',
    },
    { theirs: 'the others', cases: 50, reason: ABSENT },
  ],
}

/** 74 columns of Stock.Indicators. */
export const STOCK_INDICATORS: Reference = {
  name: 'Stock.Indicators',
  source: 'the expected results of Stock.Indicators’ tests, 502 daily bars',
  unit: 'column',
  compared: [
    { theirs: 'SMA', ours: '`sma`', cases: 1, tolerance: relative(1e-12), note: '' },
    { theirs: 'EMA', ours: '`ema`', cases: 3, tolerance: relative(1e-12), note: '' },
    { theirs: 'WMA', ours: '`wma`', cases: 1, tolerance: relative(1e-12), note: '' },
    { theirs: 'RSI', ours: '`rsi`', cases: 1, tolerance: relative(1e-12), note: '' },
    {
      theirs: 'MACD',
      ours: '`macd`',
      cases: 3,
      tolerance: relative(1e-9),
      note: 'the fast EMA is seeded with the first values there, where the slow one is here, as in TA-Lib: compared from bar 145 on, when the seed is forgotten',
    },
    {
      theirs: 'Bollinger bands',
      ours: '`bollinger`',
      cases: 6,
      tolerance: relative(1e-12),
      note: 'with %B, z-score and width made of them',
    },
    { theirs: 'ATR, TR', ours: '`atr`', cases: 4, tolerance: relative(1e-12), note: 'TR is `atr(1)`' },
    {
      theirs: 'ADX',
      ours: '`adx`',
      cases: 5,
      tolerance: relative(1e-8),
      note: 'sums are seeded with n bars there, with n − 1 here, as in TA-Lib: compared from bar 300 on; ADXR looks back 14 bars there, 13 in TA-Lib',
    },
    {
      theirs: 'Stochastic',
      ours: '`stochastic`',
      cases: 6,
      tolerance: relative(1e-12),
      note: '%K begins two bars earlier there; %J is 3 %K − 2 %D',
    },
    { theirs: 'CCI', ours: '`cci`', cases: 1, tolerance: relative(1e-11), note: '' },
    {
      theirs: 'OBV',
      ours: '`obv`',
      cases: 1,
      tolerance: relative(1e-12),
      note: 'begins with 0 there: ours less its first value',
    },
    {
      theirs: 'VWAP',
      ours: '`sessionVwap`',
      cases: 1,
      tolerance: relative(1e-12),
      note: 'runs since the first bar there: the bars are put into one day',
    },
    {
      theirs: 'Parabolic SAR',
      ours: '`parabolicSar`',
      cases: 1,
      tolerance: relative(1e-12),
      note: 'begins with its first turn there, in another first trend: compared from bar 40 on. At a turn TA-Lib keeps the stop outside the last two bars, Stock.Indicators does not: bar 250 is left out',
    },
    {
      theirs: 'Donchian',
      ours: '`donchian`',
      cases: 4,
      tolerance: relative(1e-12),
      note: 'of the bars before this one there, this one included here, as in TA-Lib: theirs is our `at(1)`',
    },
    { theirs: 'Keltner', ours: '`keltner`', cases: 4, tolerance: relative(1e-12), note: '' },
    {
      theirs: 'ROC',
      ours: '`roc`',
      cases: 2,
      tolerance: relative(1e-12),
      note: 'percent there, a fraction here',
    },
    {
      theirs: 'Standard deviation',
      ours: '`standardDeviation`',
      cases: 3,
      tolerance: relative(1e-11),
      note: 'of the population; with mean and z-score',
    },
    {
      theirs: 'ADL',
      ours: "`technical('ADL')`",
      cases: 1,
      tolerance: absolute(0.5),
      note: 'the package rounds to whole numbers',
    },
    {
      theirs: 'Chandelier exit',
      ours: "`technical('ChandelierExit')`",
      cases: 1,
      tolerance: relative(1e-12),
      note: '',
    },
    {
      theirs: 'Heikin-Ashi',
      ours: "`technical('HeikinAshi')`",
      cases: 4,
      tolerance: relative(1e-12),
      note: '',
    },
  ],
  listed: [
    {
      theirs: 'Parabolic SAR: isReversal',
      cases: 1,
      reason: 'a turn is where the stop changes its side of the close',
    },
    {
      theirs: 'ADL: multiplier, volume',
      cases: 2,
      reason: 'steps inside the package, which it does not give',
    },
    { theirs: 'Heikin-Ashi: volume, date', cases: 2, reason: 'those of the bars' },
    { theirs: 'DEMA, TEMA, HMA', cases: 3, reason: ABSENT },
    { theirs: 'Supertrend, CMF, Aroon, Vortex, Ulcer index', cases: 13, reason: ABSENT },
  ],
}

/** 23 columns of Lean. */
export const LEAN: Reference = {
  name: 'Lean',
  source: 'the test data of QuantConnect’s Lean, six files of 360 to 504 bars',
  unit: 'column',
  compared: [
    {
      theirs: 'ATR of a simple mean',
      ours: '`sma(atr(1), 14)`',
      cases: 1,
      tolerance: relative(5e-6),
      note: 'the file has simple means of true ranges, in seven digits; `atr` has Wilder’s',
    },
    {
      theirs: 'ADX: TR, TR14',
      ours: '`atr`',
      cases: 2,
      tolerance: absolute(0.01),
      note: 'printed with two decimals; Wilder’s sum is 14 · `atr(14)`',
    },
    {
      theirs: 'ADX: +DI, −DI, their difference and sum, DX',
      ours: '`adx`',
      cases: 5,
      tolerance: LAST_DIGIT,
      note: 'sums are seeded with n bars there, with n − 1 here, as in TA-Lib: compared from bar 200 on',
    },
    {
      theirs: 'ADX, ADXR',
      ours: '`adx`',
      cases: 2,
      tolerance: relative(1e-5),
      note: 'the same; printed with four decimals',
    },
    {
      theirs: 'Keltner of simple means',
      ours: '`sma(typicalPrice, 20)` ± 1.5 · `sma(atr(1), 20)`',
      cases: 4,
      tolerance: relative(1e-6),
      note: 'Keltner’s own kind; `keltner` has an EMA and Wilder’s mean. The first reach is one bar later here: the first true range needs a close before it',
    },
    {
      theirs: 'MACD',
      ours: '`macd`',
      cases: 3,
      tolerance: relative(1e-6),
      note: 'the file begins at bar 179, where all seeds are forgotten; printed with seven digits',
    },
    {
      theirs: 'OBV',
      ours: '`obv`',
      cases: 1,
      tolerance: absolute(2000),
      note: 'volumes of 1e8 in seven digits; it begins with the first volume here as there',
    },
    {
      theirs: 'VWAP of 50 bars',
      ours: '`rollingVwap(50, averagePrice)`',
      cases: 1,
      tolerance: relative(1e-6),
      note: 'of the mean of all four prices there; `rollingVwap` has the typical price unless told',
    },
  ],
  listed: [
    { theirs: 'ADX: +DM, −DM and their sums', cases: 4, reason: 'sums inside `adx`, which it does not give' },
  ],
}

/** All of them, in the order of the document. */
export const REFERENCES: readonly Reference[] = [TALIB, TULIP, STOCK_INDICATORS, LEAN]

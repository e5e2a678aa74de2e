/**
 * The 38 bars on which Wilder shows the parabolic stop (New Concepts in Technical Trading Systems, 1978),
 * as TA-Lib's own test of SAR has them: highs and lows; opens and closes are not printed.
 */
import { barsOf } from '../market.js'

const HIGHS = [
  51.12, 52.35, 52.1, 51.8, 52.1, 52.5, 52.8, 52.5, 53.5, 53.5, 53.8, 54.2, 53.4, 53.5, 54.4, 55.2, 55.7, 57,
  57.5, 58, 57.7, 58, 57.5, 57, 56.7, 57.5, 56.7, 56, 56.2, 54.8, 55.5, 54.7, 54, 52.5, 51, 51.5, 51.7, 53,
]
const LOWS = [
  50, 51.5, 51, 50.5, 51.25, 51.7, 51.85, 51.5, 52.3, 52.5, 53, 53.5, 52.5, 52.1, 53, 54, 55, 56, 56.5, 57,
  56.5, 57.3, 56.7, 56.3, 56.2, 56, 55.5, 55, 54.9, 54, 54.5, 53.8, 53, 51.5, 50, 50.5, 50.2, 51.5,
]

/** Wilder's bars, with the high for an open and the low for a close. */
export const WILDER_BARS = barsOf(HIGHS.map((high, i) => [high, high, LOWS[i] ?? high, LOWS[i] ?? high]))

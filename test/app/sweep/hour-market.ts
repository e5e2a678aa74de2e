/** A market of hourly bars that are noise, or in which the hours from 8 to 12 drift, and a strategy that holds four hours a day. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { newRandom } from '../../../engine/math/random.js'
import { ROOT } from '../../shared.js'

const HOUR_MS = 3_600_000
const START = Date.UTC(2020, 0, 1)

/** Writes days of bars whose returns are normal, 0.5 % an hour; those of 8 to 12 o'clock have `edge` of it as their mean. */
export function writeHours(
  file: string,
  { seed, days, edge = 0 }: { readonly seed: number; readonly days: number; readonly edge?: number },
): void {
  const random = newRandom(seed)
  let price = 1000
  const rows = Array.from({ length: days * 24 }, (_, k) => {
    const open = price
    const hour = k % 24
    const drift = hour >= 8 && hour < 12 ? edge : 0
    price *= 1 + 0.005 * (random.normal() + drift)
    const [low, high] = [Math.min(open, price), Math.max(open, price)]
    return [START + k * HOUR_MS, ...[open, high, low, price].map((one) => one.toFixed(8)), '1'].join(',')
  })
  writeFileSync(file, `time,open,high,low,close,volume\n${rows.join('\n')}\n`)
}

/** Writes the strategy beside: it holds from the hour `from` on, for four hours. */
export function writeHourly(folder: string): string {
  const file = path.join(folder, 'hourly.ts')
  writeFileSync(file, HOURLY)
  return file
}

const HOURLY = `
import { defineStrategy, int } from ${JSON.stringify(pathToFileURL(path.join(ROOT, 'engine/index.ts')).href)}
export const hourly = defineStrategy({
  name: 'hourly',
  params: { from: int(0, { min: 0, max: 23 }) },
  indicators: () => ({}),
  onBar(_, { params, target, time }) {
    // At a close it is the hour that begins.
    const hour = Math.round(time / ${HOUR_MS}) % 24
    target((hour - params.from + 24) % 24 < 4 ? 1 : 0)
  },
})
`

/** What limits a comparison of runs, in words. Floor 4. */

import { toUnits } from '../engine/model/money.js'
import { DAY_MS } from '../engine/model/time.js'
import { formatDay, formatMoment } from './format-moment.js'
import { formatCount, formatFixed } from './format-number.js'
import { moneyDecimals } from './print-metric.js'
import { type LabelledRun, symbolsText } from './stored-run.js'

/** Fewer shared days say little about a mean. */
const FEW_DAYS = 30

/** Sentences on symbols, ranges, bars, cash and engines that are not the same. */
export function comparisonNotes(
  runs: readonly LabelledRun[],
  shared: { readonly from: number; readonly to: number } | undefined,
): readonly string[] {
  const notes: string[] = []
  const differ = (of: (labelled: LabelledRun) => string): string | undefined => {
    const texts = runs.map(of)
    if (texts.every((text) => text === texts[0])) return undefined
    return runs.map(({ label }, i) => `${label} ${texts[i]}`).join(', ')
  }
  const symbols = differ(({ run }) => symbolsText(run))
  if (symbols !== undefined) {
    notes.push(
      `The symbols differ (${symbols}): returns are compared day by day, amounts in quote are not compared, and trades are paired by their time alone.`,
    )
  }
  const intervals = differ(({ run }) => run.data.interval)
  if (intervals !== undefined)
    notes.push(`The bars differ (${intervals}): what is counted in bars is not alike.`)
  const ranges = differ(({ run }) => `${formatMoment(run.data.from)} to ${formatMoment(run.data.to)}`)
  if (ranges !== undefined) {
    notes.push(
      `The ranges differ (${ranges} UTC): metrics are those of each run's own range, and what grows with time has no best.`,
    )
  }
  if (shared === undefined) {
    notes.push(
      'The runs share no two midnights (UTC): there are no daily returns to compare, and each curve begins at its own start.',
    )
  } else {
    const days = (shared.to - shared.from) / DAY_MS
    const range = `${formatDay(shared.from)} to ${formatDay(shared.to)}`
    if (ranges !== undefined) {
      notes.push(
        `Curves and daily returns are compared over the ${formatCount(days, 'shared day')}, ${range}.`,
      )
    }
    if (days < FEW_DAYS) {
      notes.push(`Only ${formatCount(days, 'shared day')}: the interval of the mean difference says little.`)
    }
  }
  const cash = differ(({ run }) => money(run.metrics.start_equity))
  if (cash !== undefined)
    notes.push(`The starting cash differs (${cash}): amounts in quote are not compared.`)
  const engines = differ(({ run }) => run.engine)
  if (engines !== undefined) {
    notes.push(`The engines differ (${engines}): part of a difference may be theirs.`)
  }
  return notes
}

function money(amount: number): string {
  return formatFixed(amount, moneyDecimals(toUnits(amount)))
}

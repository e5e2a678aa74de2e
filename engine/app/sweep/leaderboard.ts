/** A sweep's trials, best first: the rows of `leaderboard.csv` and of the terminal. Floor 5. */
import { METRIC_KEYS } from '../../math/metrics/metric-table.js'
import type { DoneTrial, SweepResult, SweepTrial, SweepValue } from '../../model/sweep-result.js'
import type { CellWriter } from '../cell-writer.js'
import { csvPieces, textCell } from '../csv.js'

/** What became of a trial, in a word: `unranked` has too few trades, or no value. */
export type LeaderboardStatus = 'ok' | 'unranked' | 'failed'

/** The word for a trial. */
export function statusOf(trial: SweepTrial): LeaderboardStatus {
  if (trial.status === 'FAILED') return 'failed'
  return trial.isRanked ? 'ok' : 'unranked'
}

/** Ranked trials by their values, then unranked ones by theirs, then failed ones; equals by number. */
export function rankedTrials({
  trials,
  direction,
}: Pick<SweepResult, 'trials' | 'direction'>): readonly SweepTrial[] {
  const sign = direction === 'higher' ? -1 : 1
  return trials.toSorted((a, b) => {
    const apart = groupOf(a) - groupOf(b)
    if (apart !== 0) return apart
    if (a.status === 'DONE' && b.status === 'DONE' && a.value !== b.value && !Number.isNaN(a.value)) {
      return sign * (a.value - b.value)
    }
    return a.trial - b.trial
  })
}

function groupOf(trial: SweepTrial): number {
  if (trial.status === 'FAILED') return 3
  if (trial.isRanked) return 0
  return Number.isNaN(trial.value) ? 2 : 1
}

/** The ranked trials alone, best first. */
export function chosenTrials(sweep: Pick<SweepResult, 'trials' | 'direction'>): readonly DoneTrial[] {
  return rankedTrials(sweep).filter(
    (trial) => trial.status === 'DONE' && trial.isRanked,
  ) as readonly DoneTrial[]
}

/** `leaderboard.csv`: a row a trial, best first. */
export function leaderboardCsv(sweep: SweepResult): Iterable<Uint8Array> {
  const header = [
    'trial',
    'status',
    ...sweep.params.map(({ name }) => textCell(name)),
    ...METRIC_KEYS,
    'plateau',
  ]
  return csvPieces(header, rankedTrials(sweep), (trial, cells) => {
    cells.whole(trial.trial).word(statusOf(trial))
    for (const value of trial.params) writeValue(value, cells)
    for (const key of METRIC_KEYS) {
      cells.number(trial.status === 'DONE' ? (trial.metrics[key] ?? Number.NaN) : Number.NaN)
    }
    cells.number(trial.status === 'DONE' ? trial.plateau : Number.NaN)
  })
}

function writeValue(value: SweepValue, cells: CellWriter): void {
  if (typeof value === 'number') cells.number(value)
  else cells.word(textCell(String(value)))
}

/** What the page of a run is told of the sweep that its parameters were taken from. Floor 4. */
import type { SweepChoice, SweepResult, SweepValue } from '../../engine/model/sweep-result.js'
import type { SweepAttachment, SweepNeighbourhood, SweepPoint } from '../sweep-attachment.js'
import { heatGrid } from './browser/heat-grid.js'
import { type SweepView, viewSweep } from './sweep-view.js'

/** Cells on each side of the best one. */
const REACH = 4

/** The attachment; undefined where no trial could be chosen. */
export function attachSweep(sweep: SweepResult): SweepAttachment | undefined {
  const view = viewSweep(sweep)
  const { best, overfitting, walkForward, verdict } = sweep
  if (best === undefined) return undefined
  const neighbourhood = neighbourhoodOf(view)
  const name = (values: readonly SweepValue[]) =>
    Object.fromEntries(sweep.params.map((param, i) => [param.name, values[i]]))
  const point = ({ trial, value }: SweepChoice): SweepPoint => ({
    params: name(sweep.trials.find((one) => one.trial === trial)?.params ?? []),
    value,
  })
  return {
    sweepId: sweep.sweepId,
    objective: sweep.objective,
    trials: sweep.trials.length,
    failed: sweep.trials.filter(({ status }) => status === 'FAILED').length,
    trialsEver: sweep.trialsEver,
    best: point(best),
    plateau: point(sweep.plateau ?? best),
    dsr: overfitting.dsr,
    pbo: overfitting.pbo,
    expectedMaxSharpe: overfitting.expectedMaxSharpe,
    verdict,
    intervals: overfitting.intervals,
    ...(neighbourhood && { neighbourhood }),
    ...(walkForward && {
      walkForward: {
        efficiency: walkForward.efficiency,
        folds: walkForward.folds.map((fold) => ({ ...fold, params: name(fold.params) })),
      },
    }),
  }
}

/** The cells of the first two parameters around the best trial, the best over the other parameters in each. */
function neighbourhoodOf({ list }: SweepView): SweepNeighbourhood | undefined {
  const [x, y] = list.axes
  if (x === undefined || y === undefined) return undefined
  const { columns, rows, cells } = heatGrid(list, x, y, { aggregate: 'best', shown: 'value' })
  const row = cells.findIndex((line) => line.some(({ hasBest }) => hasBest))
  const column = cells[row]?.findIndex(({ hasBest }) => hasBest) ?? 0
  const around = <T>(all: readonly T[], place: number): readonly T[] =>
    all.slice(Math.max(0, place - REACH), place + REACH + 1)
  // A percentage is printed as one in the list; the cells are the objective's own.
  const scale = list.columns[list.value]?.kind === 'percent' ? 0.01 : 1
  return {
    x: { name: x.name, values: around(columns, column) },
    y: { name: y.name, values: around(rows, row) },
    cells: around(cells, row).map((line) => around(line, column).map(({ value }) => value * scale)),
  }
}

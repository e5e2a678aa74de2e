/** Charts of what costs took: from gross to net, and month by month. Floor 4. */
import type { TopLevelSpec } from 'vega-lite'
import type { MonthCosts } from '../engine/math/metrics/monthly-costs.js'
import { amountAxis, HALF, shortNumber } from './chart-frame.js'
import { INK } from './chart-ink.js'

/** Amounts of a whole run, in quote. */
export interface CostSteps {
  readonly gross: number
  readonly slippage: number
  readonly net: number
}

/** Room of all months together. */
const MONTHS_WIDTH = 340

const IS_COST = "(datum.name == 'Slippage' || datum.name == 'Fees')"

/** Four bars, each costs' beginning where the one before ended. */
export function waterfallChart({ gross, slippage, net }: CostSteps): TopLevelSpec {
  const bars = [
    { name: 'Before costs', from: 0, to: gross },
    { name: 'Slippage', from: gross, to: gross - slippage },
    { name: 'Fees', from: gross - slippage, to: net },
    { name: 'Net', from: 0, to: net },
  ].map((bar) => ({ ...bar, from: shortNumber(bar.from), to: shortNumber(bar.to) }))
  const most = bars.reduce((top, { from, to }) => Math.max(top, Math.abs(from), Math.abs(to)), 0)
  return {
    ...HALF,
    data: { values: bars },
    encoding: {
      x: { field: 'name', type: 'nominal', sort: null, axis: { labelAngle: 0, grid: false } },
      y: { field: 'from', type: 'quantitative', axis: { ...amountAxis(most), tickCount: 5 } },
    },
    layer: [
      {
        mark: { type: 'bar', size: 44 },
        encoding: {
          y2: { field: 'to' },
          fill: { condition: { test: `${IS_COST} || datum.to < 0`, value: INK.loss }, value: INK.gain },
          fillOpacity: {
            condition: { test: IS_COST, value: 0.55 },
            value: 1,
          },
        },
      },
      {
        mark: { type: 'rule', stroke: INK.quiet },
        encoding: { x: { value: 0 }, x2: { value: 'width' }, y: { datum: 0 } },
      },
    ],
  }
}

/** Widest bar of a month; a run of one month would be a wall of colour otherwise. */
const WIDEST_MONTH = 44

/** A bar a month for what was earned before costs, a hollow one for what was left. */
export function monthlyCostChart(months: readonly MonthCosts[]): TopLevelSpec {
  const values = months.map(({ time, gross, net }) => ({
    t: new Date(time).toISOString().slice(0, 7),
    gross: shortNumber(gross),
    net: shortNumber(net),
  }))
  const most = values.reduce((top, { gross, net }) => Math.max(top, Math.abs(gross), Math.abs(net)), 0)
  const stride = Math.ceil(months.length / 6)
  return {
    ...HALF,
    data: { values },
    encoding: {
      x: {
        field: 't',
        type: 'ordinal',
        axis: {
          labelAngle: 0,
          grid: false,
          values: values.filter((_, i) => i % stride === 0).map(({ t }) => t),
        },
      },
    },
    layer: [
      {
        mark: {
          type: 'bar',
          fill: INK.gross,
          fillOpacity: 0.35,
          ...(MONTHS_WIDTH / months.length > WIDEST_MONTH ? { size: WIDEST_MONTH } : {}),
        },
        encoding: {
          y: { field: 'gross', type: 'quantitative', axis: { ...amountAxis(most), tickCount: 5 } },
        },
      },
      {
        mark: {
          type: 'tick',
          color: INK.ink,
          thickness: 2.5,
          size: Math.max(3, Math.min(30, MONTHS_WIDTH / months.length - 2)),
        },
        encoding: {
          y: { field: 'net', type: 'quantitative' },
        },
      },
      {
        mark: { type: 'rule', stroke: INK.quiet },
        encoding: { x: { value: 0 }, x2: { value: 'width' }, y: { datum: 0 } },
      },
    ],
  }
}

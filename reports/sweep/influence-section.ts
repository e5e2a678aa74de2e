/** What each parameter does by itself: its share of the objective's variance, and the objective along it. Floor 4. */
import { explainedShare } from '../../engine/math/metrics/parameter-importance.js'
import { quantileOfSorted } from '../../engine/math/statistics.js'
import { figure, legend } from '../figure.js'
import { formatFixed, formatPercent } from '../format-number.js'
import { type Html, type HtmlPart, html, named, shorten } from '../html.js'
import { section, table } from '../section.js'
import { cellOf, type ListedAxis } from './browser/sweep-data.js'
import { type SliceBin, sliceChart } from './sweep-charts.js'
import { NAME_LENGTH, type SweepView } from './sweep-view.js'

/** Numbers of a parameter beyond this are gathered in `BINS`. */
const MOST_LEVELS = 24
const BINS = 16

/** Parameters with a slice: the most important ones. */
const MOST_SLICES = 8

interface Influence {
  readonly axis: ListedAxis
  readonly share: number
}

/** The section; nothing without a swept parameter or with fewer than three ranked trials. */
export async function influenceSection(view: SweepView): Promise<Html | undefined> {
  const { list, done, rankedCount } = view
  if (list.axes.length === 0 || rankedCount < 3) return undefined
  const values = Float64Array.from(done.slice(0, rankedCount), ({ value }) => value)
  const influences = list.axes
    .map((axis): Influence => {
      const keys = Float64Array.from(values, (_, row) => cellOf(list, row, axis.column))
      return { axis, share: explainedShare(keys, values) }
    })
    .sort((a, b) => orZero(b.share) - orZero(a.share))
  const slices = await Promise.all(
    influences.slice(0, MOST_SLICES).map(({ axis }, i) => sliceFigure(view, axis, i)),
  )
  return section(
    'influence',
    'Each parameter',
    html`${table({
      caption: 'Importance of parameters',
      columns: [
        { title: 'Parameter' },
        { title: 'Explains', isNumber: true, hint: 'Share of the variance of the objective' },
        { title: 'Share' },
      ],
      rows: influences.map(({ axis, share }) => [named(axis.name), formatPercent(share, 1), bar(share)]),
    })}
<p class="quiet">How much of the variance of the objective over the ranked trials lies between the values of one parameter alone; what is missing to 100% is in their interplay. A parameter that explains nothing is one that need not be chosen.</p>
<div class="grid slices">${slices}</div>`,
  )
}

function orZero(share: number): number {
  return Number.isNaN(share) ? 0 : share
}

function bar(share: number): HtmlPart {
  return html`<svg class="bar" viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${(200 * Math.min(1, orZero(share))).toFixed(1)}" height="10"/></svg>`
}

function sliceFigure(view: SweepView, axis: ListedAxis, place: number): Promise<Html> {
  const { words, bins } = binsOf(view, axis)
  const name = shorten(axis.name, NAME_LENGTH)
  return figure({
    id: `slice-${place}`,
    title: name,
    look: 'half',
    label: `The objective along the parameter ${name}`,
    summary: axis.isWord
      ? html`${bins.map(({ at }, i) => html`${i === 0 ? '' : ', '}${String(at)} is ${named(words[i] ?? '', NAME_LENGTH)}`)}.`
      : 'The middle half of the ranked trials at each value, their median and their best.',
    spec: sliceChart(bins, { isWord: axis.isWord }),
    legend: legend([
      ['slice-half', 'Middle half'],
      ['net', 'Median'],
      ['slice-best', 'Best'],
    ]),
    twin: {
      caption: `The objective along ${name}`,
      columns: [
        { title: name },
        { title: 'Lower quarter', isNumber: true },
        { title: 'Median', isNumber: true },
        { title: 'Upper quarter', isNumber: true },
        { title: 'Best', isNumber: true },
      ],
      rows: bins.map(({ low, median, high, best }, i) => [
        named(words[i] ?? '', NAME_LENGTH),
        ...[low, median, high, best].map(view.printValue),
      ]),
    },
  })
}

function binsOf(
  { done, list, rankedCount }: SweepView,
  { column, isWord }: ListedAxis,
): { readonly words: readonly string[]; readonly bins: readonly SliceBin[] } {
  const groups = new Map<number, number[]>()
  const keys = Array.from({ length: rankedCount }, (_, row) => cellOf(list, row, column))
  const distinct = [...new Set(keys)].sort((a, b) => a - b)
  const low = distinct[0] ?? 0
  const width = ((distinct.at(-1) ?? 0) - low) / BINS
  const isBinned = !isWord && distinct.length > MOST_LEVELS
  for (const [row, key] of keys.entries()) {
    const group = isBinned ? low + (Math.min(BINS - 1, Math.floor((key - low) / width)) + 0.5) * width : key
    const there = groups.get(group)
    const value = done[row]?.value ?? Number.NaN
    if (there) there.push(value)
    else groups.set(group, [value])
  }
  const rising = [...groups].sort(([a], [b]) => a - b)
  const isLower = list.direction === 'lower'
  return {
    words: rising.map(([key]) =>
      isWord ? (list.words[key] ?? '') : `${isBinned ? 'about ' : ''}${numberText(key)}`,
    ),
    bins: rising.map(([key, values], i) => {
      const sorted = Float64Array.from(values).sort()
      return {
        at: isWord ? i + 1 : key,
        low: quantileOfSorted(sorted, 0.25),
        median: quantileOfSorted(sorted, 0.5),
        high: quantileOfSorted(sorted, 0.75),
        best: quantileOfSorted(sorted, isLower ? 0 : 1),
      }
    }),
  }
}

function numberText(value: number): string {
  return Number.isInteger(value)
    ? formatFixed(value, 0)
    : String(Number(value.toPrecision(4))).replace('-', '−')
}

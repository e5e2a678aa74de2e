/**
 * Colours of charts: a spec names them as they look on paper, so that it can be lifted out of the page;
 * in the page each becomes the variable of its name, so that charts follow the theme. Floor 4.
 * Teal and orange are told apart by the colour-blind; no chart tells anything by colour alone.
 */

/** Colours on a light page by the name of their variable. */
export const INK = {
  ink: '#1b2126',
  quiet: '#5a656e',
  grid: '#e6e9ec',
  gain: '#0b7a75',
  loss: '#b45309',
  hold: '#75808a',
  gross: '#5a55c2',
  'gain-1': '#e3f3f1',
  'gain-2': '#b4dfda',
  'gain-3': '#76c5bd',
  'loss-1': '#fcecd9',
  'loss-2': '#f7cf9f',
  'loss-3': '#eeaa5c',
} as const

/** Colours of the runs of a comparison, in their order, on a light page; the variable of each is `run-` and its place. */
export const RUN_INK = ['#0b7a75', '#b45309', '#5a55c2', '#a8266f', '#1f66ad', '#4d5861'] as const

const VARIABLES: ReadonlyMap<string, string> = new Map([
  ...RUN_INK.map((color, place) => [color, `var(--run-${place})`] as const),
  // What both lists hold looks the same in both.
  ...Object.entries(INK).map(([name, color]) => [color, `var(--${name})`] as const),
])

/** A drawing with its colours as variables of the page. */
export function toVariables(svg: string): string {
  return svg.replace(/#[0-9a-f]{6}/g, (color) => VARIABLES.get(color) ?? color)
}

/** Looks that all charts share. */
export const CHART_CONFIG = {
  aria: false,
  background: 'transparent',
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    grid: true,
    gridColor: INK.grid,
    labelColor: INK.quiet,
    labelFontSize: 12,
    labelFlush: false,
    labelOverlap: false,
    labelPadding: 8,
    title: null,
    titleColor: INK.quiet,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  text: { fill: INK.ink, fontSize: 11 },
} as const

/** The script that draws each chart again in the browser, so that it answers the pointer. Floor 4. */
import { CHART_CONFIG, INK } from './chart-ink.js'

/**
 * Runs after Vega's own builds (`vega` with its interpreter, and `vegaLite`). It reads every figure's spec
 * from the page, draws it in the place of the drawing there, and says a mark's values in a tooltip.
 * A figure that it cannot draw keeps the drawing it has.
 */
export const INTERACTIVE_SCRIPT = `'use strict'
;(async () => {
  const ink = ${JSON.stringify(INK)}
  const names = new Map(Object.entries(ink).map(([name, color]) => [color, 'var(--' + name + ')']))
  const toVariables = (text) => text.replace(/#[0-9a-f]{6}/g, (color) => names.get(color) ?? color)
  const config = { ...JSON.parse(toVariables(${JSON.stringify(JSON.stringify(CHART_CONFIG))})), mark: { tooltip: true } }
  // To the interpreter the number in datetime(number) is a year; to Vega itself it is milliseconds.
  const withDates = (text) => text.replace(/\\bdatetime\\((-?[\\d.]+)\\)/g, 'toDate($1)')
  for (const figure of document.querySelectorAll('figure')) {
    const code = figure.querySelector('code.vega-lite')
    const place = figure.querySelector('.drawing')
    const before = place && place.querySelector('svg')
    if (!code || !before) continue
    try {
      const spec = JSON.parse(toVariables(code.textContent))
      const container = document.createElement('div')
      const compiled = JSON.parse(withDates(JSON.stringify(vegaLite.compile(spec, { config }).spec)))
      const view = new vega.View(vega.parse(compiled, undefined, { ast: true }), {
        expr: vega.expressionInterpreter,
        renderer: 'svg',
        container,
        hover: true,
      })
      await view.runAsync()
      const drawn = container.querySelector('svg')
      for (const name of ['class', 'role', 'tabindex', 'aria-label', 'aria-describedby']) {
        drawn.setAttribute(name, before.getAttribute(name))
      }
      // The drawing in it is the image.
      for (const name of ['role', 'aria-label', 'aria-roledescription']) container.removeAttribute(name)
      drawn.removeAttribute('width')
      drawn.removeAttribute('height')
      before.replaceWith(container)
    } catch (error) {
      console.warn('a chart stays as it was drawn: ' + error.message)
    }
  }
  document.documentElement.dataset.interactive = 'true'
})()
`

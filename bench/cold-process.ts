/**
 * One whole backtest in a process of its own, as a user starts it: sma-cross over synthetic bars, run
 * folder and report included. Prints the time of each phase as JSON. Arguments: bars, output folder.
 */
import type { Phase } from '../engine/app/run-phases.js'
import { startEarly, withoutMaps } from '../engine/app/start-early.js'

startEarly([])
const [{ resolveSettings }, { runOnce }] = await withoutMaps([], () =>
  Promise.all([import('../engine/app/resolve-settings.js'), import('../engine/app/run-once.js')]),
)
const started = performance.now()
const [bars = '525600', out = ''] = process.argv.slice(2)
const phases: Partial<Record<Phase, number>> = {}
const values = new Map([
  ['data', [`synthetic:1:${bars}`]],
  ['out', [out]],
] as const)
await runOnce(resolveSettings([{ origin: 'bench', values, nameOf: (flag) => flag }]), {
  onPhase: (phase, ms) => {
    phases[phase] = (phases[phase] ?? 0) + ms
  },
})
const peakMegabytes = process.resourceUsage().maxRSS / 1024
console.log(JSON.stringify({ startUp: started, ...phases, total: performance.now(), peakMegabytes }))

/** `kill -9`, and each third time Ctrl-C, in the middle of imports. `NEXTBAR_KILL_CYCLES=50` runs as many cycles. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openStore } from '../../../data/storage/store.js'
import { generateBars } from '../../../data/synthetic.js'
import { newRandom } from '../../../engine/math/random.js'
import { temporaryFolder } from '../../app/command.js'
import { ROOT } from '../../shared.js'

const CYCLES = Number(process.env.NEXTBAR_KILL_CYCLES ?? 5)
const SERIES = { symbol: 'SYNTHUSDT', interval: '5m' } as const
const FILES = 3
const BARS = 90_000

/** Files of a year and more, each over several months, the seams inside of months. */
function writeFiles(folder: string): readonly string[] {
  const bars = generateBars({ seed: 3, count: BARS, interval: '5m' })
  const lines = Array.from({ length: BARS }, (_, i) =>
    [bars.openTime, bars.open, bars.high, bars.low, bars.close, bars.volume]
      .map((column) => column[i])
      .join(','),
  )
  return Array.from({ length: FILES }, (_, k) => {
    const file = path.join(folder, `SYNTHUSDT-5m-part${k}.csv`)
    const each = BARS / FILES
    writeFileSync(file, `${lines.slice(Math.max(0, k * each - 100), (k + 1) * each).join('\n')}\n`)
    return file
  })
}

/** Starts an import; gives its exit code, or undefined when it was killed. */
async function importInto(
  store: string,
  files: readonly string[],
  end?: { readonly afterMs: number; readonly signal: 'SIGKILL' | 'SIGINT' },
): Promise<number | undefined> {
  const words = ['--import', 'tsx', path.join(ROOT, 'run-data.ts'), 'import', ...files, '--store', store]
  const child = spawn(process.execPath, words, { cwd: ROOT, stdio: 'ignore' })
  const ended = once(child, 'exit')
  if (end) {
    await Promise.race([ended, setTimeout(end.afterMs)])
    child.kill(end.signal)
  }
  await ended
  return child.exitCode ?? undefined
}

it(`leaves a whole store when it is killed, ${CYCLES} times, and the rerun completes it`, {
  timeout: 60_000 + CYCLES * 15_000,
}, async () => {
  const folder = temporaryFolder()
  const files = writeFiles(folder)
  const calm = path.join(folder, 'calm')
  const start = performance.now()
  expect(await importInto(calm, files)).toBe(0)
  const takes = performance.now() - start
  const whole = openStore(calm).manifest(SERIES)
  const random = newRandom(11)
  let killed = 0
  let halfway = 0
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const store = path.join(folder, `killed-${cycle}`)
    // From before the first write to behind the last one.
    const signal = cycle % 3 === 2 ? 'SIGINT' : 'SIGKILL'
    const code = await importInto(store, files, { afterMs: takes * (0.3 + 0.75 * random.uniform()), signal })
    if (code === undefined) killed++
    // DuckDB's threads wait for rows of the thread that the signal ends: it must end all the same.
    else expect([0, 130]).toContain(code)
    const after = openStore(store).manifest(SERIES)
    if (after) {
      const { bars, manifest } = await openStore(store).read({ ...SERIES, isFromFiles: true })
      // Whole files, never a part of one.
      expect([1, 2, 3].map((n) => (n * BARS) / FILES)).toContain(bars.length)
      expect(manifest.gaps).toEqual([])
      if (bars.length < BARS) halfway++
    }
    expect(await importInto(store, files)).toBe(0)
    expect(openStore(store).manifest(SERIES)).toEqual(whole)
    await openStore(store).read({ ...SERIES, isFromFiles: true })
  }
  expect(killed).toBeGreaterThan(0)
  if (CYCLES >= 20) expect(halfway).toBeGreaterThan(0)
})

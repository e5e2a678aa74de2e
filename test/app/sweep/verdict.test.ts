/** What a sweep says of noise and of an edge that is there, as the command prints it. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../command.js'
import { writeHourly, writeHours } from './hour-market.js'
import { sweepFile, sweepInside } from './sweep-command.js'

/** Of each kind; 20 were run. */
const SEEDS = Number(process.env.NEXTBAR_SWEEP_SEEDS ?? 1)

/** Sweeps the 24 hours of one market; `gates` are what the command is to fail on. */
async function sweepHours(market: Parameters<typeof writeHours>[1], gates: readonly string[]) {
  const folder = temporaryFolder()
  const file = path.join(folder, 'BTCUSDT-1h.csv')
  writeHours(file, market)
  const out = path.join(folder, 'sweep')
  const words = [
    ...[writeHourly(folder), '--trust', '-p', 'from=0:23:1', '--data', file],
    ...[
      '--alpha',
      '0',
      '--maker-fee',
      '0',
      '--taker-fee',
      '0',
      '--rules',
      'none',
      '--workers',
      '1',
      '--quiet',
    ],
    ...['--best-runs', '0', '--out', out, '--trial-store', path.join(folder, 'store')],
  ]
  const ended = await sweepInside([...words, ...gates.flatMap((gate) => ['--fail-if', gate])])
  const { pbo, best, verdict } = JSON.parse(sweepFile(out, 'sweep.json'))
  return { ...ended, pbo, from: best.params.from, verdict }
}

describe('the verdict of a sweep', () => {
  it('fails on noise, and so does the command whose gate asks for a pass', async () => {
    const all: number[] = []
    for (let seed = 1; seed <= SEEDS; seed++) {
      const swept = await sweepHours({ seed, days: 730 }, ['passing < 1'])
      expect([swept.code, swept.stdout]).toEqual([5, ''])
      expect(swept.stderr).toMatch(/--fail-if "passing < 1" must not hold, does with passing 0/)
      expect(swept.verdict.isPassing).toBe(false)
      all.push(swept.pbo)
    }
    const mean = all.reduce((sum, pbo) => sum + pbo, 0) / all.length
    if (all.length >= 20) expect(Math.abs(mean - 0.5)).toBeLessThan(0.1)
  }, 600_000)

  it('passes an edge that was planted, finds it, and prints so', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const gates = ['pbo > 0.3', 'dsr < 0.95', 'passing < 1']
      const { code, from, pbo, stderr, stdout } = await sweepHours({ seed, days: 1460, edge: 0.15 }, gates)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain('Passing: luck alone is an unlikely explanation of the best trial.')
      // A neighbour holds three of the four hours.
      expect([7, 8, 9]).toContain(from)
      expect(pbo).toBeLessThan(0.1)
    }
  }, 600_000)
})

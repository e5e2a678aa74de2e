/** `run-data.ts verify` over the real files: what they are known to hold is seen, and intervals agree. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { coverageStrip } from '../../engine/app/data-verbs/coverage-strip.js'
import { dataMain } from '../../engine/app/data-verbs/data-main.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

async function runData(
  words: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string }> {
  let stdout = ''
  const code = await dataMain(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: () => true },
    environment: {},
  })
  return { code, stdout }
}

interface Verified {
  readonly interval: string
  readonly findings: readonly {
    readonly kind: string
    readonly count: number
    readonly examples: readonly string[]
  }[]
  readonly crossChecks: readonly { readonly from: string; readonly compared: number; readonly same: number }[]
}

describe.skipIf(!HAS_SHARED)('verify over real BTCUSDT', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-verify-'))
  const store = path.join(folder, 'store')
  let text = ''
  let series: readonly Verified[] = []

  beforeAll(async () => {
    const files = readdirSync(sharedPath('data', 'klines')).filter((name) =>
      /^BTCUSDT-(1m|15m|1h|4h|1d)/.test(name),
    )
    const paths = [
      ...files.map((name) => sharedPath('data', 'klines', name)),
      sharedPath('data', 'multi', 'BTCUSDT-all-intervals.csv.gz'),
    ]
    expect((await runData(['import', ...paths, '--store', store])).code).toBe(0)
    text = (await runData(['verify', 'BTCUSDT', '--interval', '1d', '--store', store])).stdout
    const { code, stdout } = await runData(['verify', 'BTCUSDT', '--store', store, '--json'])
    expect(code).toBe(0)
    const { isSound, series: all } = JSON.parse(stdout)
    expect(isSound).toBe(true)
    series = all
  }, 120_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const of = (interval: string): Verified => {
    const found = series.find((one) => one.interval === interval)
    if (!found) throw new Error(`the store must hold ${interval}`)
    return found
  }
  const check = (coarse: string, fine: string): readonly number[] => {
    const found = of(coarse).crossChecks.find(({ from }) => from === fine)
    return [found?.compared ?? 0, found?.same ?? 0]
  }

  it('shows the outage of 32 hours on days, where no bar is missing, in a finding and in the strip', () => {
    expect(of('1d').findings).toEqual([
      {
        kind: 'irregular_close',
        isFault: false,
        count: 1,
        examples: ['2018-02-08T00:00:00.000Z: closed after 28 min 14.789 s'],
      },
    ])
    expect(text).toMatch(/2017-08-17 ███▓█+ 2026-04-30/)
  })

  it('shows the halt of 2023-03-24 on hours: early close, no trade, and the hour behind it missing', () => {
    const at = (kind: string) =>
      of('1h')
        .findings.find((one) => one.kind === kind)
        ?.examples.join()
    expect(at('irregular_close')).toContain('2023-03-24T12:00:00.000Z: closed after 39 min 41.647 s')
    expect(at('zero_volume')).toContain('2023-03-24T12:00:00.000Z')
    expect(at('gap')).toContain('2023-03-24T13:00:00.000Z to 2023-03-24T14:00:00.000Z: 1 missing')
  })

  it('finds every interval the same as made of the shorter ones', () => {
    // Bars compared at least: those of the table in ../shared/data/README.md, which has no dump of intervals.
    for (const [coarse, fine, least] of [
      ['15m', '1m', 287],
      ['1h', '1m', 71],
      ['4h', '1m', 42],
      ['1h', '15m', 11_668],
      ['4h', '1h', 9480],
      ['1d', '4h', 3168],
      // Three days are counted from the symbol's first, not from where the shorter bars begin.
      ['3d', '12h', 80],
      ['1w', '1d', 35],
    ] as const) {
      const [compared, same] = check(coarse, fine)
      expect([coarse, fine, compared]).toEqual([coarse, fine, same])
      expect(compared).toBeGreaterThanOrEqual(least)
    }
  })
})

describe('coverageStrip', () => {
  it('shades a cell by what is missing of it, through a gap or an early close', () => {
    const day = 86_400_000
    const range = { from: 0, to: 56 * day, gaps: [{ from: 10 * day, to: 11 * day, missing: 1 }] }
    const strip = coverageStrip(range, [{ from: 20.5 * day, to: 21 * day }])
    expect(`  ${strip}`).toHaveLength(80)
    const cells = [...(strip.split(' ')[1] ?? '')]
    expect(cells[10]).toBe('·')
    expect(cells[20]).toBe('▒')
    expect(cells.filter((cell) => cell === '█')).toHaveLength(54)
  })
})

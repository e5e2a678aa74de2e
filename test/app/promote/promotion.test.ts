/** The checklist: what holds is promoted, and each gate refuses when its own condition is broken. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { promotionFault } from '../../../engine/live/gate/permits.js'
import { sessionTerms, termsDigest } from '../../../engine/live/gate/session-terms.js'
import { GATE_NAMES, type GateName } from '../../../engine/promote/checklist/gate-names.js'
import { readRecord } from '../../../engine/promote/read-record.js'
import { ROOT } from '../../shared.js'
import {
  copyOf,
  edit,
  type PromotionFixture,
  paperSession,
  promote,
  promotionFixture,
  promotionWords,
  runFolder,
  tradeLive,
  writeDrill,
  writeSweep,
} from './promotion-fixture.js'

let fixture: PromotionFixture
beforeAll(async () => {
  fixture = await promotionFixture()
}, 60_000)
afterAll(() => fixture.close())

const policy = (folder: string, change: Readonly<Record<string, unknown>>) =>
  edit(path.join(folder, 'policy.json'), (json) => Object.assign(json, change))

/** Gates that `promotion.json` says stand in the way. */
function closedIn(folder: string): readonly string[] {
  const { gates } = JSON.parse(readFileSync(path.join(folder, 'state/promotion.json'), 'utf8'))
  return gates.flatMap(({ name, isMet, accepted }: { name: string; isMet: boolean; accepted?: string }) =>
    isMet || accepted !== undefined ? [] : [name],
  )
}

/** What a break gives are words that come on top. */
type Break = (folder: string) => unknown

/** One condition broken, and the words that come on top of those of a promotion that holds. */
const ROWS: readonly (readonly [
  gate: GateName,
  what: string,
  break_: Break,
  others?: readonly GateName[],
])[] = [
  [
    'reproduction',
    'a file of the run is another',
    (folder) => writeFileSync(path.join(folder, 'run/fills.csv'), 'time\n'),
  ],
  ['look-ahead', 'the run was not audited', (folder) => runFolder(folder, { audit: 'off' })],
  [
    'warm-up',
    'the range is too short to measure it',
    (folder) => runFolder(folder, { to: '2020-01-01T00:20:00Z' }),
  ],
  [
    'sweep',
    'the sweep is of another strategy',
    (folder) => writeSweep(folder, { strategy: { sha256: 'ab' } }),
  ],
  ['pbo', 'the sweep likely picked luck', (folder) => writeSweep(folder, { pbo: 0.31 })],
  ['dsr', 'too many trials for its Sharpe ratio', (folder) => writeSweep(folder, { dsr: 0.94 })],
  [
    'walk-forward',
    'it loses out of sample',
    (folder) => writeSweep(folder, { walkForward: { folds: [], stitched: { sharpe: -0.1 } } }),
  ],
  ['duration', 'too few days', (folder) => policy(folder, { minDays: 14 })],
  [
    'proof-a',
    'the strategy is another',
    (folder) => {
      const file = path.join(folder, 'other.ts')
      const text = readFileSync(path.join(ROOT, 'strategies/sma-cross.ts'), 'utf8')
      writeFileSync(file, text.replace('target(1)', 'target(0.5)').replace('../engine', `${ROOT}/engine`))
      return ['--strategy', file, '--trust']
    },
    ['proof-b'],
  ],
  [
    'slippage',
    'the model of the run has less than was paid',
    (folder) => runFolder(folder, { alpha: '0.1' }),
  ],
  [
    'key',
    'what the key may do cannot be read, and must be',
    (folder) => policy(folder, { key: 'restricted' }),
  ],
  [
    'key',
    'the key is refused',
    (folder) => writeFileSync(path.join(folder, 'key.json'), JSON.stringify({ apiKey: 'no', secret: 'no' })),
  ],
  ['drill', 'none was made', (folder) => rmSync(path.join(folder, 'drill.json'))],
  ['drill', 'a step failed', (folder) => writeDrill(folder, { failed: 'rate-limit' })],
  [
    'limits',
    "run and session have no bound of a day's loss",
    async (folder) => {
      await runFolder(folder, { 'max-daily-loss': '' })
      rmSync(path.join(folder, 'state'), { recursive: true })
      await paperSession(folder, fixture.exchange)
    },
  ],
  ['sameness', 'other fees', (folder) => runFolder(folder, { 'taker-fee': '0.0005' })],
  [
    'sameness',
    'another engine',
    (folder) =>
      edit(path.join(folder, 'run/manifest.json'), (json) => Object.assign(json, { engine: '0.0.0+0' })),
    ['sweep'],
  ],
]

describe('run-promote RUN --state DIR', () => {
  it('promotes what meets every gate, with a record that opens the live gate for this very session alone', async () => {
    const folder = copyOf(fixture)
    const { code, stdout, stderr } = await promote(promotionWords(folder, fixture.rest))
    expect([code, stderr], stdout).toEqual([0, ''])
    for (const name of GATE_NAMES) expect(stdout).toMatch(new RegExp(`^  \\[x\\] ${name} `, 'm'))
    const { genesis } = readRecord(path.join(folder, 'state/ledger.sqlite'))
    const record = path.join(folder, 'state/promotion.json')
    expect(promotionFault(record, termsDigest(genesis))).toBeUndefined()
    expect(promotionFault(record, termsDigest({ ...genesis, interval: '5m' }))).toMatch(/another session/)
    expect(sessionTerms(genesis).limits).not.toBeNull()
  })

  it.each(ROWS.map(([gate, what, break_, others = []]) => ({ gate, what, break_, others })))(
    'refuses at $gate: $what',
    async ({ gate, break_, others }) => {
      const folder = copyOf(fixture)
      const more = await break_(folder)
      const words = [...promotionWords(folder, fixture.rest), ...(Array.isArray(more) ? more : [])]
      const { code, stdout, stderr } = await promote(words)
      expect(code, stdout + stderr).toBe(5)
      expect(closedIn(folder).toSorted()).toEqual([gate, ...others].toSorted())
      expect(stdout).toContain(`not promoted: `)
      expect(stdout).toMatch(new RegExp(`^  \\[ \\] ${gate} `, 'm'))
    },
  )

  it('takes a mistyped verb for no run folder', async () => {
    const { code, stderr } = await promote(['calibrat', '--state', 'x'])
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('run folder calibrat, is none; did you mean calibrate?'),
    ])
  })

  it('lets a gate pass for a reason, writes it down, and takes no empty one, no unknown gate and none that no reason opens', async () => {
    const folder = copyOf(fixture)
    writeSweep(folder, { pbo: 0.9 })
    const words = promotionWords(folder, fixture.rest)
    const { code, stdout } = await promote([...words, '--accept', 'pbo', 'few trials; see the notes of May'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/\[~\] pbo .*\n.*accepted: few trials; see the notes of May/)
    const { isPromoted, gates } = JSON.parse(readFileSync(path.join(folder, 'state/promotion.json'), 'utf8'))
    const pbo = gates.find(({ name }: { name: string }) => name === 'pbo')
    expect([isPromoted, pbo.isMet, pbo.accepted]).toEqual([true, false, 'few trials; see the notes of May'])
    for (const [more, said] of [
      [['--accept', 'pbo', ' '], /--accept pbo must be followed by a reason/],
      [['--accept', 'pb', 'because'], /pb is none; did you mean pbo/],
      [['--accept', 'sameness', 'because'], /must not name sameness: no reason opens it/],
      [['--accept', 'limits', 'because'], /must not name limits/],
      [
        ['--acept', 'pbo', 'because'],
        /--acept must be a flag of run-promote, is none; did you mean --accept/,
      ],
    ] as const) {
      const refused = await promote([...words, ...more])
      expect([refused.code, refused.stdout]).toEqual([2, ''])
      expect(refused.stderr).toMatch(said)
    }
  })

  it('takes a policy file to the letter: an unknown bound, a bound out of bounds, and text for a number are refused', async () => {
    const folder = copyOf(fixture)
    for (const [change, said] of [
      [
        { minDay: 3 },
        /minDay in policy.json must be a bound of the promotion, is none; did you mean minDays/,
      ],
      [{ maxPbo: 2 }, /maxPbo in policy.json must be a number from 0 to 1, was 2/],
      [{ minTrades: '30' }, /minTrades in policy.json must be a number/],
      [{ key: 'none' }, /key in policy.json must be restricted, trades, any, was "none"/],
    ] as const) {
      writeFileSync(path.join(folder, 'policy.json'), JSON.stringify(change))
      const { code, stderr } = await promote(promotionWords(folder, fixture.rest))
      expect(code).toBe(2)
      expect(stderr).toMatch(said)
    }
  })

  it('opens the live gate, once it is armed, for the session that was promoted: orders go to a local exchange', async () => {
    const folder = copyOf(fixture)
    const { code, stdout } = await promote(promotionWords(folder, fixture.rest))
    expect(code, stdout).toBe(0)
    const { sent, refused } = await tradeLive(folder, fixture)
    expect(refused).toMatch(/is of another session/)
    expect(sent).toBeGreaterThan(0)
    // What it has paid decides from then on, where it is named: within the model or not, as the moments fall.
    const words = [...promotionWords(folder, fixture.rest), '--fills', path.join(folder, 'live')]
    const again = await promote(words)
    expect(again.stdout).toMatch(
      /\] slippage .*[\d.]+ × ATR over \d+ orders \(live session of sma-cross\), the model has 0.5/,
    )
  }, 30_000)
})

/** A webhook on this machine, and what it was told. */
async function webhook() {
  const bodies: { readonly text: string }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += String(chunk)
    })
    request.on('end', () => {
      bodies.push(JSON.parse(text))
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`, bodies }
}

describe('what came of a session', () => {
  const state = () => path.join(fixture.folder, 'state')

  it('on paper diverges by nothing, day by day, with a page; a band that is left is an alert and code 5', async () => {
    const page = path.join(fixture.folder, 'divergence.html')
    const words = ['divergence', '--state', state(), '--out', page]
    const { code, stdout } = await promote([...words, '--json'])
    expect(code).toBe(0)
    const { schema, total, alerts, fills } = JSON.parse(stdout)
    expect([schema, total.difference, alerts]).toEqual(['nextbar/divergence@1', '0', []])
    expect(fills.live).toBe(fills.replayed)
    expect(readFileSync(page, 'utf8')).toContain("default-src 'none'")
    // Another truth: the first bars of the same market, which close elsewhere.
    const bands = path.join(fixture.folder, 'bands.json')
    writeFileSync(bands, JSON.stringify({ data: 0 }))
    const { url, bodies } = await webhook()
    const other = await promote([...words, '--bands', bands, '--data', 'synthetic:8:10'], {
      NEXTBAR_ALERT_URL: url,
    })
    expect(other.code, other.stderr).toBe(5)
    // One for each day: a session may pass midnight.
    expect(bodies).not.toEqual([])
    for (const { text } of bodies) {
      expect(text).toMatch(/^divergence \d{4}-\d\d-\d\d: data .* is outside ±0$/)
    }
    expect(other.stdout).toMatch(/^ALERT \d{4}-\d\d-\d\d: data -?\d.* USDT is outside ±0$/m)
    expect(readFileSync(page, 'utf8')).toContain('Alert:')
  })

  it('is calibrated, and its run priced again', async () => {
    const words = ['calibrate', '--state', state(), '--run', path.join(fixture.folder, 'run')]
    const { code, stdout, stderr } = await promote([...words, '--data', fixture.folder, '--json'])
    expect(code, stderr).toBe(0)
    const { alpha, proposed, market, repriced } = JSON.parse(stdout)
    // On paper the model itself has filled: its alpha comes back, a tick at the most above.
    expect(proposed).toBeGreaterThanOrEqual(alpha)
    expect(proposed).toBeLessThan(alpha + 0.01)
    expect(market.low).toBeLessThanOrEqual(proposed)
    expect(repriced.proposed.values.slippage).toBeGreaterThan(0)
    expect(repriced.own.alpha).toBe(0.5)
  })

  it('is explained bar by bar', async () => {
    const { orders } = readRecord(path.join(state(), 'ledger.sqlite'))
    const { order } = JSON.parse(orders[0]?.body ?? '{}')
    const at = new Date(order.decisionTime).toISOString()
    const { code, stdout, stderr } = await promote(['explain', '--state', state(), '--at', at])
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/value {3}fast .* \(before .*\)/)
    expect(stdout.match(/fill {4}BUY .* × ATR .*, made a tick up/g)).toHaveLength(2)
    expect(stdout).toContain('both asked for the same')
    const nowhere = await promote(['explain', '--state', state(), '--at', '2020-01-01'])
    expect([nowhere.code, nowhere.stdout]).toEqual([3, ''])
    expect(nowhere.stderr).toMatch(/must hold the bar of BTCUSDT at 2020-01-01, does not: its bars open from/)
  })
})

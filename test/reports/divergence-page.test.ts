/** The page of a divergence: everything is on it, nothing is let in, and a name cannot become markup. */
import { describe, expect, it } from 'vitest'
import { type DivergencePageInput, renderDivergencePage } from '../../reports/divergence-page.js'

const PARTS = ['data', 'manual', 'latency', 'rejected', 'missed', 'price', 'fee']

const input = (change: Partial<DivergencePageInput> = {}): DivergencePageInput => {
  const day = (name: string, price: string) => ({
    ...{ day: name, live: '1.5', replayed: '2', difference: '-0.5' },
    amounts: PARTS.map((part) => (part === 'price' ? price : '0')),
  })
  return {
    ...{ strategy: 'sma-cross', mode: 'testnet', symbols: ['BTCUSDT'], quoteAsset: 'USDT', head: '7 abc' },
    parts: PARTS.map((name) => ({ name, meaning: `what ${name} is`, band: '5' })),
    ...{ days: [day('2026-01-01', '-0.50000001'), day('2026-01-02', '0.00000001')], total: day('', '-0.5') },
    alerts: [],
    ...change,
  }
}

describe('the page of a divergence', () => {
  it('has every part, day and amount to the last unit, and says that all stayed within their bands', async () => {
    const page = await renderDivergencePage(input())
    for (const text of [
      ...PARTS,
      '2026-01-01',
      '-0.50000001',
      '0.00000001',
      '±5',
      'what fee is',
      'ledger 7 abc',
    ])
      expect(page).toContain(text)
    expect(page).toContain('Every part stayed within its band on every day.')
  })

  it('allows itself its own style and script alone, and asks for nothing', async () => {
    const page = await renderDivergencePage(input())
    expect(page).toMatch(
      /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^"]*form-action 'none'"/,
    )
    expect(page.match(/(?:src|href)="(?!#)[^"]*"/g)).toBeNull()
  })

  it('shows alerts, and names as text', async () => {
    const hostile = '</script><img src=x onerror=alert(1)>'
    const page = await renderDivergencePage(input({ strategy: hostile, alerts: [`2026-01-01: ${hostile}`] }))
    expect(page).not.toContain('<img')
    expect(page).toContain('Alert:')
    expect(page).not.toContain('Every part stayed')
  })
})

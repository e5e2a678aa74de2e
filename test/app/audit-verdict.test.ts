import { describe, expect, it } from 'vitest'
import { auditVerdict, auditWarning, manifestAudit } from '../../engine/app/audit-verdict.js'
import type { AuditReport } from '../../engine/backtest/look-ahead-audit.js'
import { toEpochMs } from '../../engine/model/time.js'

const CLEAN: AuditReport = {
  mode: 'quick',
  cuts: [10, 20, 30, 40, 50, 60, 70, 80],
  cutsAtOrders: 6,
  auditedBars: 51,
  share: 0.051,
  finding: undefined,
}
const time = toEpochMs(Date.UTC(2024, 0, 1))
const FOUND: AuditReport = {
  ...CLEAN,
  finding: { cut: 30, time, what: 'it asked for TARGET, and for nothing' },
}

describe('the verdict of an audit', () => {
  it('says what was looked at, and that nothing was found', () => {
    expect(auditVerdict(CLEAN)).toBe(
      'no look-ahead (8 cuts, 6 of them at orders, 5.1% of the bars decided again)',
    )
    expect(auditWarning(CLEAN)).toBe(false)
    expect(manifestAudit(CLEAN)).toMatchObject({ verdict: 'clean', cuts: 8, share: 0.051, finding: null })
  })

  it('of a run that peeked is the first thing a reader sees', () => {
    expect(auditVerdict(FOUND)).toMatch(/^LOOK-AHEAD FOUND/)
    expect(auditWarning(FOUND)).toMatch(
      /^LOOK-AHEAD: at the close of 2024-01-01T00:00:00.000Z the strategy knew the future/,
    )
    expect(manifestAudit(FOUND)).toMatchObject({
      verdict: 'look-ahead',
      finding: { time: '2024-01-01T00:00:00.000Z' },
    })
  })

  it('of a run that was not audited says so', () => {
    expect(auditVerdict(undefined)).toMatch(/^not audited/)
    expect(auditWarning(undefined)).toBe(false)
    expect(manifestAudit(undefined)).toMatchObject({ mode: 'off', verdict: 'not audited' })
  })
})

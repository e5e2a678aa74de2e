/** The look-ahead audit in words and in a manifest. Floor 5. */
import { formatCount, formatPercent } from '../../reports/format-number.js'
import type { AuditReport } from '../backtest/look-ahead-audit.js'
import { formatTime } from '../model/time.js'

/** What a manifest says of the audit. */
export interface ManifestAudit {
  readonly mode: AuditReport['mode'] | 'off'
  readonly verdict: 'clean' | 'look-ahead' | 'not audited'
  readonly cuts: number
  readonly cutsAtOrders: number
  /** Bars decided again ÷ bars of the range. */
  readonly share: number
  /** The earliest decision that knew the future; null when there is none. */
  readonly finding: { readonly time: string; readonly what: string } | null
}

/** The audit for a manifest; `undefined` is a run that was not audited. */
export function manifestAudit(report: AuditReport | undefined): ManifestAudit {
  if (!report)
    return { mode: 'off', verdict: 'not audited', cuts: 0, cutsAtOrders: 0, share: 0, finding: null }
  const { mode, cuts, cutsAtOrders, share, finding } = report
  return {
    mode,
    verdict: finding ? 'look-ahead' : 'clean',
    cuts: cuts.length,
    cutsAtOrders,
    share,
    finding: finding ? { time: formatTime(finding.time), what: finding.what } : null,
  }
}

/** The verdict in a line. */
export function auditVerdict(report: AuditReport | undefined): string {
  if (!report) return 'not audited for look-ahead (--audit off)'
  const { cuts, cutsAtOrders, share, finding } = report
  const scope = `${formatCount(cuts.length, 'cut')}, ${cutsAtOrders} of them at orders, ${formatPercent(share, 1)} of the bars decided again`
  return finding ? `LOOK-AHEAD FOUND (${scope})` : `no look-ahead (${scope})`
}

/** The warning of an audit that found something. */
export function auditWarning(report: AuditReport | undefined): string | false {
  if (!report?.finding) return false
  const { time, what } = report.finding
  return `LOOK-AHEAD: at the close of ${formatTime(time)} the strategy knew the future: ${what}. Every number here is worth nothing.`
}

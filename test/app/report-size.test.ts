import { describe, expect, it } from 'vitest'
import { reportSizeText } from '../../engine/app/report-size.js'

const sizeOf = (bytes: number, detail: 'trades' | 'full' | 'none'): string =>
  reportSizeText({
    files: [{ name: 'report.html', pieces: () => ['x'.repeat(bytes)] }],
    parts: { settings: { detail } },
  })

describe('the size of a report', () => {
  it('is said in one line', () => {
    expect(sizeOf(1_234_567, 'trades')).toBe('report.html 1.2 MB (--detail trades)\n')
  })

  it('is warned of above 25 MB, with what makes it smaller', () => {
    expect(sizeOf(25_000_000, 'full')).not.toContain('warning')
    expect(sizeOf(25_000_001, 'full')).toContain(
      '\nwarning: report.html is 25.0 MB, more than 25 MB: --detail trades keeps',
    )
    expect(sizeOf(26_000_000, 'trades')).toContain('--detail none makes it smaller')
  })
})

import { describe, expect, it } from 'vitest'
import { PAGE_STYLE } from '../../reports/page-style.js'

/** Relative luminance of `#rrggbb`. Source: WCAG 2.2. */
function luminance(color: string): number {
  const channel = (from: number): number => {
    const c = Number.parseInt(color.slice(from, from + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

function paletteOf(theme: 'light' | 'dark'): Map<string, string> {
  const blocks = [...PAGE_STYLE.matchAll(/--paper:[^}]*color-scheme:(\w+)/g)]
  const block = blocks.find((match) => match[1] === theme)?.[0] ?? ''
  return new Map([...block.matchAll(/--(\w+):(#[0-9a-f]{6})/g)].map((m) => [m[1] ?? '', m[2] ?? '']))
}

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  const palette = paletteOf(theme)
  const color = (name: string): string => palette.get(name) ?? '#000000'

  it.each(['ink', 'quiet', 'faint', 'gain', 'loss'])(
    'has a contrast of at least 4.5 for text in %s',
    (name) => {
      expect(palette.has(name)).toBe(true)
      expect(contrast(color(name), color('paper'))).toBeGreaterThanOrEqual(4.5)
    },
  )

  it('keeps quiet text readable on panels and ink on the warnings', () => {
    expect(contrast(color('quiet'), color('panel'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(color('ink'), color('warn'))).toBeGreaterThanOrEqual(4.5)
  })

  it('has a contrast of at least 3 for lines of the chart', () => {
    for (const name of ['gain', 'loss', 'hold']) {
      expect(contrast(color(name), color('paper'))).toBeGreaterThanOrEqual(3)
    }
  })
})

it('the style asks for nothing outside the page', () => {
  expect(PAGE_STYLE).not.toMatch(/url\(|@import|<\//)
})

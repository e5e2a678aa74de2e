import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeHtml, html, named, shorten, toMarkup, trustedHtml } from '../../reports/html.js'

describe('html', () => {
  it('escapes text in its template and leaves pieces of its own kind as they are', () => {
    const piece = html`<b>${'<i>'}</b>`
    expect(toMarkup(html`<p title="${'"x"'}">${piece}${[piece, 'a & b']}${undefined}${7}</p>`)).toBe(
      '<p title="&quot;x&quot;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>a &amp; b7</p>',
    )
  })

  it('prints trusted markup as it is', () => {
    expect(toMarkup(html`${trustedHtml('<svg/>')}`)).toBe('<svg/>')
  })

  it('prints no markup of an object that came out of JSON', () => {
    const forged = JSON.parse('{"markup":"<script>","Symbol(markup)":"<script>"}')
    expect(() => toMarkup(forged)).toThrow()
  })
})

describe('escapeHtml', () => {
  it('leaves no character that could end a text or a quoted attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'\n\r\0]|&(?!(?:amp|lt|gt|quot|#39);)/)
      }),
    )
  })

  it.each([
    ['a right-to-left override', 'safe\u202Egnp.exe', 'safe[U+202E]gnp.exe'],
    ['an isolate', '\u2066x\u2069', '[U+2066]x[U+2069]'],
    ['a zero-width space', 'BTC\u200BUSDT', 'BTC[U+200B]USDT'],
    ['a NUL', 'a\0b', 'a[U+0000]b'],
    ['a line separator', 'a\u2028b', 'a[U+2028]b'],
    ['a hidden tag character', 'a\u{E0041}b', 'a[U+E0041]b'],
  ])('spells out %s', (_, text, printed) => {
    expect(escapeHtml(text)).toBe(printed)
  })

  it('prints tabs and line breaks as spaces, and half a surrogate pair as U+FFFD', () => {
    expect(escapeHtml('a\tb\r\nc\uD800')).toBe('a b  c\uFFFD')
  })

  it('keeps letters of any script', () => {
    expect(escapeHtml('币安人生 Ωмега é 🚀')).toBe('币安人生 Ωмега é 🚀')
  })
})

describe('shorten', () => {
  it('keeps a text of the limit and cuts one beyond it', () => {
    expect(shorten('abcd', 4)).toBe('abcd')
    expect(shorten('abcde', 4)).toBe('abcd…')
  })

  it('never cuts a surrogate pair in two', () => {
    expect(shorten('abc🚀🚀', 4)).toBe('abc…')
  })
})

describe('named', () => {
  it('keeps a name of ten thousand characters to its limit, in an isolate of its own', () => {
    expect(toMarkup(named('x'.repeat(10_000), 5))).toBe('<bdi>xxxxx…</bdi>')
  })
})

import { describe, expect, it } from 'vitest'
import { errorText } from '../../engine/app/error-text.js'
import { FLAG_NAMES } from '../../engine/app/flag-table.js'
import { helpText } from '../../engine/app/help.js'
import { newPaint } from '../../engine/app/paint.js'
import { newProgress, SILENT } from '../../engine/app/progress.js'
import { ConfigError } from '../../engine/model/errors.js'

const GREEN = '\u001b[32mx\u001b[39m'

describe('newPaint', () => {
  it.each([
    [{}, true, GREEN],
    [{}, false, 'x'],
    [{ NO_COLOR: '1' }, true, 'x'],
    [{ NO_COLOR: '' }, true, GREEN],
    [{ FORCE_COLOR: '1' }, false, GREEN],
    [{ FORCE_COLOR: '0' }, true, 'x'],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, 'x'],
    [{ TERM: 'dumb' }, true, 'x'],
  ])('with %j and a terminal: %s paints %j', (environment, isTerminal, text) => {
    expect(newPaint(environment, isTerminal)('gain', 'x')).toBe(text)
  })
})

describe('newProgress', () => {
  function crank(isTTY: boolean) {
    let now = 0
    let text = ''
    const progress = newProgress({ isTTY, write: (piece) => (text += piece) }, () => now)
    return {
      progress,
      at(ms: number, done: number) {
        now = ms
        progress.onProgress?.('replay', done, 100)
      },
      written: () => text,
    }
  }

  it('writes at most a line every ten seconds where there is no terminal', () => {
    const { at, written } = crank(false)
    for (let second = 1; second <= 25; second++) at(second * 1000, second)
    expect(written()).toBe('replaying 10%\nreplaying 20%\n')
  })

  it('draws a bar over itself on a terminal and takes it away', () => {
    const { progress, at, written } = crank(true)
    at(1, 50)
    at(50, 60)
    expect(written()).toBe(`\r\u001b[K  ${'█'.repeat(15)}${'░'.repeat(15)} replaying 50%`)
    progress.clear()
    progress.clear()
    expect(written().endsWith('50%\r\u001b[K')).toBe(true)
  })

  it('ends with the time that each phase took', () => {
    const { progress, at, written } = crank(false)
    progress.onPhase?.('load', 500)
    progress.onPhase?.('replay', 1000)
    at(2000, 100)
    progress.finish(3_000_000)
    expect(written()).toBe('2.00 s (loading 0.50 s, replaying 1.00 s, 3.0 million bars a second)\n')
  })

  it('tells the speed of the replay alone, and leaves out what took no time', () => {
    const { progress, at, written } = crank(false)
    progress.onPhase?.('replay', 1000)
    progress.onPhase?.('variants', 0.4)
    progress.onPhase?.('report', 200)
    progress.onPhase?.('report', 300)
    at(2000, 100)
    progress.finish(3_000_000)
    expect(written()).toBe('2.00 s (replaying 1.00 s, drawing 0.50 s, 3.0 million bars a second)\n')
  })

  it('can be silent', () => {
    expect(SILENT.onProgress).toBeUndefined()
    expect(SILENT.finish(1)).toBeUndefined()
  })
})

describe('errorText', () => {
  it('is one paragraph, whatever was in the message', () => {
    expect(errorText(new ConfigError('a\n  b\u001b[31mc\r\n'), false)).toBe('error: a   b [31mc\n')
  })

  it('says that a fault of the program is one, and shows stacks only when asked', () => {
    const error = new TypeError('x is not a function')
    expect(errorText(error, false)).toMatch(/^error: unexpected TypeError: x is not a function .*--debug/)
    expect(errorText(error, false)).not.toContain('terminal.test')
    expect(errorText(error, true)).toContain('terminal.test')
    expect(errorText('text', false)).toMatch(/^error: unexpected text/)
  })

  it.each([
    ['ENOSPC: no space left on device, write', /^error: the disk must have room/],
    ['IO Error: Could not write file "a": No space left on device', /^error: the disk must have room/],
    ['IO Error: Could not write file "a": File too large', /ulimit -f/],
    ["EROFS: read-only file system, open 'a'", /is read-only: EROFS/],
    ["ENOENT: no such file or directory, mkdir 'a/b'", /^error: the folder must be one that can be made/],
    ["EACCES: permission denied, open 'a'", /open to this user/],
  ])('says what a disk wants: %s', (message, expected) => {
    expect(errorText(new Error(message), false)).toMatch(expected)
  })
})

describe('helpText', () => {
  it('has every flag and an example', () => {
    for (const name of FLAG_NAMES) expect(helpText()).toMatch(new RegExp(`^  (-., )?--${name}\\b`, 'm'))
    expect(helpText()).toContain('Example:\n  npx tsx run-backtest.ts sma-cross')
  })
})

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { initStrategy } from '../../../engine/app/first-steps/init-strategy.js'
import { loadStrategy } from '../../../engine/app/load-strategy.js'
import { backtest } from '../../../notebooks/kit/index.js'
import { ROOT } from '../../shared.js'
import { runInside, temporaryFolder } from '../command.js'

describe('init', () => {
  it('writes a strategy that runs and a test that holds for it', async () => {
    const root = temporaryFolder()
    expect(initStrategy(['my-idea'], 2031, root)).toContain('npx tsx run-backtest.ts my-idea')
    const text = readFileSync(path.join(root, 'strategies', 'my-idea.ts'), 'utf8')
    expect(text.split('\n').length).toBeLessThanOrEqual(61)
    expect(text).toContain('export const myIdea = defineStrategy({')
    expect(text).toContain('Source: your own, 2031.')
    // Outside of the repository, so that no run of the other tests sees it.
    const file = path.join(root, 'strategies', 'outside.ts')
    writeFileSync(file, text.replace('../engine/index.js', path.join(ROOT, 'engine/index.js')))
    const { strategy } = await loadStrategy(file, true)
    expect(strategy.name).toBe('my-idea')
    const run = await backtest(strategy, { data: 'synthetic:1:50000', audit: 'full' })
    expect([run.audit, run.fills.length > 0]).toEqual(['clean', true])
    // What the written test asserts.
    const test = readFileSync(path.join(root, 'test', 'strategies', 'my-idea.test.ts'), 'utf8')
    expect(test).toContain("describe('my-idea'")
  })

  it('never overwrites', () => {
    const root = temporaryFolder()
    initStrategy(['my-idea'], 2031, root)
    expect(() => initStrategy(['my-idea'], 2031, root)).toThrow(/my-idea\.ts must not be there yet, is/)
  })

  it.each([
    [[], 'init must be followed by one name such as my-strategy, was followed by nothing'],
    [['a', 'b'], 'was followed by "a b"'],
    [
      ['../x'],
      'a strategy\'s name must be small letters, digits and single hyphens such as my-strategy, was "../x"',
    ],
    [['My-Idea'], 'was "My-Idea"'],
    [['class'], 'was "class"'],
  ])('refuses %j with code 2', async (words, message) => {
    const { code, stdout, stderr } = await runInside(['init', ...words])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })
})

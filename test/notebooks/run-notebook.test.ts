/** `run-notebook.ts` as a program: the notebooks of the repository, failures, Jupyter's file, the page that is watched. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Ended, PROGRAM, temporaryFolder } from '../app/command.js'
import { CHROMIUM_ARGS, chromiumPath, REQUIRE_ALL } from '../chromium.js'
import { ROOT } from '../shared.js'

const NOTEBOOKS = readdirSync(path.join(ROOT, 'notebooks')).filter((name) => name.endsWith('.nb.ts'))
const KIT = pathToFileURL(path.join(ROOT, 'notebooks/kit/index.ts')).href

const [program = '', ...before] = [...PROGRAM.slice(0, -1), path.join(ROOT, 'run-notebook.ts')]

const run = (words: readonly string[]): Ended => {
  const { status, stdout, stderr } = spawnSync(program, [...before, ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
    timeout: 60_000,
  })
  return { code: status, stdout, stderr }
}

/** A notebook of the test's own, in a folder of its own. */
const notebook = (...lines: readonly string[]): { readonly file: string; readonly page: string } => {
  const folder = temporaryFolder()
  const file = path.join(folder, 'own.nb.mts')
  writeFileSync(file, lines.join('\n'))
  return { file, page: path.join(folder, 'page.html') }
}

describe('the notebooks', () => {
  const executablePath = chromiumPath()
  let browser: Browser | undefined
  beforeAll(async () => {
    if (executablePath !== undefined) {
      browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
    } else if (REQUIRE_ALL) throw new Error('Chromium must be installed, was not: apt-get install chromium')
  })
  afterAll(() => browser?.close())

  it.each(NOTEBOOKS)('%s runs, and its page asks for nothing and reads well', async (name) => {
    const page = path.join(temporaryFolder(), 'page.html')
    const { code, stdout, stderr } = run([`notebooks/${name}`, '--out', page])
    expect([code, stdout, stderr]).toEqual([0, `${page}\n`, expect.stringMatching(/^\d+ cells ran\n$/)])
    if (browser === undefined) return
    const context = await browser.newContext({ viewport: { width: 400, height: 900 } })
    const tab = await context.newPage()
    const misdeeds: string[] = []
    tab.on('console', (message) => misdeeds.push(message.text()))
    tab.on('pageerror', (error) => misdeeds.push(error.message))
    tab.on('request', (request) => {
      if (!request.url().startsWith('file:')) misdeeds.push(request.url())
    })
    await tab.goto(pathToFileURL(page).href)
    await tab.evaluate(axe.source)
    const violations = await tab.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
      const { violations } = await axe.run()
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id }) => id)
    })
    const wide = await tab.evaluate('document.documentElement.scrollWidth > innerWidth')
    await context.close()
    expect({ misdeeds, violations, wide }).toEqual({ misdeeds: [], violations: [], wide: false })
  })
})

describe('run-notebook', () => {
  it('writes what ran up to the cell that throws, names its line, and ends with 4', () => {
    const { file, page } = notebook(
      '// %%',
      "console.log('before')",
      '// %%',
      '',
      "throw new RangeError('no <b>')",
      '// %%',
      '1',
    )
    const { code, stdout, stderr } = run([file, '--out', page])
    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toContain('own.nb.mts:5: a cell must run to its end, threw instead: no <b>')
    const text = readFileSync(page, 'utf8')
    expect(text).toContain('before')
    expect(text).toContain('RangeError: no &lt;b&gt;')
  })

  it('writes the same bytes again, as a page and for Jupyter', () => {
    const lines = [
      '// %% [markdown]',
      '// # A *title*',
      '// %%',
      "[{ a: 1, b: '<i>' }]",
      '// %%',
      "({ data: { values: [{ a: 1 }] }, mark: 'bar', encoding: { x: { field: 'a' } } })",
    ]
    const { file } = notebook(...lines)
    for (const to of ['html', 'ipynb']) {
      const [one, two] = ['one', 'two'].map((name) => path.join(path.dirname(file), `${name}.${to}`))
      for (const out of [one, two]) expect(run([file, '--to', to, '--out', out ?? '']).code).toBe(0)
      expect(readFileSync(one ?? '', 'utf8')).toBe(readFileSync(two ?? '', 'utf8'))
    }
  })

  it('escapes tags in Markdown, and leads only to the web and beside the page', () => {
    const { file, page } = notebook(
      '// %% [markdown]',
      '// <img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](https://x.example) ![c](http://y.example/i.png)',
    )
    expect(run([file, '--out', page]).code).toBe(0)
    const text = readFileSync(page, 'utf8')
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(text).not.toMatch(/javascript:|y\.example/)
    expect(text).toContain('<a href="https://x.example">b</a>')
  })

  it.each([
    [['nowhere.nb.ts'], 'no notebook is at nowhere.nb.ts'],
    [[], 'a notebook must be named'],
    [['a', 'b'], 'only one notebook can be run at a time, "b" is one more'],
    [['a', '--too', 'html'], '--too must be a flag of run-notebook, is none; did you mean --to?'],
    [['a', '--to', 'pdf'], '--to must be one of html, ipynb, was "pdf"'],
    [['a', '--out'], '--out must be followed by a value'],
  ])('refuses %j with code 2', (words, message) => {
    const { code, stdout, stderr } = run(words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })

  it('prints to the terminal without the runner', () => {
    const { file } = notebook(`import { display } from '${KIT}'`, '// %%', 'display([{ a: 1 }, { a: 20 }])')
    const { stdout } = spawnSync(program, [...before.slice(0, -1), file], { cwd: ROOT, encoding: 'utf8' })
    expect(stdout).toBe(' a\n 1\n20\n')
  })

  const python = '/usr/bin/python3'
  const hasNbformat = existsSync(python) && spawnSync(python, ['-c', 'import nbformat']).status === 0
  it.skipIf(!hasNbformat && !REQUIRE_ALL)('writes a file that Jupyter’s own validator takes', () => {
    const { file } = notebook(
      '// %% [markdown]',
      '// # T',
      '// %%',
      "console.log('x')",
      'const rows = [{ a: 1 }]',
      'rows',
      '// %%',
      "({ data: { values: [{ a: 1 }] }, mark: 'bar' })",
      '// %%',
      "throw new Error('x')",
    )
    const out = path.join(path.dirname(file), 'own.ipynb')
    expect(run([file, '--to', 'ipynb', '--out', out]).code).toBe(4)
    const check =
      'import sys, nbformat; n = nbformat.read(sys.argv[1], 4); nbformat.validate(n); print(len(n.cells), [len(c.get("outputs", [])) for c in n.cells])'
    const { stdout, stderr } = spawnSync(python, ['-W', 'error', '-c', check, out], { encoding: 'utf8' })
    expect([stdout, stderr]).toEqual(['4 [0, 2, 1, 1]\n', ''])
  })

  it('serves the page, runs again at a change, and says so to the page', async () => {
    const { file, page } = notebook('// %%', "console.log('first')")
    const child = spawn(program, [...before, file, '--watch', '--out', page], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    onTestFinished(() => end(child))
    const url = await new Promise<string>((resolve) => {
      let text = ''
      child.stderr.on('data', (piece) => {
        text += piece
        const found = /http:\S+/.exec(text)
        if (found) resolve(found[0])
      })
    })
    const changes = await fetch(`${url}changes`)
    const reader = changes.body?.getReader()
    await reader?.read()
    expect(await (await fetch(url)).text()).toContain('first')
    writeFileSync(file, "// %%\nconsole.log('second')\n")
    await reader?.read()
    const text = await (await fetch(url)).text()
    expect(text).toContain('second')
    expect(text).toContain("connect-src 'self'")
    await reader?.cancel()
  })
})

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

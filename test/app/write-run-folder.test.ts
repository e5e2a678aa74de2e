import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { sha256 } from '../../engine/app/canonical-json.js'
import type { ManifestHead } from '../../engine/app/manifest.js'
import type { RunFile } from '../../engine/app/run-files.js'
import { checkRunFolder, writeRunFolder } from '../../engine/app/write-run-folder.js'
import { ConfigError } from '../../engine/model/errors.js'
import { ROOT } from '../shared.js'
import { manifestIn, PROGRAM, temporaryFolder } from './command.js'

const HEAD: ManifestHead = {
  schema: 'nextbar/run@1',
  runId: '0123456789ab',
  engine: '0.1.0+0123456789ab',
  strategy: { name: 'a', file: 'a.ts', sha256: '00' },
  params: {},
  data: [{ symbol: 'A', interval: '1m', from: '', to: '', bars: 1, gaps: 0, source: 'a.csv', sha256: '00' }],
  settings: {},
  seed: 1,
  command: '',
  audit: { mode: 'off', verdict: 'not audited', cuts: 0, cutsAtOrders: 0, share: 0, finding: null },
}

function files(text: string): readonly RunFile[] {
  return [
    { name: 'fills.csv', pieces: () => ['time\n', `${text}\n`] },
    { name: 'report.html', pieces: () => [`<p>${text}–</p>`] },
  ]
}

describe('writeRunFolder', () => {
  it('writes every file, a manifest with their hashes, and nothing else', async () => {
    const folder = path.join(temporaryFolder(), 'deep', 'run')
    await writeRunFolder(folder, { head: HEAD, files: files('one') })
    expect(readdirSync(folder).sort()).toEqual(['fills.csv', 'manifest.json', 'report.html'])
    expect(readdirSync(path.dirname(folder))).toEqual(['run'])
    const { files: hashes } = manifestIn(folder)
    for (const [name, hash] of Object.entries(hashes)) {
      expect(sha256(readFileSync(path.join(folder, name)))).toBe(hash)
    }
    expect(Object.keys(hashes)).toEqual(['fills.csv', 'report.html'])
  })

  it('replaces a run that was there, and keeps what someone put beside it', async () => {
    const parent = temporaryFolder()
    const folder = path.join(parent, 'run')
    await writeRunFolder(folder, { head: HEAD, files: files('one') })
    writeFileSync(path.join(folder, 'notes.txt'), 'mine')
    await writeRunFolder(folder, { head: HEAD, files: files('two') })
    expect(readFileSync(path.join(folder, 'fills.csv'), 'utf8')).toBe('time\ntwo\n')
    expect(readFileSync(path.join(folder, 'notes.txt'), 'utf8')).toBe('mine')
    expect(readdirSync(parent)).toEqual(['run'])
  })

  it('takes an empty folder, and one behind a link', async () => {
    const parent = temporaryFolder()
    mkdirSync(path.join(parent, 'empty'))
    symlinkSync(path.join(parent, 'empty'), path.join(parent, 'link'))
    await writeRunFolder(path.join(parent, 'link'), { head: HEAD, files: files('one') })
    expect(readdirSync(path.join(parent, 'empty'))).toHaveLength(3)
  })

  it('refuses a folder with other files, and leaves it alone', async () => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'precious.txt'), 'mine')
    expect(() => checkRunFolder(folder)).toThrow(ConfigError)
    await expect(writeRunFolder(folder, { head: HEAD, files: files('one') })).rejects.toThrow(
      /holds other files/,
    )
    expect(readdirSync(folder)).toEqual(['precious.txt'])
  })

  it('refuses a folder whose manifest is not a run’s', () => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'manifest.json'), '{"name": "an app"}')
    expect(() => checkRunFolder(folder)).toThrow(ConfigError)
  })

  it('refuses a file', async () => {
    const file = path.join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(() => checkRunFolder(file)).toThrow(/is a file/)
    await expect(writeRunFolder(path.join(file, 'run'), { head: HEAD, files: files('one') })).rejects.toThrow(
      ConfigError,
    )
  })

  it.skipIf(!existsSync('/proc/self'))('refuses a place where the system makes no folder', async () => {
    await expect(writeRunFolder('/proc/nextbar/run', { head: HEAD, files: files('one') })).rejects.toThrow(
      ConfigError,
    )
  })

  it('leaves nothing behind when a file cannot be made', async () => {
    const parent = temporaryFolder()
    const broken: RunFile = {
      name: 'equity.csv',
      pieces() {
        throw new Error('no more')
      },
    }
    const folder = path.join(parent, 'run')
    await expect(writeRunFolder(folder, { head: HEAD, files: [...files('one'), broken] })).rejects.toThrow(
      'no more',
    )
    expect(readdirSync(parent)).toEqual([])
  })

  it('keeps the old run when the new one cannot be made', async () => {
    const parent = temporaryFolder()
    const folder = path.join(parent, 'run')
    await writeRunFolder(folder, { head: HEAD, files: files('one') })
    const broken: RunFile = {
      name: 'equity.csv',
      *pieces() {
        yield 'time\n'
        throw new Error('no more')
      },
    }
    await expect(writeRunFolder(folder, { head: HEAD, files: [broken] })).rejects.toThrow('no more')
    expect(readFileSync(path.join(folder, 'fills.csv'), 'utf8')).toBe('time\none\n')
    expect(readdirSync(parent)).toEqual(['run'])
    expect(existsSync(path.join(folder, 'equity.csv'))).toBe(false)
  })

  it('hears a signal while it writes, and leaves nothing behind', async () => {
    const parent = temporaryFolder()
    // A file without an end.
    const program = `
      import { exitInOrder } from '${pathToFileURL(path.join(ROOT, 'engine/app/process-ends.ts'))}'
      import { writeRunFolder } from '${pathToFileURL(path.join(ROOT, 'engine/app/write-run-folder.ts'))}'
      exitInOrder(() => undefined)
      const pieces = function* () { for (;;) yield 'row\\n' }
      await writeRunFolder('run', { head: {}, files: [{ name: 'equity.csv', pieces }] })`
    const [node = '', ...loader] = PROGRAM.slice(0, -1)
    const child = spawn(node, [...loader, '--input-type=module', '-e', program], {
      cwd: parent,
      stdio: 'ignore',
      timeout: 20_000,
      killSignal: 'SIGKILL',
    })
    await vi.waitFor(() => expect(readdirSync(parent)).toHaveLength(1), 15_000)
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(143)
    expect(readdirSync(parent)).toEqual([])
  })
})

import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../engine/app/canonical-json.js'
import type { ManifestHead } from '../../engine/app/manifest.js'
import type { RunFile } from '../../engine/app/run-files.js'
import { checkRunFolder, writeRunFolder } from '../../engine/app/write-run-folder.js'
import { ConfigError } from '../../engine/model/errors.js'
import { manifestIn, temporaryFolder } from './command.js'

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
  it('writes every file, a manifest with their hashes, and nothing else', () => {
    const folder = path.join(temporaryFolder(), 'deep', 'run')
    writeRunFolder(folder, { head: HEAD, files: files('one') })
    expect(readdirSync(folder).sort()).toEqual(['fills.csv', 'manifest.json', 'report.html'])
    expect(readdirSync(path.dirname(folder))).toEqual(['run'])
    const { files: hashes } = manifestIn(folder)
    for (const [name, hash] of Object.entries(hashes)) {
      expect(sha256(readFileSync(path.join(folder, name)))).toBe(hash)
    }
    expect(Object.keys(hashes)).toEqual(['fills.csv', 'report.html'])
  })

  it('replaces a run that was there, and keeps what someone put beside it', () => {
    const parent = temporaryFolder()
    const folder = path.join(parent, 'run')
    writeRunFolder(folder, { head: HEAD, files: files('one') })
    writeFileSync(path.join(folder, 'notes.txt'), 'mine')
    writeRunFolder(folder, { head: HEAD, files: files('two') })
    expect(readFileSync(path.join(folder, 'fills.csv'), 'utf8')).toBe('time\ntwo\n')
    expect(readFileSync(path.join(folder, 'notes.txt'), 'utf8')).toBe('mine')
    expect(readdirSync(parent)).toEqual(['run'])
  })

  it('takes an empty folder, and one behind a link', () => {
    const parent = temporaryFolder()
    mkdirSync(path.join(parent, 'empty'))
    symlinkSync(path.join(parent, 'empty'), path.join(parent, 'link'))
    writeRunFolder(path.join(parent, 'link'), { head: HEAD, files: files('one') })
    expect(readdirSync(path.join(parent, 'empty'))).toHaveLength(3)
  })

  it('refuses a folder with other files, and leaves it alone', () => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'precious.txt'), 'mine')
    expect(() => checkRunFolder(folder)).toThrow(ConfigError)
    expect(() => writeRunFolder(folder, { head: HEAD, files: files('one') })).toThrow(/holds other files/)
    expect(readdirSync(folder)).toEqual(['precious.txt'])
  })

  it('refuses a folder whose manifest is not a run’s', () => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'manifest.json'), '{"name": "an app"}')
    expect(() => checkRunFolder(folder)).toThrow(ConfigError)
  })

  it('refuses a file', () => {
    const file = path.join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(() => checkRunFolder(file)).toThrow(/is a file/)
    expect(() => writeRunFolder(path.join(file, 'run'), { head: HEAD, files: files('one') })).toThrow(
      ConfigError,
    )
  })

  it.skipIf(!existsSync('/proc/self'))('refuses a place where the system makes no folder', () => {
    expect(() => writeRunFolder('/proc/nextbar/run', { head: HEAD, files: files('one') })).toThrow(
      ConfigError,
    )
  })

  it('leaves nothing behind when a file cannot be made', () => {
    const parent = temporaryFolder()
    const broken: RunFile = {
      name: 'equity.csv',
      pieces() {
        throw new Error('no more')
      },
    }
    const folder = path.join(parent, 'run')
    expect(() => writeRunFolder(folder, { head: HEAD, files: [...files('one'), broken] })).toThrow('no more')
    expect(readdirSync(parent)).toEqual([])
  })

  it('keeps the old run when the new one cannot be made', () => {
    const parent = temporaryFolder()
    const folder = path.join(parent, 'run')
    writeRunFolder(folder, { head: HEAD, files: files('one') })
    const broken: RunFile = { name: 'equity.csv', pieces: () => [1 as unknown as string] }
    expect(() => writeRunFolder(folder, { head: HEAD, files: [broken] })).toThrow()
    expect(readFileSync(path.join(folder, 'fills.csv'), 'utf8')).toBe('time\none\n')
    expect(readdirSync(parent)).toEqual(['run'])
    expect(existsSync(path.join(folder, 'equity.csv'))).toBe(false)
  })
})

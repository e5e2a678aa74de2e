/** Each mistake of `mutants.ts` can still be made, and, where asked for, is made: the test that is named must fail. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../app/command.js'
import { ROOT } from '../../shared.js'
import { FAULT_ROWS } from './fault-rows.js'
import { MUTANTS, type Mutant } from './mutants.js'

const FOLDERS = ['engine', 'data', 'strategies', 'reports', 'test', 'docs']
const FILES = ['package.json', 'tsconfig.json', 'vitest.config.ts', 'run-live.ts']
const rowNames = FAULT_ROWS.map(({ id, fault, must }) => `${id}, ${fault}: ${must}`)

/** Runs the test that must catch a mutant, in a copy of the tree; gives whether it passed. */
function passes({ caughtBy }: Mutant, edit: (file: string) => string): boolean {
  const copy = path.join(temporaryFolder(), 'tree')
  for (const one of [...FOLDERS, ...FILES])
    cpSync(path.join(ROOT, one), path.join(copy, one), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'))
  const shared = path.join(ROOT, '../shared')
  if (existsSync(shared)) symlinkSync(shared, path.join(copy, '../shared'))
  for (const { file } of MUTANTS.flatMap(({ edits }) => edits))
    writeFileSync(path.join(copy, file), edit(file))
  const words = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--maxWorkers=1',
    caughtBy.file,
    '-t',
    caughtBy.test,
  ]
  const { status, stdout } = spawnSync(process.execPath, words, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, NEXTBAR_MUTANTS: '' },
  })
  // A mutant that cannot be read by the compiler catches nothing.
  expect(stdout, 'the test ran').toMatch(/Tests .*\d+ (passed|failed)/)
  return status === 0
}

describe('a mistake', () => {
  it.each(MUTANTS)('$mistake: can be made, and a test is named that finds it', ({ edits, caughtBy }) => {
    for (const { file, from } of edits) {
      expect(readFileSync(path.join(ROOT, file), 'utf8').split(from).length - 1, `${from} in ${file}`).toBe(1)
    }
    const text = readFileSync(path.join(ROOT, caughtBy.file), 'utf8')
    const isRow = rowNames.some((name) => name.startsWith(caughtBy.test))
    expect(isRow || text.includes(caughtBy.test), caughtBy.test).toBe(true)
  })

  it.each(process.env.NEXTBAR_MUTANTS ? MUTANTS : [])(
    '$mistake: is found',
    (mutant) => {
      const edit = (file: string) =>
        mutant.edits
          .filter((one) => one.file === file)
          .reduce(
            (text, { from, to }) => text.replace(from, () => to),
            readFileSync(path.join(ROOT, file), 'utf8'),
          )
      expect(passes(mutant, edit), `${mutant.caughtBy.test} fails`).toBe(false)
    },
    120_000,
  )
})

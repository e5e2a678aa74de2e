import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../shared.js'
import { referencePages } from './reference-pages.js'

describe('the reference', () => {
  it('is what the code says: npx tsx test/docs/write-reference.ts writes it', async () => {
    for (const [file, text] of await referencePages()) {
      expect([file, readFileSync(path.join(ROOT, file), 'utf8')]).toEqual([file, text])
    }
  })
})

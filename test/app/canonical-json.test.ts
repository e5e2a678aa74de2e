import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json, sha256 } from '../../engine/app/canonical-json.js'

describe('canonicalJson', () => {
  it('sorts keys at every depth and leaves absent ones out', () => {
    expect(canonicalJson({ b: 1, a: { d: undefined, c: [2, { f: null, e: true }] } })).toBe(
      '{"a":{"c":[2,{"e":true,"f":null}]},"b":1}',
    )
  })

  it('is the same whatever the order of keys, and reads back to the same content', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), (record) => {
        const turned = Object.fromEntries(Object.entries(record).reverse())
        // fast-check's JSON values are JSON.
        expect(canonicalJson(turned as Json)).toBe(canonicalJson(record as Json))
        expect(JSON.parse(canonicalJson(record as Json))).toEqual(JSON.parse(JSON.stringify(record)))
      }),
    )
  })

  it('refuses numbers that JSON would silently make null', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(/must be finite/)
  })
})

describe('sha256', () => {
  // FIPS 180-2, appendix B.1.
  it('is that of the standard', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

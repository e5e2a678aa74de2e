/** A key that must not be seen, looked for in every byte that a session leaves behind. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'

/** What must not be seen. */
export interface Canary {
  readonly apiKey: string
  readonly secret: string
}

/** Every file of a folder, whatever it is. */
export function bytesIn(folder: string): readonly Buffer[] {
  return readdirSync(folder)
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file))
}

/** The forms in which a text may leave a process: as it is, escaped, encoded, or most of it. */
function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text)
  return [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    text.slice(0, 24),
    text.slice(-24),
  ]
}

/** Fails when a key, a part of it, or a signature is anywhere in what was put out; `others` are secrets besides. */
export function expectNoSecret(
  { apiKey, secret }: Canary,
  put: readonly (Buffer | string)[],
  others: Readonly<Record<string, string>> = {},
): void {
  const all = Buffer.concat(put.map((one) => (typeof one === 'string' ? Buffer.from(one) : one)))
  for (const [name, text] of Object.entries({ apiKey, secret, ...others })) {
    for (const form of formsOf(text))
      expect(all.includes(form), `the ${name}, as ${form.length} bytes`).toBe(false)
  }
  expect(/signature=(?!\[redacted\])[^&\s"]{16}/.exec(all.toString('latin1')), 'a signature').toBe(null)
}

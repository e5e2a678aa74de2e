/**
 * Text that must not be seen: it prints as `[redacted]` wherever it goes by mistake, and every secret that was made
 * is known to the redaction of logs. Floor 3.
 */
import { inspect } from 'node:util'
import { InvariantError } from '../../model/errors.js'

const SHOWN = '[redacted]'

/** Every secret's text of this process, in each form in which it might leave. */
const KNOWN = new Set<string>()

/** Shorter texts would be cut out of everything: they are refused before they become secrets. */
export const LEAST_SECRET = 8
const VISIBLE = /^[\x21-\x7e]+$/

/**
 * Whether a text can be a key or a token: long enough, and of visible characters alone. Another would be no header,
 * and who refuses it would show it.
 */
export function isKeyText(text: string): boolean {
  return text.length >= LEAST_SECRET && VISIBLE.test(text)
}

/** A secret. Only `reveal` gives its text, for the one place that signs or sends it. */
export class Secret {
  readonly #text: string

  /** Throws an InvariantError unless the text has at least `LEAST_SECRET` characters. */
  constructor(text: string) {
    if (text.length < LEAST_SECRET)
      throw new InvariantError(`a secret must have ${LEAST_SECRET} characters, has ${text.length}`)
    this.#text = text
    for (const form of formsOf(text)) KNOWN.add(form)
  }

  /** The text itself. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return SHOWN
  }

  toJSON(): string {
    return SHOWN
  }

  [inspect.custom](): string {
    return SHOWN
  }
}

/** How a text may stand in a log: as it is, percent-encoded, in base64, as a piece of JSON. */
function formsOf(text: string): readonly string[] {
  return [
    text,
    encodeURIComponent(text),
    Buffer.from(text, 'utf8').toString('base64'),
    Buffer.from(text, 'utf8').toString('base64url'),
    JSON.stringify(text).slice(1, -1),
  ]
}

const NAMED = [
  /(signature=)[^&\s"'\\]+/gi,
  /("?(?:x-mbx-apikey|x-vault-token|signature|apiKey|secret|secret_id|client_token)"?\s*[:=]\s*"?)[^"\s,}&\\]+/gi,
]

/** A line as it may leave the process: known secrets, signatures and key headers are cut out. */
export function redact(line: string): string {
  let clean = line
  for (const text of KNOWN) if (clean.includes(text)) clean = clean.replaceAll(text, SHOWN)
  for (const pattern of NAMED) clean = clean.replace(pattern, `$1${SHOWN}`)
  return clean
}

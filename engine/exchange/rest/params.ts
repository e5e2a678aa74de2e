/** A request's parameters: names to texts, each read as what it must be. Floor 3. */
import { parseUnits, type Units } from '../../model/money.js'
import { illegal, missing, Rejection } from '../rejection.js'

const DECIMAL = /^([0-9]{1,20})(\.[0-9]{1,20})?$/
const WHOLE = /^[0-9]{1,20}$/
const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/

/** Values before this are no times of this exchange; larger ones than `MICROSECONDS` are microseconds. */
const FIRST_TIME = 1_483_228_800_000
const MICROSECONDS = 1e14

/** Parameters by name. Reading one that is malformed throws the exchange's own refusal. */
export class Params {
  readonly #values: ReadonlyMap<string, string>

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values
  }

  get names(): readonly string[] {
    return [...this.#values.keys()]
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The text as sent; undefined without it. An empty one is refused. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)
    if (value === '') throw new Rejection(-1105, `Parameter '${name}' was empty.`)
    return value
  }

  /** The text as sent, whatever it is; empty without it. */
  plain(name: string): string {
    return this.#values.get(name) ?? ''
  }

  required(name: string): string {
    const value = this.#values.get(name)
    if (value === undefined || value === '') throw missing(name)
    return value
  }

  whole(name: string): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (!WHOLE.test(value)) throw illegal(name, '^[0-9]{1,20}$')
    return Number(value)
  }

  requiredWhole(name: string): number {
    this.required(name)
    return this.whole(name) ?? 0
  }

  /** An amount of more than 0 with at most eight decimals that count. */
  amount(name: string): Units | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (!DECIMAL.test(value)) throw illegal(name, '^([0-9]{1,20})(\\.[0-9]{1,20})?$')
    const units = parseUnits(value)
    if (units === undefined) {
      throw new Rejection(-1111, `Parameter '${name}' has too much precision.`)
    }
    return units
  }

  requiredAmount(name: string): Units {
    this.required(name)
    return this.amount(name) ?? 0n
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (/^true$/i.test(value)) return true
    if (/^false$/i.test(value)) return false
    throw new Rejection(-1130, `Data sent for parameter '${name}' is not valid.`)
  }

  /** One of some words, else the refusal. */
  choice<Word extends string>(name: string, words: readonly Word[], refusal?: Rejection): Word | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const word = words.find((one) => one === value)
    if (word !== undefined) return word
    throw refusal ?? new Rejection(-1130, `Data sent for parameter '${name}' is not valid.`)
  }

  /** The name that a client gives an order or a cancel. */
  clientId(name: string): string | undefined {
    const value = this.text(name)
    if (value !== undefined && !CLIENT_ID.test(value)) throw illegal(name, '^[a-zA-Z0-9-_]{1,36}$')
    return value
  }

  /** How many rows are wanted: more than `most` are refused. */
  limit(most: number, fallback: number): number {
    const value = this.whole('limit')
    if (value === undefined) return fallback
    if (value < 1) throw new Rejection(-1130, "Data sent for parameter 'limit' is not valid.")
    return Math.min(most, value)
  }

  /** A bound of a list, in milliseconds; microseconds are taken too, early times are the exchange's first. */
  bound(name: 'startTime' | 'endTime'): number | undefined {
    const value = this.whole(name)
    if (value === undefined) return undefined
    const ms = value >= MICROSECONDS ? Math.floor(value / 1000) : value
    return Math.max(FIRST_TIME, ms)
  }
}

/**
 * Parameters of a query and a form: the query's win. Throws a refusal on a name that comes twice in one of
 * them, and on broken encoding.
 */
export function parseParams(query: string, form = ''): Params {
  const values = parsePairs(form)
  for (const [name, value] of parsePairs(query)) values.set(name, value)
  return new Params(values)
}

function parsePairs(text: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    if (values.has(name)) throw new Rejection(-1101, 'Duplicate values for a parameter detected.')
    values.set(name, at < 0 ? '' : decode(pair.slice(at + 1)))
  }
  return values
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new Rejection(-1100, 'Illegal characters found in a parameter.')
  }
}

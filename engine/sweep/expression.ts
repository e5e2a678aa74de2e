/**
 * Arithmetic over metrics, as `--objective` and `--fail-if` take it: numbers, keys, + − * / and
 * parentheses, `min max abs sqrt log`. Nothing else can be said, so nothing can be run. Floor 4.
 */
import { log } from '../math/elementary.js'
import { ConfigError } from '../model/errors.js'
import { hintFor } from '../model/nearest-name.js'

/** Looks a key up; NaN for one that is undefined. */
export type Lookup = (key: string) => number

/** An expression that can be worked out. */
export type Expression = (lookup: Lookup) => number

/** Which way two sides of a condition must stand. */
const COMPARISONS: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['<=', (a, b) => a <= b],
  ['>=', (a, b) => a >= b],
  ['<', (a, b) => a < b],
  ['>', (a, b) => a > b],
])

const FUNCTIONS: ReadonlyMap<string, (...values: number[]) => number> = new Map([
  ['min', Math.min],
  ['max', Math.max],
  ['abs', (x = Number.NaN) => Math.abs(x)],
  ['sqrt', (x = Number.NaN) => Math.sqrt(x)],
  ['log', (x = Number.NaN) => (x > 0 ? log(x) : Number.NaN)],
])

const TOKEN = /\s*(?:(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)|([a-z][a-z0-9_]*)|([-+*/(),]))/iy

/** Reads an expression over `keys`. `name` is the flag, for messages. Throws a ConfigError. */
export function parseExpression(text: string, keys: readonly string[], name: string): Expression {
  const tokens = tokensOf(text, name)
  let at = 0
  const result = sum()
  if (at < tokens.length) throw fault(`${tokens[at]} stands where + - * / or the end must`)
  return result

  function sum(): Expression {
    let left = product()
    for (let sign = tokens[at]; sign === '+' || sign === '-'; sign = tokens[at]) {
      at++
      const [a, b] = [left, product()]
      left = sign === '+' ? (lookup) => a(lookup) + b(lookup) : (lookup) => a(lookup) - b(lookup)
    }
    return left
  }

  function product(): Expression {
    let left = factor()
    for (let sign = tokens[at]; sign === '*' || sign === '/'; sign = tokens[at]) {
      at++
      const [a, b] = [left, factor()]
      left = sign === '*' ? (lookup) => a(lookup) * b(lookup) : (lookup) => a(lookup) / b(lookup)
    }
    return left
  }

  function factor(): Expression {
    const token = tokens[at++]
    if (token === undefined) throw fault('it ends where a number or a metric must stand')
    if (token === '-') {
      const inner = factor()
      return (lookup) => -inner(lookup)
    }
    if (token === '(') {
      const inner = sum()
      expectToken(')')
      return inner
    }
    if (/^[\d.]/.test(token)) {
      const value = Number(token)
      return () => value
    }
    return /^[a-z]/i.test(token) ? named(token) : refuse(token)
  }

  function named(token: string): Expression {
    const call = FUNCTIONS.get(token)
    if (call && tokens[at] === '(') {
      at++
      const parts = [sum()]
      while (tokens[at] === ',') {
        at++
        parts.push(sum())
      }
      expectToken(')')
      return (lookup) => call(...parts.map((part) => part(lookup)))
    }
    if (keys.includes(token)) return (lookup) => lookup(token)
    throw fault(
      `${token} is none of its words${hintFor(token, [...keys, ...FUNCTIONS.keys()])} (metrics by key, + - * /, min max abs sqrt log)`,
    )
  }

  function refuse(token: string): never {
    throw fault(`${token} stands where a number or a metric must`)
  }

  function expectToken(token: string): void {
    if (tokens[at++] !== token) throw fault(`${token} is missing`)
  }

  function fault(why: string): ConfigError {
    return new ConfigError(`${name} must be a metric or an expression of metrics, was "${text}": ${why}`)
  }
}

/** A condition of two expressions, such as `pbo > 0.3`; false where a side is undefined. */
export function parseCondition(
  text: string,
  keys: readonly string[],
  name: string,
): (lookup: Lookup) => boolean {
  const [, left = '', sign = '', right = ''] = /^([^<>]*)(<=|>=|<|>)([^<>=]*)$/.exec(text) ?? []
  const holds = COMPARISONS.get(sign)
  if (!holds) {
    throw new ConfigError(`${name} must be a condition such as "pbo > 0.3", was "${text}"`)
  }
  const [a, b] = [parseExpression(left, keys, name), parseExpression(right, keys, name)]
  return (lookup) => holds(a(lookup), b(lookup))
}

function tokensOf(text: string, name: string): readonly string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) {
      throw new ConfigError(
        `${name} must be made of metrics, numbers, + - * / and parentheses, was "${text}": "${text.slice(from).trim()}" is none of these`,
      )
    }
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '')
  }
  return tokens
}

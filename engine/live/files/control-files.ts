/**
 * The files by which people, and the process itself, hold a session: HALT, KILL, PAUSE. They work when all else does
 * not: nothing here knows strategies, metrics, ledgers or market data. Floor 3.
 */
import { lstatSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, HaltedError } from '../../model/errors.js'
import { type LossHold, readLossHold } from './loss-hold.js'
import { writeDurably } from './write-durably.js'

/** What HALT and PAUSE say. */
export interface Hold {
  readonly reason: string
  /** ISO 8601, UTC. */
  readonly time: string
}

/** Why a halt is over, and what it was: the ledger may never have heard of it. */
export interface Cleared extends Hold {
  readonly halt: Hold
}

/** Whether a state folder holds its session, and why. */
export interface Holds {
  readonly halt: Hold | undefined
  /** The file that stops everything by being there. */
  readonly isKilled: boolean
  readonly pause: Hold | undefined
  /** A day has lost as much as it may. */
  readonly loss: LossHold | undefined
  /** Why a halt was cleared; not yet taken into the ledger. */
  readonly cleared: Cleared | undefined
}

const NAMES = { halt: 'HALT', kill: 'KILL', pause: 'PAUSE', cleared: 'CLEARED' } as const

/** The holds of a state folder, now. A file that cannot be understood holds all the same. */
export function readHolds(folder: string): Holds {
  return {
    halt: readHold(join(folder, NAMES.halt)),
    isKilled: isThere(join(folder, NAMES.kill)),
    pause: readHold(join(folder, NAMES.pause)),
    loss: readLossHold(folder),
    cleared: readCleared(join(folder, NAMES.cleared)),
  }
}

/** Throws a HaltedError while the session of a folder is halted or killed. */
export function refuseWhileHalted(folder: string): void {
  const { halt: held, isKilled } = readHolds(folder)
  if (isKilled)
    throw new HaltedError(`the file ${folder}/KILL stops this session: remove it, then clear the halt`)
  if (!held) return
  throw new HaltedError(
    `this session is halted since ${held.time}: ${held.reason}; look into it, then run-live.ts clear --state ${folder} --reason "…"`,
  )
}

/** Halts the session of a folder: running or not, no new order goes out until `clear`. The first reason stays. */
export function halt(folder: string, reason: string, now: number): void {
  checkFolder(folder)
  if (!isThere(join(folder, NAMES.halt))) writeHold(join(folder, NAMES.halt), reason, now)
}

/** Ends a halt, for a reason that the ledger will hold. Throws a ConfigError when there is none, or KILL is there. */
export function clear(folder: string, reason: string, now: number): Hold {
  checkFolder(folder)
  if (reason.trim() === '') throw new ConfigError('--reason must say why the halt is over, was empty')
  const { halt: held, isKilled } = readHolds(folder)
  if (isKilled) {
    throw new ConfigError(
      `the file ${join(folder, NAMES.kill)} must be removed first: it stops the session by being there`,
    )
  }
  if (!held) throw new ConfigError(`a halted session must be in ${folder}, there is no HALT`)
  const cleared: Cleared = { reason, time: new Date(now).toISOString(), halt: held }
  writeDurably(join(folder, NAMES.cleared), JSON.stringify(cleared))
  rmSync(join(folder, NAMES.halt))
  return held
}

/** Lets the session sell and buy nothing more, until `resume`. */
export function pause(folder: string, reason: string, now: number): void {
  checkFolder(folder)
  if (!isThere(join(folder, NAMES.pause))) writeHold(join(folder, NAMES.pause), reason, now)
}

/** Ends a pause. Throws a ConfigError when there is none. */
export function resume(folder: string): Hold {
  checkFolder(folder)
  const held = readHold(join(folder, NAMES.pause))
  if (!held) throw new ConfigError(`a paused session must be in ${folder}, there is no PAUSE`)
  rmSync(join(folder, NAMES.pause))
  return held
}

/** The reason of a cleared halt is in the ledger now. */
export function forgetCleared(folder: string): void {
  rmSync(join(folder, NAMES.cleared), { force: true })
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  throw new ConfigError(`--state must name the folder of a session, ${folder} is none`)
}

/** Whether a name is taken, by whatever: a link to nowhere holds too, and so does a place that cannot be looked at. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

function readHold(path: string): Hold | undefined {
  const fields = readFields(path)
  return fields && holdOf(fields)
}

function readCleared(path: string): Cleared | undefined {
  const fields = readFields(path)
  return fields && { ...holdOf(fields), halt: holdOf(fieldsOf(fields.get('halt'))) }
}

type Fields = ReadonlyMap<string, unknown>

function holdOf(fields: Fields): Hold {
  return {
    reason: String(fields.get('reason') ?? 'no reason given'),
    time: String(fields.get('time') ?? ''),
  }
}

function fieldsOf(json: unknown): Fields {
  return new Map(typeof json === 'object' && json !== null ? Object.entries(json) : [])
}

/** What a hold's file says; undefined without one. One that is no JSON is its own reason. */
function readFields(path: string): Fields | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return isThere(path) ? new Map([['reason', 'a file that cannot be read']]) : undefined
  }
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return new Map([['reason', text.trim().slice(0, 200) || 'no reason given']])
  }
}

function writeHold(path: string, reason: string, now: number): void {
  const hold: Hold = { reason, time: new Date(now).toISOString() }
  writeDurably(path, JSON.stringify(hold))
}

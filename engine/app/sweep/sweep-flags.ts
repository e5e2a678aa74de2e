/** The flags that a sweep has beside those of a run. Floor 5. */
import { availableParallelism } from 'node:os'
import { ConfigError } from '../../model/errors.js'
import { DAY_MS, formatTime, parseTime } from '../../model/time.js'
import { SAMPLERS } from '../../sweep/samplers/create-sampler.js'
import type { WalkForwardPlan } from '../../sweep/walk-forward.js'
import { choiceFlag, type Flag, flagOf, listFlag, quoted, switchFlag, wholeFlag } from '../flag.js'

/** A range in time, UTC milliseconds, its end excluded; `none` lifts what earlier sweeps held out. */
export type HoldoutSetting = readonly [from: number, to: number] | 'none'

/** The flags in the order of the help. */
export const SWEEP_FLAGS = {
  sampler: choiceFlag({
    default: 'grid',
    choices: SAMPLERS,
    help: 'how parameter sets are chosen',
  }),
  trials: wholeFlag<number | undefined>({
    default: undefined,
    min: 1,
    help: 'most parameter sets; else the whole grid, or 100 of another sampler',
  }),
  objective: flagOf({
    default: 'sharpe',
    takes: 'METRIC|EXPRESSION',
    help: 'what trials are ranked by: a metric, or an expression such as "sharpe * min(1, trades / 100)"',
    parse: (text) => text,
    show: (text) => text,
  }),
  'min-trades': wholeFlag({ default: 30, min: 0, help: 'trades below which a trial is not ranked' }),
  'walk-forward': flagOf<WalkForwardPlan | undefined>({
    default: undefined,
    takes: 'train=365d,test=90d[,step=90d][,anchored]',
    help: 'choose on one stretch, measure on the next, and join what was never trained on',
    parse: parseWalkForward,
    show: (plan) => (plan === undefined ? null : showWalkForward(plan)),
  }),
  holdout: flagOf<HoldoutSetting | undefined>({
    default: undefined,
    takes: 'FROM..TO',
    help: 'a range at the end that no sweep may touch, from now on; none lifts it',
    parse: parseHoldout,
    show: (holdout) =>
      holdout === undefined ? null : holdout === 'none' ? 'none' : holdout.map(formatTime).join('..'),
  }),
  workers: wholeFlag({ default: availableParallelism(), min: 1, help: 'threads of this machine' }),
  queue: flagOf<string | undefined>({
    default: undefined,
    takes: 'redis://HOST:PORT',
    help: 'hand trials to workers on any machines: run-sweep.ts worker --queue …',
    parse: parseQueue,
    show: (url) => url ?? null,
  }),
  'column-memory': flagOf({
    default: 2 ** 30,
    takes: 'BYTES',
    help: 'memory of the shared indicator columns, such as 512M or 2G',
    parse: parseBytes,
    show: (bytes) => bytes,
  }),
  resume: switchFlag('go on with a sweep that was cut off, with the count of its first start'),
  fresh: switchFlag('forget the trials made before on these data'),
  'trial-store': flagOf({
    default: 'data/trials',
    takes: 'DIR',
    help: 'where every trial is kept',
    parse: (text, name) => {
      if (text.trim() !== '') return text
      throw new ConfigError(`${name} must name a folder, was empty`)
    },
    show: (text) => text,
  }),
  'best-runs': wholeFlag({ default: 3, min: 0, help: 'how many of the best become run folders below best/' }),
  'fail-if': listFlag({
    default: [],
    takes: 'CONDITION',
    help: 'end with code 5 if it holds, such as "pbo > 0.3"',
  }),
} as const

/** Flags that change what a sweep computes, and so stand in its command. */
export const SWEEP_RESULT_FLAGS = [
  'sampler',
  'trials',
  'objective',
  'min-trades',
  'walk-forward',
  'holdout',
  'best-runs',
] as const satisfies readonly SweepFlagName[]

/** Name of a flag of sweeps. */
export type SweepFlagName = keyof typeof SWEEP_FLAGS

type ValueOf<F> = F extends Flag<infer Value> ? Value : never

/** The checked value of every flag of sweeps. */
export type SweepSettings = { readonly [Name in SweepFlagName]: ValueOf<(typeof SWEEP_FLAGS)[Name]> }

/** Names of the flags in the order of the help. */
// Object.keys of a literal are its keys.
export const SWEEP_FLAG_NAMES = Object.keys(SWEEP_FLAGS) as readonly SweepFlagName[]

/** Whether the text names a flag of sweeps. */
export function isSweepFlagName(text: string): text is SweepFlagName {
  return Object.hasOwn(SWEEP_FLAGS, text)
}

function parseHoldout(text: string, name: string): HoldoutSetting {
  if (text === 'none') return text
  const [from, to] = text.split('..').map(parseTime)
  if (from !== undefined && to !== undefined && from < to) return [from, to]
  throw new ConfigError(
    `${name} must be two ISO dates or times such as 2024-01-01..2024-07-01, the first before the second, was ${quoted(text)}`,
  )
}

const DURATIONS: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['d', DAY_MS],
  ['w', 7 * DAY_MS],
])

function parseWalkForward(text: string, name: string): WalkForwardPlan {
  const parts = new Map(text.split(',').map((part) => part.split('=') as [string, string | undefined]))
  const isAnchored = parts.delete('anchored')
  const lengthOf = (key: string): number => {
    const [, count = '', unit = ''] = /^(\d{1,6})([hdw])$/.exec(parts.get(key) ?? '') ?? []
    return Number(count) * (DURATIONS.get(unit) ?? Number.NaN)
  }
  const train = lengthOf('train')
  const test = lengthOf('test')
  const step = parts.has('step') ? lengthOf('step') : test
  const isKnown = [...parts.keys()].every((key) => ['train', 'test', 'step'].includes(key))
  if (isKnown && train > 0 && test > 0 && step >= test) return { train, test, step, isAnchored }
  throw new ConfigError(
    `${name} must be like train=365d,test=90d,step=90d with hours, days or weeks (12h, 90d, 4w), a step of at least a test, and perhaps anchored, was ${quoted(text)}`,
  )
}

function showWalkForward({ train, test, step, isAnchored }: WalkForwardPlan): string {
  const shown = (ms: number): string => (ms % DAY_MS === 0 ? `${ms / DAY_MS}d` : `${ms / 3_600_000}h`)
  return `train=${shown(train)},test=${shown(test)},step=${shown(step)}${isAnchored ? ',anchored' : ''}`
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['K', 2 ** 10],
  ['M', 2 ** 20],
  ['G', 2 ** 30],
])

/** The address of a Redis server. */
export function parseQueue(text: string, name: string): string {
  if (/^rediss?:\/\/[^/\s]+(\/\d*)?$/.test(text)) return text
  throw new ConfigError(`${name} must be like redis://127.0.0.1:6379, was ${quoted(text)}`)
}

function parseBytes(text: string, name: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([KMG]?)i?B?$/i.exec(text) ?? []
  const bytes = Number(digits) * (UNITS.get(unit.toUpperCase()) ?? 1)
  if (digits !== '' && Number.isSafeInteger(bytes)) return bytes
  throw new ConfigError(`${name} must be a number of bytes such as 512M or 2G, was ${quoted(text)}`)
}

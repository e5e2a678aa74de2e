/** The environment as a layer of settings: `NEXTBAR_ATR_PERIOD` is `--atr-period`. Floor 5. */

import { nearestName } from '../model/nearest-name.js'
import { FLAG_NAMES, FLAGS, type FlagName, LATER_FLAGS } from './flag-table.js'
import { checkFlagName, type Layer, type OwnFlags } from './layer.js'

/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

const PREFIX = 'NEXTBAR_'

/** Variables that mean something to other commands. */
const OTHERS = new Set([
  'NEXTBAR_LIVE',
  'NEXTBAR_REQUIRE_ALL',
  'NEXTBAR_FAILPOINT',
  'NEXTBAR_ALERT_URL',
  'NEXTBAR_ALERT_COMMAND',
  'NEXTBAR_ALERT_CHAT',
  'NEXTBAR_HEARTBEAT_URL',
])

/**
 * Reads every `NEXTBAR_*` variable that is not empty. A repeatable flag takes words parted by spaces,
 * except `NEXTBAR_DATA`, one path. `warn` is told of variables that name no flag: they may be meant
 * for another program, so they stop nothing. What is one of `own` is given to it, as one word. Throws a
 * ConfigError on a flag that is not available yet.
 */
export function readEnvironment(
  environment: Environment,
  warn: (text: string) => void,
  own?: OwnFlags,
): Layer {
  const values = new Map<FlagName, readonly string[]>()
  const origin = 'environment'
  const names = [...FLAG_NAMES, ...LATER_FLAGS.keys(), ...(own?.names ?? [])]
  const known = new Map(names.map((flag) => [nameOf(flag), flag]))
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || text === undefined || text === '' || OTHERS.has(name)) continue
    const spelled = known.get(name)
    if (spelled === undefined) {
      const nearest = nearestName(name, [...known.keys()])
      warn(`${name} names no setting${nearest === undefined ? '' : `; did you mean ${nearest}?`}`)
      continue
    }
    if (own?.names.includes(spelled)) {
      own.take(spelled, [text], { origin, nameOf })
      continue
    }
    const flag = checkFlagName(spelled, [text], { nameOf, isCommandLine: false })
    if (flag !== undefined) values.set(flag, isWordList(flag) ? text.trim().split(/\s+/) : [text])
  }
  return { origin, values, nameOf }
}

function isWordList(flag: FlagName): boolean {
  return FLAGS[flag].isRepeatable && flag !== 'data'
}

function nameOf(flag: string): string {
  return PREFIX + flag.replaceAll('-', '_').toUpperCase()
}

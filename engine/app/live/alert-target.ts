/** Addresses that alerts and heartbeats go to. They may hold secrets: they come from the environment and are shown nowhere. Floor 5. */
import type { AlertFormat, AlertTarget } from '../../live/operations/alert-sender.js'
import { ConfigError } from '../../model/errors.js'
import type { Environment } from '../environment.js'
import { isLoopback } from './live-flags.js'

/**
 * The webhook in NEXTBAR_ALERT_URL and the command in NEXTBAR_ALERT_COMMAND, as far as they are set. Throws a ConfigError
 * on an address that is none.
 */
export function alertTargets(format: AlertFormat, environment: Environment): readonly AlertTarget[] {
  const command = environment.NEXTBAR_ALERT_COMMAND
  const commands: readonly AlertTarget[] = command ? [{ command }] : []
  const url = addressIn(environment, 'NEXTBAR_ALERT_URL')
  if (url === undefined) return commands
  const chat = environment.NEXTBAR_ALERT_CHAT
  if (format === 'telegram' && !chat) {
    throw new ConfigError('NEXTBAR_ALERT_CHAT must name the chat for --alert-format telegram, is not set')
  }
  return [{ url, format, chat }, ...commands]
}

/** The address in a variable; undefined where it is not set. Throws a ConfigError on one that is none. */
export function addressIn(environment: Environment, name: string): string | undefined {
  const text = environment[name]
  if (text === undefined || text === '') return undefined
  const url = URL.parse(text)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(text))) return text
  throw new ConfigError(`${name} must be an https address (http on this machine alone), is none`)
}

/** `run-live.ts test-alert`: one alert and its end through every channel that a session would use. Floor 5. */
import { basename } from 'node:path'
import { lastKnownHead, readStatus } from '../../live/files/state-folder.js'
import type { Alert } from '../../live/operations/alert-rules.js'
import { AlertSender, type AlertTarget, channelOf } from '../../live/operations/alert-sender.js'
import { ConfigError, ExchangeError } from '../../model/errors.js'
import type { Environment } from '../environment.js'
import { addressIn, alertTargets } from './alert-target.js'
import { liveHint, readLiveFlags } from './live-flags.js'

/**
 * Sends them, and says of each channel whether it took them. Throws a ConfigError where none is configured, an
 * ExchangeError when one did not.
 */
export async function testAlert(words: readonly string[], environment: Environment): Promise<string> {
  const { live, rest } = readLiveFlags(words)
  const [odd] = rest.filter((word) => word !== '--debug')
  if (odd !== undefined) {
    const hint = liveHint(odd.replace(/^--/, ''))
    throw new ConfigError(`${odd} must be a flag of run-live test-alert, is none${hint}`)
  }
  const targets = alertTargets(live['alert-format'], environment)
  if (targets.length === 0)
    throw new ConfigError('NEXTBAR_ALERT_URL or NEXTBAR_ALERT_COMMAND must be set, neither is')
  addressIn(environment, 'NEXTBAR_HEARTBEAT_URL')
  const { state } = live
  const status = state === undefined ? undefined : readStatus(state)
  const origin = {
    mode: String(status?.get('mode') ?? live.mode),
    strategy: String(status?.get('strategy') ?? (state === undefined ? 'no session' : basename(state))),
    symbols: [],
    head: () => (state === undefined ? undefined : lastKnownHead(state)),
  }
  const faults = await Promise.all(targets.map((target) => sendTo(target, origin)))
  const lines = targets.map((target, k) => {
    const fault = faults[k]
    return `${channelOf(target).padEnd(9)} ${fault === undefined ? 'took an alert and its end' : `failed: ${fault}`}`
  })
  if (faults.some((fault) => fault !== undefined))
    throw new ExchangeError(`every channel must take an alert, not all did: ${lines.join('; ')}`)
  return `${lines.join('\n')}\n`
}

/** Gives what went wrong. */
async function sendTo(
  target: AlertTarget,
  origin: ConstructorParameters<typeof AlertSender>[1],
): Promise<string | undefined> {
  const faults: (string | undefined)[] = []
  const done = Promise.withResolvers<void>()
  const sender = new AlertSender(target, origin, (_alert, fault) => {
    faults.push(fault)
    if (faults.length === 2) done.resolve()
  })
  const alert: Alert = {
    ...{ key: 'test', severity: 'ticket', isResolved: false },
    text: 'a test: this is how an alert looks; nothing is wrong',
  }
  sender.send(alert)
  sender.send({ ...alert, isResolved: true, text: 'a test: this is how its end looks' })
  await done.promise
  await sender.close()
  return faults.find((fault) => fault !== undefined)
}

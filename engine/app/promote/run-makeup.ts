/** What a run was made of, in the words of a session, from its manifest alone. Floor 5. */
import { dirname, resolve } from 'node:path'
import { wholeBars } from '../../core/policy/wish-orders.js'
import type { SessionMakeup } from '../../live/gate/session-terms.js'
import { ConfigError } from '../../model/errors.js'
import { INTERVALS, intervalMs } from '../../model/time.js'
import type { Settings } from '../flag-table.js'
import { loadRules } from '../load-rules.js'
import type { Manifest } from '../manifest.js'
import { candidates, manifestLayer } from '../manifest-layer.js'
import { resolveSettings } from '../resolve-settings.js'
import { runSettings } from '../run-settings.js'

/** A run as a session would be that trades it. */
export interface RunMakeup extends SessionMakeup {
  /** How long a posted order may rest, as it was asked for: simulated, it is made whole bars. */
  readonly postTimeoutMs: number
  readonly flags: Settings
}

/** The makeup of the run of a manifest. Rules that it names are found beside it, in `folder`, or in the store. */
export function runMakeup(
  manifest: Manifest,
  {
    path,
    folder,
    store,
  }: { readonly path: string; readonly folder?: string | undefined; readonly store: string },
): RunMakeup {
  const folders = [...(folder === undefined ? [] : [folder]), dirname(path), '.'].map((one) => resolve(one))
  const { settings } = resolveSettings([manifestLayer(manifest, (name) => candidates(name, folders)[0])])
  const interval = INTERVALS.find((one) => one === manifest.data[0]?.interval)
  if (interval === undefined) throw new ConfigError(`${path} must be of bars with a known interval, is not`)
  return {
    strategy: manifest.strategy,
    params: manifest.params,
    engine: manifest.engine,
    interval,
    symbols: manifest.data.map(({ symbol, from, to }) => ({
      symbol,
      rules: loadRules(settings.rules, symbol, { store, from: Date.parse(from), to: Date.parse(to) }).rules,
    })),
    settings: { ...runSettings(settings, interval), closeAtEnd: false },
    postTimeoutMs: settings['post-timeout'],
    flags: settings,
  }
}

/** A session as it stands on an exchange: there a posted order rests as long as was asked, simulated in whole bars. */
export function asSent(session: SessionMakeup, { postTimeoutMs }: RunMakeup): SessionMakeup {
  const { policy } = session.settings
  if (policy === undefined) return session
  const isSame = wholeBars(postTimeoutMs, intervalMs(session.interval)) === policy.postTimeoutMs
  return isSame
    ? { ...session, settings: { ...session.settings, policy: { ...policy, postTimeoutMs } } }
    : session
}

/** What a manifest says of a run's inputs beside its bars: rules by their day, finer data, bars of BNB. Floor 5. */
import { formatTime } from '../model/time.js'
import { canonicalJson, sha256 } from './canonical-json.js'
import { type RunParts, rulesJson } from './run-identity.js'

/** One version of a symbol's rules in a manifest. */
export interface ManifestRules {
  readonly symbol: string
  /** A file's name, `store:SYMBOL/DAY`, `built-in`, `none` or `unknown`. */
  readonly source: string
  /** From when on it is in force, as ISO text; null where nothing says so. The first one counts before it too. */
  readonly since: string | null
  /** Of what was read for the symbol, as canonical JSON: the same from any file that holds it. */
  readonly sha256: string
}

/** Another input in a manifest. */
export interface ManifestInput {
  readonly source: string
  readonly sha256: string
}

/** Inputs of a run beside its bars. */
export interface ManifestInputs {
  readonly rules: readonly ManifestRules[]
  readonly fine?: ManifestInput
  readonly bnb?: ManifestInput
}

/** All inputs that a manifest tells of, its strategy apart. */
type SaidInputs = Partial<ManifestInputs> & {
  readonly data: readonly (ManifestInput & { readonly symbol: string })[]
}

/** A run's inputs beside its bars. */
export function manifestInputs({ symbols, fine, bnb }: RunParts): ManifestInputs {
  return {
    rules: shownRules(symbols.map(({ data, rules }) => ({ symbol: data.symbol, rules }))),
    ...(fine && { fine: { source: fine.given, sha256: fine.sha256 } }),
    ...(bnb?.sha256 !== undefined &&
      bnb.given !== null && { bnb: { source: bnb.given, sha256: bnb.sha256 } }),
  }
}

/** Rules of symbols, version by version. */
export function shownRules(
  symbols: readonly { readonly symbol: string; readonly rules: RunParts['symbols'][number]['rules'] }[],
): readonly ManifestRules[] {
  return symbols.flatMap(({ symbol, rules: { given, versions } }) =>
    versions.map(({ name, since, rules }) => ({
      symbol,
      source: given.startsWith('store:') ? `store:${name}` : name,
      since: since === undefined ? null : formatTime(since),
      sha256: sha256(canonicalJson(rulesJson(rules))),
    })),
  )
}

/** The first input that is not the manifest's, in words; undefined where all are. Older manifests tell of bars alone. */
export function otherInput({ data, rules, fine, bnb }: SaidInputs, parts: RunParts): string | undefined {
  const bars = data.find(
    (said) =>
      !parts.symbols.some(
        ({ data: { symbol, hash } }) => symbol === said.symbol && hash.text === said.sha256,
      ),
  )
  if (bars) return `the data ${bars.source}`
  const now = manifestInputs(parts)
  const other = rules?.find(
    (said) =>
      !now.rules.some(
        (is) => is.symbol === said.symbol && is.sha256 === said.sha256 && is.since === said.since,
      ),
  )
  if (other) return `the rules ${other.source}`
  if (fine && fine.sha256 !== now.fine?.sha256) return `the finer data ${fine.source}`
  return bnb && bnb.sha256 !== now.bnb?.sha256 ? `the bars of BNB ${bnb.source}` : undefined
}

/** What live minus replayed is split into, and what each part may be in a day. Floor 4. */
import { ConfigError } from '../../model/errors.js'
import type { Units } from '../../model/money.js'
import { hintFor } from '../../model/nearest-name.js'

/** The parts, in the order in which they are taken off, with what each means. */
export const DIVERGENCE_PARTS = {
  data: 'the bars that it saw are not those that count as true',
  manual: 'someone stepped in: a stop, a halt, a pause',
  latency: 'bars came too late to act on, or fills in a later bar than in the replay',
  rejected: 'orders that were refused',
  missed: 'orders that did not fill, or not whole, and what follows from that',
  price: 'fills at other prices, and the sizes that follow from them',
  fee: 'commissions other than in the model',
} as const

/** Name of a part. */
export type PartName = keyof typeof DIVERGENCE_PARTS

/** All names in their order. */
// Object.keys of a literal are its keys.
export const PART_NAMES = Object.keys(DIVERGENCE_PARTS) as readonly PartName[]

/** An amount of quote for each part, in units of 1e−8. */
export type PartAmounts = Readonly<Record<PartName, Units>>

/** Most that a part may be in a day, either way, as a fraction of the session's cash. */
export type DivergenceBands = Readonly<Record<PartName, number>>

/** What holds where no file says otherwise. */
export const DEFAULT_BANDS: DivergenceBands = {
  data: 0.0005,
  manual: 0.005,
  latency: 0.002,
  rejected: 0.002,
  missed: 0.005,
  price: 0.005,
  fee: 0.0005,
}

/** The bands of a table such as `{"price": 0.01}`; what it leaves out is the default. Throws a ConfigError. */
export function toBands(table: object, where: string): DivergenceBands {
  const given = Object.entries(table).map(([name, value]) => {
    if (!PART_NAMES.some((one) => one === name)) {
      throw new ConfigError(
        `${name} in ${where} must be a part, is none${hintFor(name, PART_NAMES)} (${PART_NAMES.join(', ')})`,
      )
    }
    if (typeof value === 'number' && value >= 0 && value <= 1) return [name, value] as const
    throw new ConfigError(`${name} in ${where} must be a fraction from 0 to 1, was ${JSON.stringify(value)}`)
  })
  return { ...DEFAULT_BANDS, ...Object.fromEntries(given) }
}

/** One amount for each part. */
export function mapParts(of: (name: PartName) => Units): PartAmounts {
  const { data, manual, latency, rejected, missed, price, fee } = Object.fromEntries(
    PART_NAMES.map((name) => [name, of(name)]),
  )
  const all = { data, manual, latency, rejected, missed, price, fee }
  // Every name of the literal above was mapped.
  return all as PartAmounts
}

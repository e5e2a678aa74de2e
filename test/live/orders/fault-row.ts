/** What a row of faults of the order path is, and what many of them say. */
import type { ExchangeOptions } from '../../../engine/exchange/start-exchange.js'
import type { Scene } from './pauses.js'
import type { SeenRequest } from './requests.js'
import type { TradingSession, TradingWishes } from './trading-session.js'
import type { Agreed } from './truth.js'

/** A fault of the local exchange, as `/control/fault` takes it. */
type Fault = Readonly<Record<string, unknown>>

/** One row. */
export interface FaultRow {
  /** Its number in the catalogue. */
  readonly id: string
  readonly fault: string
  readonly must: string
  readonly faults: readonly Fault[]
  readonly wishes?: Partial<TradingWishes>
  readonly exchange?: Partial<ExchangeOptions>
  /** Only in a soak (NEXTBAR_SOAK=1): another row of `npm test` goes the same way. */
  readonly isSoak?: true
  /** What happens meanwhile; 24 bars unless said. */
  readonly through?: (scene: Scene) => Promise<void>
  /** How the session must stand at the end; ready unless said. */
  readonly state?: 'ready' | 'halted'
  /** Told besides. */
  readonly told?: readonly Parameters<TradingSession['told']>[0][]
  readonly check?: (session: TradingSession, agreed: Agreed, requests: readonly SeenRequest[]) => void
}

/** Where orders go out. */
export const POST = 'POST /api/v3/order'
/** Where they are taken back. */
export const DELETE = 'DELETE /api/v3/order'
/** When the exchange has an order, and its answer is on the way. */
export const AFTER = { on: POST, when: 'after-accept' }
/** Orders at market. */
export const AT_MARKET = { settings: { policy: undefined } }

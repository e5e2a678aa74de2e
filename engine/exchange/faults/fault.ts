/** Faults as data: what goes wrong, where, when and how often. Floor 3. */
import { z } from 'zod'
import { ConfigError } from '../../model/errors.js'

/** What a fault may do; `docs/exchange.md` says where each one works. */
export const FAULT_ACTIONS = [
  // Requests, of REST and of the WebSocket API.
  ...(['drop-request', 'drop-reply', 'delay', 'truncate', 'trickle', 'answer', 'headers', 'giant'] as const),
  ...(['hide', 'fill', 'refuse'] as const),
  // Frames of streams and of user data.
  ...(['drop', 'duplicate', 'reorder', 'replace', 'contradict', 'repeat-old', 'raw', 'flood'] as const),
  ...(['close', 'cut', 'no-pings'] as const),
  // Rows of REST klines.
  ...(['empty', 'drop-rows', 'replace-rows'] as const),
  // The exchange itself.
  ...(['set-symbol', 'deposit', 'trade', 'order', 'clock', 'cancel-orders', 'thin'] as const),
  ...(['server-shutdown', 'terminate-users', 'close-users', 'close-streams'] as const),
] as const

/** Name of what a fault does. */
export type FaultAction = (typeof FAULT_ACTIONS)[number]

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const amount = z.string().regex(/^-?\d{1,12}(\.\d{1,8})?$/)

const FAULT = z.strictObject({
  on: z.string().min(1).max(200),
  do: z.enum(FAULT_ACTIONS),
  when: z.enum(['before-accept', 'after-accept']).optional(),
  /** How often it happens; 0 is until it is taken away. */
  count: z.int().min(0).default(1),
  /** How many occasions pass before the first. */
  skip: z.int().min(0).default(0),
  /** Only where these fields have these values: parameters of a request, fields of a frame (`k.x`). */
  where: z.record(z.string(), scalar).optional(),
  /** From so many bars after the start on. */
  atBar: z.int().min(0).optional(),
  /** From so many milliseconds after it was set on. */
  afterMs: z.number().min(0).optional(),
  /** For so long since then. */
  forMs: z.number().min(0).optional(),
  forBars: z.int().min(1).optional(),
  ms: z.number().min(0).max(3_600_000).optional(),
  bytes: z
    .int()
    .min(0)
    .max(1 << 29)
    .optional(),
  size: z.int().min(1).max(1_000_000).optional(),
  status: z.int().min(100).max(599).optional(),
  code: z.int().optional(),
  msg: z.string().optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  text: z.string().optional(),
  set: z.record(z.string(), z.unknown()).optional(),
  symbol: z.string().optional(),
  asset: z.string().optional(),
  amount: amount.optional(),
  price: amount.optional(),
  quantity: amount.optional(),
  account: z.int().min(1).optional(),
  offsetMs: z.number().optional(),
  driftPerMinuteMs: z.number().optional(),
  reportedOffsetMs: z.number().optional(),
})

/** A fault as a script or the control port states it. */
export type Fault = z.infer<typeof FAULT>

/** One fault. Throws a ConfigError that names the field which is not what it must be. */
export function parseFault(json: unknown, place: string): Fault {
  const { success, data, error } = FAULT.safeParse(json)
  if (success) return data
  const [issue] = error.issues
  throw new ConfigError(
    `${place}${issue && issue.path.length > 0 ? `, ${issue.path.join('.')}` : ''}: ${issue?.message ?? 'must be a fault'}`,
  )
}

/** A script: a list of faults, or an object with one in `faults`. */
export function parseFaults(json: unknown, place: string): readonly Fault[] {
  const list: unknown = typeof json === 'object' && json !== null && 'faults' in json ? json.faults : json
  if (Array.isArray(list)) return list.map((one, k) => parseFault(one, `${place}, fault ${k + 1}`))
  throw new ConfigError(`${place} must be a list of faults, was none`)
}

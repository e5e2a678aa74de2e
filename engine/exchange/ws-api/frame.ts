/** A request of the WebSocket API as it comes in a frame, believing nothing it holds. Floor 3. */
import { Rejection } from '../rejection.js'
import { Params } from '../rest/params.js'

/** A request. */
export interface ApiFrame {
  readonly id: number | string | null
  readonly method: string
  readonly params: Params
  /** Parameters as they are signed: texts, by the names they came with. */
  readonly values: ReadonlyMap<string, string>
}

/** What is no request: its id, where it could be read, goes back with the refusal. */
export class FrameFault extends Rejection {
  readonly id: number | string | null

  constructor(message: string, id: number | string | null = null) {
    super(-1135, message)
    this.id = id
  }
}

const MAX_ID_LENGTH = 36

/** Reads a frame. Throws a FrameFault. */
export function parseApiFrame(text: string): ApiFrame {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new FrameFault('Invalid JSON Request')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new FrameFault('Invalid JSON Request')
  const fields: Readonly<Record<string, unknown>> = { ...json }
  const id = readId(fields)
  const { method, params = {} } = fields
  if (typeof method !== 'string') throw new FrameFault("Invalid 'method' in JSON request", id)
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new FrameFault("Invalid 'params' in JSON request", id)
  }
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(params)) {
    if (value === null) continue
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (!isPlain && !Array.isArray(value)) throw new FrameFault("Invalid 'params' in JSON request", id)
    values.set(name, isPlain ? String(value) : JSON.stringify(value))
  }
  return { id, method, params: new Params(values), values }
}

function readId({ id = null }: Readonly<Record<string, unknown>>): number | string | null {
  if (id === null || (typeof id === 'number' && Number.isSafeInteger(id))) return id
  if (typeof id === 'string' && id.length <= MAX_ID_LENGTH) return id
  throw new FrameFault(
    "Invalid 'id' in JSON request; expected an integer, a string matching '^[a-zA-Z0-9-_]{1,36}$', or null.",
  )
}

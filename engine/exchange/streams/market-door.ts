/** Connections to the market streams: raw and combined, and what clients may say on them. Floor 3. */
import type { WebSocket } from 'ws'
import type { Exchange } from '../exchange.js'
import type { MarketStreams, StreamReader } from './market-streams.js'
import { keepAlive, type SocketTerms, sendText } from './socket-life.js'

/** More frames than this in a second, pings and pongs included, end a connection. */
const FRAMES_A_SECOND = 5
const MAX_STREAMS = 1024
const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY']

/** An error of the streams' own kind. */
class FrameError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** Takes a connection to `/ws`, `/ws/<names>` or `/stream?streams=<names>`. */
export function openMarketSocket(
  socket: WebSocket,
  url: URL,
  {
    exchange,
    streams,
    terms,
  }: { readonly exchange: Exchange; readonly streams: MarketStreams; readonly terms: SocketTerms },
): void {
  const isCombined = url.pathname === '/stream'
  const reader: StreamReader = {
    socket,
    isCombined,
    isMicroseconds: /^microsecond$/i.test(url.searchParams.get('timeUnit') ?? ''),
  }
  const path = isCombined ? (url.searchParams.get('streams') ?? '') : decoded(url.pathname.slice(4))
  for (const name of path.split('/').slice(0, MAX_STREAMS)) if (name !== '') streams.add(name, reader)
  keepAlive(socket, terms, () => exchange.faults.take('pings', ['no-pings']).length === 0)
  const pace = newPace()
  const isTooFast = (): boolean => {
    if (pace(performance.now())) return false
    socket.close(1008, 'Too many requests')
    return true
  }
  socket.on('ping', isTooFast)
  socket.on('pong', isTooFast)
  socket.on('close', () => streams.forget(reader))
  socket.on('message', (data, isBinary) => {
    if (isTooFast()) return
    sendText(socket, JSON.stringify(answerFrame(isBinary ? '' : String(data), reader, streams)))
  })
}

/** A name as it was meant; one whose encoding is broken stays what it is, and names no stream. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Whether one more frame now is within the limit. */
function newPace(): (now: number) => boolean {
  let frames: number[] = []
  return (now) => {
    frames = [...frames.filter((time) => now - time < 1000), now]
    return frames.length <= FRAMES_A_SECOND
  }
}

function answerFrame(text: string, reader: StreamReader, streams: MarketStreams): unknown {
  let id: unknown
  try {
    const frame = parseFrame(text)
    id = Object.hasOwn(frame, 'id') ? frame.id : undefined
    return { result: carryOut(frame, reader, streams), id: frame.id ?? null }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error
    return { code: error.code, msg: error.message, ...(isId(id) ? { id } : {}) }
  }
}

function parseFrame(text: string): Readonly<Record<string, unknown>> {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    throw new FrameError(3, 'Invalid JSON: expected value at line 1 column 1')
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    throw new FrameError(2, 'Invalid request: expected an object at line 1 column 1')
  }
  return { ...frame }
}

function isId(id: unknown): id is number | string | null {
  if (id === null) return true
  if (typeof id === 'number') return Number.isSafeInteger(id) && id >= 0
  return typeof id === 'string' && /^[\w-]{1,36}$/.test(id)
}

function carryOut(
  frame: Readonly<Record<string, unknown>>,
  reader: StreamReader,
  streams: MarketStreams,
): unknown {
  const { method, params = [], id } = frame
  if (typeof method !== 'string') {
    throw new FrameError(2, 'Invalid request: missing field `method` at line 1 column 1')
  }
  if (!METHODS.includes(method)) {
    const known = METHODS.map((one) => `\`${one}\``).join(', ')
    throw new FrameError(
      2,
      `Invalid request: unknown variant \`${method.slice(0, 60)}\`, expected one of ${known}`,
    )
  }
  if (id !== undefined && !isId(id)) {
    throw new FrameError(2, 'Invalid request: request ID must be an unsigned integer')
  }
  if (!Array.isArray(params)) throw new FrameError(2, 'Invalid request: params must be a list')
  const words: readonly unknown[] = params
  switch (method) {
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      return changeStreams(method, words, reader, streams)
    case 'LIST_SUBSCRIPTIONS':
      return streams.namesOf(reader)
    case 'SET_PROPERTY': {
      checkProperty(words, 2)
      if (typeof words[1] !== 'boolean') throw new FrameError(1, 'Invalid value type: expected Boolean')
      reader.isCombined = words[1]
      return null
    }
    default:
      checkProperty(words, 1)
      return reader.isCombined
  }
}

function changeStreams(
  method: string,
  words: readonly unknown[],
  reader: StreamReader,
  streams: MarketStreams,
): null {
  const names = words.filter((word) => typeof word === 'string')
  if (names.length !== words.length) throw new FrameError(2, 'Invalid request: params must be strings')
  if (method === 'UNSUBSCRIBE') {
    for (const name of names) streams.remove(name, reader)
    return null
  }
  const all = new Set([...streams.namesOf(reader), ...names])
  if (all.size > MAX_STREAMS) throw new FrameError(2, 'Invalid request: too many parameters')
  for (const name of names) streams.add(name, reader)
  return null
}

function checkProperty(words: readonly unknown[], most: number): void {
  if (words.length > most) throw new FrameError(2, 'Invalid request: too many parameters')
  if (typeof words[0] !== 'string') throw new FrameError(2, 'Invalid request: property name must be a string')
  if (words[0] !== 'combined') throw new FrameError(0, 'Unknown property')
}

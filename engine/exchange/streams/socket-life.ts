/** What every socket of the exchange has: pings, a longest life, and a bound on what waits in it. Floor 3. */
import type { WebSocket } from 'ws'

/** How sockets live. Milliseconds of the machine's clock. */
export interface SocketTerms {
  readonly pingMs: number
  /** Without a pong for so long it is cut. */
  readonly pongMs: number
  /** Every connection ends after so long. */
  readonly lifeMs: number
}

/** As documented: a ping every 20 s, a minute for the pong, a day for the connection. */
export const DOCUMENTED_SOCKETS: SocketTerms = { pingMs: 20_000, pongMs: 60_000, lifeMs: 86_400_000 }

/** A reader that lets so much pile up is cut off. */
const MAX_WAITING_BYTES = 64 << 20

/** Keeps a socket as documented until it closes. `hasPings` is false where a fault keeps them back. */
export function keepAlive(
  socket: WebSocket,
  { pingMs, pongMs, lifeMs }: SocketTerms,
  hasPings: () => boolean,
): void {
  let lastPong = performance.now()
  socket.on('pong', () => {
    lastPong = performance.now()
  })
  // A frame that breaks the protocol: the library has said why it closes.
  socket.on('error', () => undefined)
  const ping = setInterval(() => {
    if (performance.now() - lastPong > pongMs) socket.terminate()
    else if (hasPings() && socket.readyState === socket.OPEN) socket.ping(String(Date.now()))
  }, pingMs)
  // Node's timers hold 31 bits.
  const end = setTimeout(
    () => socket.close(1001, 'the connection has reached its longest life'),
    Math.min(lifeMs, 2 ** 31 - 1),
  )
  socket.on('close', () => {
    clearInterval(ping)
    clearTimeout(end)
  })
}

/** Sends text, or cuts off a reader who does not read. */
export function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return
  if (socket.bufferedAmount > MAX_WAITING_BYTES) socket.terminate()
  else socket.send(text)
}

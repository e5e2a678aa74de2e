/** One connection to Binance's market streams. It does not reconnect: whoever owns it does. Floor 2. */
import WebSocket from 'ws'

/** Who listens to a connection. */
export interface StreamListener {
  onOpen(): void
  onText(text: string): void
  /** Called once, whatever ended it. */
  onEnd(reason: string): void
  /** The server lives: it has sent a ping. */
  onPing?(): void
}

const HANDSHAKE_MS = 10_000
const MOST_BYTES = 1 << 20

/** An open connection, or one that is being opened. The server's pings are answered by `ws` itself. */
export class StreamSocket {
  readonly #socket: WebSocket
  #isOver = false

  constructor(url: string, listener: StreamListener) {
    this.#socket = new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MOST_BYTES,
      followRedirects: false,
      perMessageDeflate: false,
    })
    const end = (reason: string): void => {
      if (this.#isOver) return
      this.#isOver = true
      this.#socket.terminate()
      listener.onEnd(reason)
    }
    this.#socket.on('open', () => !this.#isOver && listener.onOpen())
    // A frame comes as one buffer: `binaryType` is left as it is.
    this.#socket.on('message', (frame) => !this.#isOver && listener.onText(String(frame)))
    this.#socket.on('ping', () => !this.#isOver && listener.onPing?.())
    this.#socket.on('error', (error) => end(error.message === '' ? 'connection failed' : error.message))
    this.#socket.on('close', (code) => end(`closed by the server (${code})`))
  }

  /** Sends a frame; nothing where it is not open. */
  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text)
  }

  /** Ends it at once, without waiting for the other side: a server that is stuck would never answer. */
  terminate(): void {
    this.#isOver = true
    this.#socket.terminate()
  }
}

/** Address of a connection with some streams, such as `btcusdt@kline_1m`. */
export function combinedStreamUrl(base: string, streams: readonly string[]): string {
  return `${base.replace(/\/+$/, '')}/stream?streams=${streams.map((one) => encodeURIComponent(one).replaceAll('%40', '@')).join('/')}`
}

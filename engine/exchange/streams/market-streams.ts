/** The market streams: who listens to what, and what each step of the market sends. Floor 3. */
import type { WebSocket } from 'ws'
import type { Exchange } from '../exchange.js'
import type { StepListener } from '../market/step-listener.js'
import type { MarketStep, SymbolMarket } from '../market/symbol-market.js'
import { DepthStream } from './depth-stream.js'
import { FrameFaults } from './frame-faults.js'
import { KlineStream } from './kline-stream.js'
import { marketEvent } from './market-event.js'
import { toMicroseconds } from './microseconds.js'
import { sendText } from './socket-life.js'
import { parseStreamName, type StreamName } from './stream-name.js'

/** A connection as the streams see it. */
export interface StreamReader {
  readonly socket: WebSocket
  isCombined: boolean
  readonly isMicroseconds: boolean
}

/** One stream with its readers. */
interface OpenStream {
  readonly stream: StreamName | undefined
  readonly readers: Set<StreamReader>
  readonly faults: FrameFaults
  klines: KlineStream | undefined
  depth: DepthStream | undefined
}

/** All market streams of an exchange. */
export class MarketStreams implements StepListener {
  readonly #exchange: Exchange
  readonly #open = new Map<string, OpenStream>()
  readonly #bySymbol = new Map<string, Map<string, OpenStream>>()

  constructor(exchange: Exchange) {
    this.#exchange = exchange
    exchange.listen(this)
  }

  /** Names that a reader has asked for. */
  namesOf(reader: StreamReader): readonly string[] {
    return [...this.#open].flatMap(([name, { readers }]) => (readers.has(reader) ? [name] : []))
  }

  /** Adds a reader to a stream. A name that no symbol has stays silent. */
  add(name: string, reader: StreamReader): void {
    const open = this.#open.get(name) ?? this.#begin(name)
    open.readers.add(reader)
  }

  remove(name: string, reader: StreamReader): void {
    const open = this.#open.get(name)
    open?.readers.delete(reader)
    if (open?.readers.size !== 0) return
    this.#open.delete(name)
    if (open.stream) this.#bySymbol.get(open.stream.symbol)?.delete(name)
  }

  /** Takes a reader away from all streams. */
  forget(reader: StreamReader): void {
    for (const name of this.namesOf(reader)) this.remove(name, reader)
  }

  /** Tells all readers that the exchange goes down. */
  shutDown(time: number): void {
    const data = { e: 'serverShutdown', E: time }
    for (const { socket, isCombined } of this.#readers()) {
      sendText(socket, JSON.stringify(isCombined ? { stream: '!serverShutdown', data } : data))
    }
  }

  /** Closes all connections that read a stream. */
  close(): void {
    for (const { socket } of this.#readers()) socket.close(1001)
  }

  #readers(): ReadonlySet<StreamReader> {
    return new Set([...this.#open.values()].flatMap(({ readers }) => [...readers]))
  }

  watches({ symbol }: SymbolMarket): boolean {
    return (this.#bySymbol.get(symbol)?.size ?? 0) > 0
  }

  onStep(step: MarketStep): void {
    const streams = this.#bySymbol.get(step.market.symbol)
    if (streams === undefined) return
    for (const [name, open] of streams) {
      for (const payload of this.#payloads(open, step)) this.#publish(name, open, payload)
    }
  }

  #begin(name: string): OpenStream {
    const stream = parseStreamName(name)
    const listed = stream && this.#exchange.listed(stream.symbol)
    const open: OpenStream = {
      stream,
      readers: new Set(),
      faults: new FrameFaults(this.#exchange),
      klines: undefined,
      depth: stream?.kind === 'depthUpdate' && listed ? new DepthStream(this.#exchange, listed) : undefined,
    }
    this.#open.set(name, open)
    if (stream && listed) {
      if (stream.kind === 'kline' && this.#exchange.canServe(listed.market, stream.interval)) {
        open.klines = new KlineStream(listed.market, listed.market.grid(stream.interval, stream.offsetMs))
      }
      const streams = this.#bySymbol.get(stream.symbol) ?? new Map<string, OpenStream>()
      this.#bySymbol.set(stream.symbol, streams.set(name, open))
    }
    return open
  }

  #payloads(open: OpenStream, step: MarketStep): readonly Readonly<Record<string, unknown>>[] {
    if (open.klines) return open.klines.onStep(step)
    if (open.depth) return [open.depth.onStep(step.time)]
    if (open.stream === undefined) return []
    const payload = marketEvent(open.stream, step, this.#exchange)
    return payload === undefined ? [] : [payload]
  }

  #publish(name: string, open: OpenStream, payload: Readonly<Record<string, unknown>>): void {
    const { frames, end } = open.faults.alter(`stream ${name}`, payload)
    for (const { payload: sent, text, delayMs } of frames) {
      if (delayMs === undefined) this.#send(name, open, sent, text)
      else setTimeout(() => this.#send(name, open, sent, text), delayMs)
    }
    if (end === undefined) return
    for (const { socket } of [...open.readers]) end === 'cut' ? socket.terminate() : socket.close(1001)
  }

  /** Each form of the text is made once, however many read it. */
  #send(
    name: string,
    open: OpenStream,
    payload: Readonly<Record<string, unknown>> | undefined,
    raw: string | undefined,
  ): void {
    const made = new Map<string, string>()
    for (const { socket, isCombined, isMicroseconds } of open.readers) {
      const form = `${isCombined}${isMicroseconds}`
      let text = made.get(form)
      if (text === undefined) {
        const data = raw ?? JSON.stringify(isMicroseconds ? toMicroseconds(payload) : payload)
        text = isCombined ? `{"stream":${JSON.stringify(name)},"data":${data}}` : data
        made.set(form, text)
      }
      sendText(socket, text)
    }
  }
}

/** The control port: moves market time, sets faults, tells the truth. Whoever has its token is the test. Floor 3. */

import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { NextbarError } from '../../model/errors.js'
import { parseUnits, type Units } from '../../model/money.js'
import type { Exchange } from '../exchange.js'
import { parseFault, parseFaults } from '../faults/fault.js'
import { type RawRequest, readRequest, sendReply } from '../rest/http-door.js'
import type { Pump } from './pump.js'

/** What the control port works on. */
export interface ControlParts {
  readonly exchange: Exchange
  readonly pump: Pump
  readonly token: string
  /** What a fault that is to happen now does. */
  readonly act: (fault: ReturnType<typeof parseFault>) => void
}

/** What was asked of the control port is not what it takes. */
class ControlError extends Error {
  readonly status: number
  constructor(message: string, status = 400) {
    super(message)
    this.status = status
  }
}

const ADVANCE = z.strictObject({
  bars: z.int().min(0).max(10_000_000).optional(),
  steps: z.int().min(0).max(10_000_000).optional(),
})
const CLOCK = z.strictObject({
  offsetMs: z.number().optional(),
  driftPerMinuteMs: z.number().optional(),
  reportedOffsetMs: z.number().optional(),
})
const ACCOUNT = z.strictObject({
  balances: z.record(z.string(), z.string().regex(/^\d{1,12}(\.\d{1,8})?$/)).optional(),
  makerFee: z.number().min(0).max(0.1).optional(),
  takerFee: z.number().min(0).max(0.1).optional(),
  bnbDiscount: z.boolean().optional(),
})
const KEY = z.strictObject({
  account: z.int().min(1).default(1),
  publicKey: z.string().optional(),
  revoke: z.string().optional(),
  canTrade: z.boolean().optional(),
})

/** Answers a request to `/control/…`. */
export async function serveControl(
  parts: ControlParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const raw = await readRequest(request)
  try {
    if (raw === undefined) throw new ControlError('the body must have at most 1 MiB', 413)
    if (!isToken(raw.header('x-control-token'), parts.token)) {
      throw new ControlError(
        'the header x-control-token must be the token that was printed at the start',
        401,
      )
    }
    sendJson(response, 200, await carryOut(parts, raw))
  } catch (error) {
    const isOurs =
      error instanceof ControlError || error instanceof NextbarError || error instanceof z.ZodError
    if (!isOurs) throw error
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message
    sendJson(response, error instanceof ControlError ? error.status : 400, { error: message })
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  sendReply(response, { status, headers: { 'content-type': 'application/json' }, text: JSON.stringify(body) })
}

function isToken(given: string | undefined, token: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}

async function carryOut({ exchange, pump, act }: ControlParts, raw: RawRequest): Promise<unknown> {
  const search = new URLSearchParams(raw.query)
  switch (`${raw.verb} ${raw.path}`) {
    case 'POST /control/advance':
      await pump.advance(ADVANCE.parse(bodyOf(raw)))
      return stateOf(exchange)
    case 'GET /control/status':
      return stateOf(exchange)
    case 'GET /control/fault':
      return { faults: exchange.faults.list() }
    case 'POST /control/fault': {
      const body = bodyOf(raw)
      const faults = Array.isArray(body) ? parseFaults(body, 'the body') : [parseFault(body, 'the body')]
      for (const fault of faults) if (fault.on === 'now') act(fault)
      return { ids: faults.map((fault) => (fault.on === 'now' ? 0 : exchange.faults.add(fault))) }
    }
    case 'DELETE /control/fault':
      exchange.faults.clear(search.has('id') ? Number(search.get('id')) : undefined)
      return { faults: exchange.faults.list() }
    case 'GET /control/journal':
      return { entries: exchange.journal.since(Number(search.get('since') ?? 1)) }
    case 'POST /control/clock':
      exchange.clock.set(CLOCK.parse(bodyOf(raw)))
      return { now: exchange.clock.now(), reported: exchange.clock.reported() }
    case 'POST /control/account':
      return openAccount(exchange, ACCOUNT.parse(bodyOf(raw)))
    case 'POST /control/key':
      return changeKey(exchange, KEY.parse(bodyOf(raw)))
    default:
      throw new ControlError(
        `${raw.verb} ${raw.path} must be one of POST /control/advance, clock, account, key, fault; GET /control/status, journal, fault; DELETE /control/fault`,
        404,
      )
  }
}

function bodyOf({ body }: RawRequest): unknown {
  try {
    return body.trim() === '' ? {} : JSON.parse(body)
  } catch {
    throw new ControlError('the body must be JSON')
  }
}

function stateOf({ timeline, allListed }: Exchange) {
  return {
    marketTime: timeline.now,
    bars: timeline.bars,
    isOver: timeline.isOver,
    symbols: allListed.map(({ symbol, market, entry }) => ({
      symbol,
      status: entry.status,
      interval: market.interval,
      lastPrice: market.lastPrice,
    })),
  }
}

function openAccount(exchange: Exchange, asked: z.infer<typeof ACCOUNT>) {
  const { balances = {}, makerFee = 0.001, takerFee = 0.001, bnbDiscount = false } = asked
  const account = exchange.openAccount({
    rates: { maker: makerFee, taker: takerFee },
    paysInBnb: bnbDiscount,
    balances: new Map(
      Object.entries(balances).map(([asset, text]): [string, Units] => [asset, parseUnits(text) ?? 0n]),
    ),
  })
  const ed25519 = exchange.keys.issueEd25519(account)
  return { account: account.uid, ...exchange.keys.issue(account), ed25519 }
}

function changeKey(exchange: Exchange, { account, publicKey, revoke, canTrade }: z.infer<typeof KEY>) {
  if (revoke !== undefined) {
    const key = exchange.keys.find(revoke)
    if (canTrade !== undefined && key) {
      key.canTrade = canTrade
      return { apiKey: revoke, canTrade }
    }
    const isRevoked = exchange.keys.revoke(revoke)
    if (isRevoked) exchange.onKeyGone(revoke)
    return { isRevoked }
  }
  const owner = exchange.accounts[account - 1]
  if (owner === undefined) {
    throw new ControlError(`account must be 1 to ${exchange.accounts.length}, was ${account}`)
  }
  return publicKey === undefined
    ? exchange.keys.issue(owner)
    : { apiKey: exchange.keys.register(owner, publicKey) }
}

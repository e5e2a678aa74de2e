/**
 * Mistakes that would cost money, put into the product on purpose, and the test that must fail then. `docs/faults.md`
 * lists them; `NEXTBAR_MUTANTS=1 npx vitest run test/live/orders/mutants.test.ts` makes each in a copy of the tree.
 */

/** A mistake: in each file some text becomes another. */
export interface Mutant {
  readonly mistake: string
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[]
  /** The test that finds it. */
  readonly caughtBy: { readonly file: string; readonly test: string }
}

const ROWS = 'test/live/orders/fault-rows.test.ts'
const TRACK = 'engine/live/orders/order-track.ts'

export const MUTANTS: readonly Mutant[] = [
  {
    mistake: 'an order whose answer does not come is sent again',
    edits: [
      {
        file: 'engine/venue/signed-rest.ts',
        from: 'const asked = await this.#ask(wanted)',
        to: "const first = await this.#ask(wanted)\n    const asked = 'reason' in first ? await this.#ask(wanted) : first",
      },
    ],
    caughtBy: { file: ROWS, test: 'F3, a market order fills' },
  },
  {
    mistake: 'an order of which nobody knows is sent again when the clock was measured',
    edits: [
      {
        file: 'engine/live/orders/exchange-line.ts',
        from: "if (answer.kind !== 'REFUSED' || answer.code !== UNTIMELY) return answer",
        to: "if (answer.kind === 'DONE') return answer",
      },
    ],
    caughtBy: { file: ROWS, test: 'F34, −1021 in a 504' },
  },
  {
    mistake: 'a ledger is read up to where its chain breaks, and goes on from there',
    edits: [
      {
        file: 'engine/live/ledger/read-ledger.ts',
        from: 'if (fault !== undefined) throw new DataError(`the ledger',
        to: 'if (fault !== undefined) return\n    if (last === undefined) throw new DataError(`the ledger',
      },
    ],
    caughtBy: {
      file: 'test/live/ledger.test.ts',
      test: 'with one thing changed is found out, 30 times of 30',
    },
  },
  {
    mistake: 'a ledger whose end is lost goes on from what is left',
    edits: [
      {
        file: 'engine/live/live-runner.ts',
        from: 'if (known && known.seq > keeper.head.seq) {',
        to: 'if (known && known.seq > keeper.head.seq && known.seq < 0) {',
      },
    ],
    caughtBy: { file: ROWS, test: 'F67, a ledger whose end is lost' },
  },
  {
    mistake: 'the report of a cancel is taken by `c`, the id of the cancel, and not by `C`',
    edits: [
      {
        file: 'engine/live/orders/order-facts.ts',
        from: "clientOrderId: data.C === '' ? data.c : data.C,",
        to: 'clientOrderId: data.c,',
      },
    ],
    caughtBy: { file: ROWS, test: 'F39, −2011 though the order is open' },
  },
  {
    mistake: 'a commit does not wait for the disk',
    edits: [
      {
        file: 'engine/live/ledger/schema.ts',
        from: 'PRAGMA synchronous = FULL',
        to: 'PRAGMA synchronous = OFF',
      },
      { file: 'engine/live/ledger/ledger.ts', from: 'const FULL = 2', to: 'const FULL = 0' },
    ],
    caughtBy: {
      file: 'test/live/orders/durable.test.ts',
      test: 'an order is synced to the disk before the exchange has it',
    },
  },
  {
    mistake: 'an order goes out before its row is written',
    edits: [
      {
        file: 'engine/live/session/session-keeper.ts',
        from: 'return this.#writer.write((row) => this.#ledger.add(row))',
        to: "return this.#writer.write((row) => row.table !== 'orders' && this.#ledger.add(row))",
      },
    ],
    caughtBy: {
      file: 'test/live/orders/durable.test.ts',
      test: 'an order is synced to the disk before the exchange has it',
    },
  },
  {
    mistake: 'the commission of a fill is not read',
    edits: [
      { file: 'engine/live/orders/order-facts.ts', from: 'commission: data.n ?? 0n,', to: 'commission: 0n,' },
    ],
    caughtBy: { file: ROWS, test: 'F13, every event comes twice' },
  },
  {
    mistake: 'a commission in what is bought does not lessen what is held',
    edits: [
      {
        file: 'engine/core/account.ts',
        from: 'base: isInBase ? subtract(base, commission) : base',
        to: 'base',
      },
    ],
    caughtBy: { file: ROWS, test: 'F13, every event comes twice' },
  },
  {
    mistake: 'a NEW that comes behind FILLED opens the order again',
    edits: [
      {
        file: TRACK,
        from: "if (this.#phase === 'OVER') return []\n    const events = [",
        to: 'const events = [',
      },
      { file: TRACK, from: 'if (this.#end) return\n    if (isEnd) {', to: 'if (isEnd) {' },
      {
        file: TRACK,
        from: "this.#phase === 'UNKNOWN' || this.#phase === 'SENT'\n    this",
        to: "this.#phase !== 'OPEN'\n    this",
      },
    ],
    caughtBy: { file: ROWS, test: 'F12, events come in the wrong order' },
  },
  {
    mistake: 'a resting order fills at a touch, though a trade through it is asked for',
    edits: [
      {
        file: 'engine/core/market/matching.ts',
        from: '        ? price < limit\n        : price > limit\n  return isReached',
        to: '        ? price <= limit\n        : price >= limit\n  return isReached',
      },
    ],
    caughtBy: {
      file: 'test/backtest/orders.test.ts',
      test: 'waits until a bar trades through its price, and fills at it as maker',
    },
  },
  {
    mistake: 'a limit at the very price of the open crosses',
    edits: [
      {
        file: 'engine/core/market/matching.ts',
        from: "return side === 'BUY' ? price < limit : price > limit\n}",
        to: "return side === 'BUY' ? price <= limit : price >= limit\n}",
      },
    ],
    caughtBy: {
      file: 'test/backtest/orders.test.ts',
      test: 'at the very open rests, and fills as maker when the bar goes on below it',
    },
  },
  {
    mistake: 'a sale pays no commission',
    edits: [
      {
        file: 'engine/core/market/execution.ts',
        from: 'commissionOf(isInBase ? quantity : quote, rate)',
        to: "commissionOf(isInBase ? quantity : order.side === 'SELL' ? 0 : quote, rate)",
      },
    ],
    caughtBy: {
      file: 'test/backtest/execution.test.ts',
      test: 'are taken from what is received: base on a BUY, quote on a SELL, half up',
    },
  },
  {
    mistake: 'slippage takes the average true range of the bar before',
    edits: [
      {
        file: 'engine/core/market/sim-broker.ts',
        from: 'stretch.atr = this.#atr.at(i)',
        to: 'stretch.atr = this.#atr.at(Math.max(0, i - 1))',
      },
    ],
    caughtBy: {
      file: 'test/backtest/execution.test.ts',
      test: 'takes the range through the bar that fills, or through the bar that decided',
    },
  },
  {
    mistake: 'an order fills at the open of the bar that decided',
    edits: [
      {
        file: 'engine/core/market/sim-broker.ts',
        from: 'stretch.open = valueAt(bars.open, i)',
        to: 'stretch.open = valueAt(bars.open, Math.max(0, i - 1))',
      },
    ],
    caughtBy: {
      file: 'test/reference/backtesting-py.test.ts',
      test: 'the same entry and exit bars and prices',
    },
  },
  {
    mistake: 'of a stop and a target that one bar reaches the target comes first',
    edits: [
      {
        file: 'engine/core/market/matching.ts',
        from: "=== 'STOP_LOSS_LIMIT' ? 0 : 2",
        to: "=== 'STOP_LOSS_LIMIT' ? 2 : 0",
      },
    ],
    caughtBy: {
      file: 'test/backtest/orders.test.ts',
      test: 'counts the worse outcome when one bar reaches both, and says so',
    },
  },
  {
    mistake: 'an order that another takes the place of stays on the book',
    edits: [
      {
        file: 'engine/core/market/sim-broker.ts',
        from: 'if (replaces !== undefined) this.#orders.cancel(replaces.order)',
        to: 'if (replaces !== undefined) void replaces',
      },
    ],
    caughtBy: {
      file: 'test/backtest/replace.test.ts',
      test: 'takes the first order back and sends the other, which the next bar may fill',
    },
  },
  {
    mistake: 'more orders a minute go out than may (I5)',
    edits: [
      {
        file: 'engine/core/risk-limits.ts',
        from: 'recent(state, time).length >= maxOrdersPerMinute)',
        to: 'recent(state, time).length >= 1000 * maxOrdersPerMinute)',
      },
      {
        file: 'engine/live/gate/gate.ts',
        from: 'this.#sent.length + count > maxOrdersPerMinute\n',
        to: 'this.#sent.length + count > 1000 * maxOrdersPerMinute\n',
      },
    ],
    caughtBy: { file: ROWS, test: 'F74, a strategy asks at every bar' },
  },
  {
    mistake: 'no HALT closes the gate (I6)',
    edits: [{ file: 'engine/live/gate/gate.ts', from: "    if (halt) return 'HALT'\n", to: '' }],
    caughtBy: {
      file: 'test/live/orders/gate-matrix.test.ts',
      test: 'one lets an order to the exchange, while it trades',
    },
  },
  {
    mistake: 'a bar is taken with another close than the exchange tells (I9)',
    edits: [
      {
        file: 'engine/live/feed/bar-feed.ts',
        from: 'sequence.takeStream({ ...message.bar, flags',
        to: 'sequence.takeStream({ ...message.bar, close: message.bar.open, flags',
      },
    ],
    caughtBy: { file: ROWS, test: 'F13, every event comes twice' },
  },
  {
    mistake: 'a secret is not cut out of what is told (I12)',
    edits: [
      {
        file: 'engine/live/keys/secret.ts',
        from: '  for (const text of KNOWN) if (clean.includes(text))',
        to: '  for (const text of KNOWN) if (text === SHOWN)',
      },
    ],
    caughtBy: { file: 'test/live/keys/secret.test.ts', test: 'is cut out of a line' },
  },
  {
    mistake: 'a size hangs on chance (I13)',
    edits: [
      {
        file: 'engine/core/sizing.ts',
        from: 'const change = weight * equity - value',
        to: 'const change = weight * equity * (1 - Math.random() / 1000) - value',
      },
    ],
    caughtBy: { file: ROWS, test: 'F13, every event comes twice' },
  },
  {
    mistake: 'a halt wakes nobody (I14)',
    edits: [
      {
        file: 'engine/live/operations/alert-rules.ts',
        from: "          'halt',\n          'page',",
        to: "          'halt',\n          'ticket',",
      },
    ],
    caughtBy: { file: ROWS, test: 'F54, −2015' },
  },
  {
    mistake: 'a 5xx counts as refused (I1)',
    edits: [
      {
        file: 'engine/venue/signed-rest.ts',
        from: 'if (status >= 500 || code === undefined || OPEN_CODES.has(code)) {',
        to: 'if (code === undefined || OPEN_CODES.has(-code)) {',
      },
      {
        file: 'engine/venue/signed-rest.ts',
        from: 'if (changes && !isRefusal(code))',
        to: 'if (changes && isRefusal(-code))',
      },
    ],
    caughtBy: { file: ROWS, test: 'F4, −1007 behind an accepted order' },
  },
  {
    mistake: 'of two orders of one bar only the first is sent (I1)',
    edits: [
      {
        file: 'engine/live/orders/order-gateway.ts',
        from: 'for (const group of pairsOf(submits)) {',
        to: 'for (const group of pairsOf(submits).slice(0, 1)) {',
      },
    ],
    caughtBy: { file: ROWS, test: 'F1, of two orders of one bar' },
  },
  {
    mistake: 'a start does not ask for what the ledger holds open (I1)',
    edits: [
      {
        file: 'engine/live/orders/order-gateway.ts',
        from: 'await Promise.all(tracks.map((track) => inquiry.resolve(track, true)))',
        to: 'await Promise.all(tracks.map(() => undefined))',
      },
    ],
    caughtBy: {
      file: 'test/live/orders/real-faults.test.ts',
      test: 'does so whatever comes: killed with an order on the wire',
    },
  },
  {
    mistake: 'nobody asks about an order in doubt (I10)',
    edits: [
      {
        file: 'engine/live/orders/order-inquiry.ts',
        from: '{ about: track.id })\n    run(this.resolve(track))',
        to: '{ about: track.id })\n    void run',
      },
    ],
    caughtBy: { file: ROWS, test: 'F2, an order is lost before it is accepted' },
  },
  {
    mistake: 'an order that was never there stays in doubt for ever (I10)',
    edits: [
      {
        file: 'engine/live/orders/order-inquiry.ts',
        from: 'if (await this.#settleAbsent(track)) return',
        to: 'if (track.isAbsent && (await this.#settleAbsent(track))) return',
      },
    ],
    caughtBy: { file: ROWS, test: 'F2, an order is lost before it is accepted' },
  },
  {
    mistake: 'the stream of the account is not opened again (I10)',
    edits: [
      {
        file: 'engine/live/orders/user-stream.ts',
        from: 'this.#retry = setTimeout(() => this.#connect(), wait)',
        to: 'this.#retry = setTimeout(() => undefined, wait)',
      },
    ],
    caughtBy: { file: ROWS, test: 'F15, the user stream closes' },
  },
  {
    mistake: 'a look at the account that fails is the last one (I10)',
    edits: [
      {
        file: 'engine/live/orders/account-watch.ts',
        from: '} finally {\n      this.#isLooking = false',
        to: '} finally {\n      this.#isLooking = performance.now() - this.#lastClean > 50',
      },
    ],
    caughtBy: { file: ROWS, test: 'F49, 429 on a look at the account' },
  },
  {
    mistake: 'a halt takes nothing back (I10)',
    edits: [
      {
        file: 'engine/core/permission.ts',
        from: 'this.isHalted = true\n        return true',
        to: 'this.isHalted = true\n        return false',
      },
    ],
    caughtBy: { file: ROWS, test: 'F76, KILL while it trades' },
  },
  {
    mistake: 'Retry-After is not read (I11)',
    edits: [
      {
        file: 'engine/venue/limiter.ts',
        from: 'const asked = retryAfterMs(headers)',
        to: 'const asked = retryAfterMs({ ...headers, "retry-after": undefined })',
      },
    ],
    caughtBy: { file: ROWS, test: 'F49, 429 on a look at the account' },
  },
  {
    mistake: 'while told to wait, only orders wait (I11)',
    edits: [
      {
        file: 'engine/venue/limit-windows.ts',
        from: 'let wait = Math.max(0, this.#blockedUntil - now)',
        to: 'let wait = Math.max(0, costs.ORDERS ? this.#blockedUntil - now : 0)',
      },
    ],
    caughtBy: { file: ROWS, test: 'F49, 429 on a look at the account' },
  },
  {
    mistake: 'the stream of the account is opened while told to wait (I11)',
    edits: [
      {
        file: 'engine/live/orders/live-orders.ts',
        from: '!this.#line.isSilent && rest.mayAsk(CONNECT_WEIGHT)',
        to: '!this.#line.isSilent && CONNECT_WEIGHT > 0',
      },
    ],
    caughtBy: { file: ROWS, test: 'F49, 429 on a look at the account' },
  },
  {
    mistake: 'behind a 418 the stream of the account is opened again (I11)',
    edits: [
      {
        file: 'engine/live/orders/live-orders.ts',
        from: '!this.#line.isSilent && rest.mayAsk(CONNECT_WEIGHT)',
        to: 'CONNECT_WEIGHT > 0',
      },
    ],
    caughtBy: { file: ROWS, test: 'F51, 418' },
  },
  {
    mistake: 'behind a 418 all but orders goes on (I11)',
    edits: [
      {
        file: 'engine/venue/limiter.ts',
        from: 'if (this.#halt !== undefined) throw new ExchangeError(this.#halt)',
        to: 'if (this.#halt !== undefined && costs.ORDERS) throw new ExchangeError(this.#halt)',
      },
      {
        file: 'engine/live/orders/exchange-line.ts',
        from: "if (this.#isSilent) return { kind: 'HALT'",
        to: "if (this.#isSilent && request.method === 'POST') return { kind: 'HALT'",
      },
      {
        file: 'engine/live/orders/account-watch.ts',
        from: 'if (this.#isLooking || line.isSilent) return',
        to: 'if (this.#isLooking) return',
      },
    ],
    caughtBy: { file: ROWS, test: 'F51, 418' },
  },
  {
    mistake: 'behind a 418 bars are asked for (I11)',
    edits: [
      {
        file: 'engine/venue/limiter.ts',
        from: 'if (this.#halt !== undefined) throw new ExchangeError(this.#halt)',
        to: 'if (this.#halt !== undefined && costs.ORDERS) throw new ExchangeError(this.#halt)',
      },
    ],
    caughtBy: { file: ROWS, test: 'F51, 418' },
  },
  {
    mistake: 'nobody is told that a halt is over (I14)',
    edits: [
      {
        file: 'engine/live/operations/alert-rules.ts',
        from: 'return this.#endHalt(news.reason)',
        to: 'return this.#endHalt(news.reason).slice(1)',
      },
    ],
    caughtBy: { file: ROWS, test: 'F66, a disk that fails' },
  },
]

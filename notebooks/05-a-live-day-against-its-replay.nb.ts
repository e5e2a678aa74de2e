// %% [markdown]
// # A live day against its replay
//
// The complaint about backtests is that live differs. Here a session runs for ten hours of market time: the real
// `run-live.ts`, on real sockets, against a local exchange whose bars are made up. It writes down every input before
// it is applied. Then the record is held against the code, twice.

// %%
import { display } from './kit/index.js'
import { liveDay, prove } from './kit/live-day.js'

const day = await liveDay('sma-cross', { params: { fast: 5, slow: 20 }, mode: 'dry-run', bars: 600 })
const { record } = day
display([
  {
    events: record.events.length,
    decisions: record.decisions.length,
    orders: record.orders.length,
    fills: record.fills.length,
    'orders that the exchange took': day.accepted,
  },
])

// %% What a dry run prints: the first orders
day.orders.slice(0, 5).map(({ side, order_type, quantity, quote_quantity, price, decision_time }) => ({
  decision_time,
  side,
  order_type,
  quantity,
  quote_quantity,
  price,
}))

// %% [markdown]
// ## Two proofs
//
// **A**: the recorded events through a fresh session give the same decisions and orders, to the byte. **B**: the bars
// alone through the backtester give the same orders and fills.

// %%
const proofs = await prove(record, 'sma-cross')
display(proofs.map(({ name, claim, isHeld }) => ({ proof: name, holds: isHeld, claim })))

// %% [markdown]
// ## A proof that cannot fail proves nothing
//
// One bar of the record is changed a little. The proof finds it, and shows what each side saw.

// %%
const at = record.events.findLastIndex(({ kind }) => kind === 'BAR') - 200
const events = record.events.map((event, k) =>
  k === at && event.kind === 'BAR'
    ? { ...event, bar: { ...event.bar, close: event.bar.close * 1.01 } }
    : event,
)
const tampered = await prove({ ...record, events }, 'sma-cross')
display(
  tampered.map(({ name, isHeld, difference }) => ({
    proof: name,
    holds: isHeld,
    'first difference':
      difference === undefined ? '' : `${difference.what} ${difference.number} at ${difference.time}`,
  })),
)

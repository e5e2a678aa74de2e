/** `run-promote.ts explain`: one bar, as it was recorded and as the backtester has it. Floor 5. */
import { ConfigError, DataError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { type ExplainedBar, type ExplainedSide, explainBar, inputsLine } from '../../promote/explain-bar.js'
import { FLAGS } from '../flag-table.js'
import type { Found } from './found.js'
import { needed, type PromoteWords } from './promote-words.js'
import { loadRecord } from './session-record.js'

/** Explains; all is well when both sides asked for the same. */
export async function explainVerb(words: PromoteWords): Promise<Found> {
  const { given } = words
  const state = needed(words, 'state')
  const at = needed(words, 'at')
  const time = FLAGS.from.parse([at], '--at') ?? 0
  const { record, code } = await loadRecord(state, {
    asked: given.get('strategy'),
    isTrusted: given.has('trust'),
  })
  const names = record.genesis.symbols.map(({ symbol }) => symbol)
  const symbol = given.get('symbol') ?? names[0] ?? ''
  const symbolIndex = names.indexOf(symbol)
  if (symbolIndex < 0)
    throw new ConfigError(`--symbol must be one of the session's, ${symbol} is none${hintFor(symbol, names)}`)
  const bar = explainBar(record, code, { symbolIndex, time })
  if (!bar)
    throw new DataError(`the record must hold the bar of ${symbol} at ${at}, does not: ${rangeOf(record)}`)
  return { text: explainText(bar), json: { schema: 'nextbar/explain@1', ...bar }, isWell: true }
}

function rangeOf({ events }: Awaited<ReturnType<typeof loadRecord>>['record']): string {
  const times = events.flatMap((event) => (event.kind === 'BAR' ? [event.bar.openTime] : []))
  const shown = (time: number | undefined) => (time === undefined ? 'nowhere' : new Date(time).toISOString())
  return `its bars open from ${shown(times[0])} to ${shown(times.at(-1))}`
}

function explainText(bar: ExplainedBar): string {
  const { symbol, openTime, closeTime, inputs, origin, isLate, isWarmUp, recorded, replayed } = bar
  const notes = [
    origin,
    ...(isLate ? ['came too late: nothing could be asked for at it'] : []),
    ...(isWarmUp ? ['only warmed up'] : []),
  ]
  return `${[
    `bar       ${symbol} ${openTime}, closed ${closeTime} (${notes.join(', ')})`,
    `inputs    ${inputsLine(inputs)}`,
    'live      as recorded',
    ...sideLines(recorded),
    'backtest  over the same bars',
    ...sideLines(replayed),
    isSame(recorded, replayed) ? 'both asked for the same' : 'they asked for different things',
  ].join('\n')}\n`
}

function sideLines({ readings, asks, orders }: ExplainedSide): readonly string[] {
  return [
    ...Object.entries(readings ?? {}).map(
      ([name, [now, before]]) => `  value   ${name} ${now ?? '–'} (before ${before ?? '–'})`,
    ),
    ...(asks.length === 0 ? ['  branch  nothing was asked for'] : asks.map((ask) => `  branch  ${ask}`)),
    ...orders.flatMap(({ request, status, fills }) => [
      `  order   ${request}`,
      `  became  ${status}`,
      ...fills.map((fill) => `  fill    ${fill}`),
    ]),
  ]
}

function isSame(one: ExplainedSide, other: ExplainedSide): boolean {
  const asked = ({ asks, orders }: ExplainedSide) =>
    JSON.stringify([asks, orders.map(({ request }) => request)])
  return asked(one) === asked(other)
}

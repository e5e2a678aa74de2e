/**
 * Breakout of the Donchian channel: buys above the highest high of the bars before, sells below the
 * lowest low of a shorter stretch.
 *
 * The idea: a new high that took long to come tends to go on. It fails in a range, where every new high
 * is the last buyer, and it gives back much of a trend before it is out.
 * Source: the rules of the Turtles, in Faith, Way of the Turtle, 2007; after R. Donchian.
 */
import { defineStrategy, donchian, int } from '../engine/index.js'

export const donchianBreakout = defineStrategy({
  name: 'donchian-breakout',
  params: {
    entry: int(2880, { min: 2, max: 50_000 }),
    exit: int(1440, { min: 2, max: 50_000 }),
  },
  allow: (p) => p.exit <= p.entry,
  indicators: (p) => ({ entry: donchian(p.entry), exit: donchian(p.exit) }),
  onBar({ entry, exit }, { bars, position, target }) {
    // The channel of the bars before this one: a bar cannot break out of a channel that it is part of.
    const price = bars.close.at(0)
    if (position.isFlat && price > entry.upper.at(1)) target(1, { tag: 'breakout' })
    else if (position.isLong && price < exit.lower.at(1)) target(0, { tag: 'breakdown' })
  },
})

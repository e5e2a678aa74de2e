/**
 * The thread of a long run: it joins and hashes the bars at once, and makes its price chart's levels when it is asked.
 * Floor 5.
 */
import { parentPort } from 'node:worker_threads'
import { hashBars } from '../../data/content-hash.js'
import { levelBlocks } from '../../reports/price-chart/level-blocks.js'
import { type PriceLevel, priceLevels } from '../../reports/price-chart/price-levels.js'
import { InvariantError } from '../model/errors.js'
import type { LevelsOf, LevelsReply, LevelsRequest } from './levels-thread.js'

let joined: { readonly of: LevelsOf; readonly levels: readonly PriceLevel[] } | undefined

parentPort?.on('message', (request: LevelsRequest) => {
  if ('of' in request) {
    const { of } = request
    joined = { of, levels: priceLevels(of.bars, of.first, of.end) }
    return say({ isJoined: true, hash: of.hashed && hashBars(of.hashed) })
  }
  if (!joined) throw new InvariantError('the bars must come before what is made of them')
  say({ made: levelBlocks({ ...joined.of, ...request.asked }, joined.levels) })
  parentPort?.close()
})

function say(reply: LevelsReply): void {
  parentPort?.postMessage(reply)
}

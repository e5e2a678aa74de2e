/** Results at other costs, as lines of the terminal and as JSON. Floor 5. */
import { formatFixed, formatPercent } from '../../reports/format-number.js'
import { alphaEnd, delayName, feeEnd, feeName } from '../../reports/sensitivity-words.js'
import type { Sensitivity, SensitivityLayer } from '../model/sensitivity.js'
import type { Json } from './canonical-json.js'
import type { Paint } from './paint.js'

const HEAD_WIDTH = 16
const CELL_WIDTH = 12

/** Net return by alpha (down) and fee (across), for each delay. */
export function sensitivityLines(sensitivity: Sensitivity, paint: Paint): string[] {
  const { fees, layers, method } = sensitivity
  const head = `  ${'alpha \\ fee'.padEnd(HEAD_WIDTH)}${fees.map((pair) => feeName(pair).padStart(CELL_WIDTH)).join('')}`
  const how = method === 'DECISIONS' ? 'the same decisions at other costs' : 'decided again at every cost'
  return [
    `  ${paint('strong', 'Net return at other costs')}${paint('quiet', `  ${how}`)}`,
    ...layers.flatMap((layer) => [
      paint('quiet', `  ${delayName(layer)}`),
      paint('quiet', head),
      ...rowsOf(layer, sensitivity, paint),
      `  ${paint('quiet', 'profit ends at '.padEnd(HEAD_WIDTH))}alpha ${alphaEnd(layer)}, fee ${feeEnd(layer)}`,
    ]),
  ]
}

function rowsOf(
  { cells, delayBars }: SensitivityLayer,
  { alphas, own }: Sensitivity,
  paint: Paint,
): string[] {
  return cells.map((row, a) => {
    const words = row.map(({ netReturn }, f) => {
      const text = formatPercent(netReturn).padStart(CELL_WIDTH)
      const isOwn = delayBars === 0 && a === own.alpha && f === own.fee
      if (isOwn) return paint('strong', text)
      return netReturn === 0 ? text : paint(netReturn > 0 ? 'gain' : 'loss', text)
    })
    return `  ${formatFixed(alphas[a] ?? 0, 3).padEnd(HEAD_WIDTH)}${words.join('')}`
  })
}

/** The same for programs, in the spelling of the other keys. */
export function sensitivityJson({ alphas, fees, layers, method }: Sensitivity): Json {
  return {
    method: method === 'DECISIONS' ? 'decisions' : 'replay',
    alphas,
    fees: fees.map(({ maker, taker }) => ({ maker, taker })),
    layers: layers.map(({ breakEvenAlpha, breakEvenFee, cells, delayBars }) => ({
      delay_bars: delayBars,
      break_even_alpha: { kind: breakEvenAlpha.kind.toLowerCase(), value: breakEvenAlpha.value },
      break_even_fee: { kind: breakEvenFee.kind.toLowerCase(), value: breakEvenFee.value },
      cells: cells.map((row) =>
        row.map(({ netProfit, netReturn, trades }) => ({
          net_profit: netProfit,
          net_return: netReturn,
          trades,
        })),
      ),
    })),
  }
}

/** How a symbol of Binance Spot is spelled. Floor 0. */

/** Source of an expression (flag u) for a symbol: capital letters and digits, of other scripts too. */
export const SYMBOL = '[\\p{Lu}\\p{Lo}\\p{N}]{1,30}'

const WHOLE_SYMBOL = new RegExp(`^${SYMBOL}$`, 'u')

/** Whether the text can be a symbol of Binance Spot. */
export function isSymbol(text: string): boolean {
  return WHOLE_SYMBOL.test(text)
}

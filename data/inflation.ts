/** How much a packed file may become: an archive that promises more is a trap or broken. Floor 3. */
import { DataError } from '../engine/model/errors.js'

/** Bars are held in memory, so their text must fit into it. */
const MAX_BYTES = 1 << 30
/** Trades are read as they come: a month of BTCUSDT unpacks to some ten GiB. */
export const MAX_TRADE_BYTES = 64 * 2 ** 30
const MAX_RATIO = 200

/** Throws a DataError when `inflated` bytes so far are more than `most` (1 GiB) or 200 times the `packed` ones. */
export function checkInflation(
  file: string,
  {
    packed,
    inflated,
    most = MAX_BYTES,
  }: { readonly packed: number; readonly inflated: number; readonly most?: number },
): void {
  if (inflated > most) {
    throw new DataError(
      `${file}: must unpack to at most ${most / 2 ** 30} GiB, is more; unpack it by hand if it is what you want`,
    )
  }
  if (inflated > MAX_RATIO * packed) {
    throw new DataError(
      `${file}: must unpack to at most ${MAX_RATIO} times its size, is more; klines do not, is it a zip bomb?`,
    )
  }
}

/** How much a packed file may become: an archive that promises more is a trap or broken. Floor 3. */
import { DataError } from '../engine/model/errors.js'

const MAX_BYTES = 1 << 30
const MAX_RATIO = 200

/** Throws a DataError when `inflated` bytes so far are more than 1 GiB or 200 times the `packed` ones. */
export function checkInflation(
  file: string,
  { packed, inflated }: { readonly packed: number; readonly inflated: number },
): void {
  if (inflated > MAX_BYTES) {
    throw new DataError(
      `${file}: must unpack to at most 1 GiB, is more; unpack it by hand if it is what you want`,
    )
  }
  if (inflated > MAX_RATIO * packed) {
    throw new DataError(
      `${file}: must unpack to at most ${MAX_RATIO} times its size, is more; klines do not, is it a zip bomb?`,
    )
  }
}

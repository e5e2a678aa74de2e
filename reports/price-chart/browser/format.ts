/** Numbers and moments as the chart prints them, alike on every machine. Floor 4. */

const DAY = 86_400_000

/** A number with fixed decimals: `−1,234.50`; – where it is not defined. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return '–'
  const digits = Math.abs(value).toFixed(decimals)
  const [whole = '', fraction] = digits.split('.')
  const sign = value < 0 && /[1-9]/.test(digits) ? '−' : ''
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`
}

/** With a plus where it is above 0. */
export function signed(value: number, decimals: number): string {
  return `${value > 0 ? '+' : ''}${fixed(value, decimals)}`
}

/** A fraction as percent: 0.1234 is `12.34%`. */
export function percent(fraction: number, decimals = 2): string {
  return Number.isFinite(fraction) ? `${fixed(fraction * 100, decimals)}%` : '–'
}

/** Three digits and a letter: `1.23k`, `45.6M`. */
export function compact(value: number): string {
  const size = Math.abs(value)
  const [factor, letter] =
    size >= 1e9 ? [1e9, 'B'] : size >= 1e6 ? [1e6, 'M'] : size >= 1e4 ? [1e3, 'k'] : [1, '']
  const scaled = size / factor
  const decimals = scaled >= 100 || scaled === 0 ? 0 : scaled >= 10 ? 1 : scaled >= 1 ? 2 : 4
  const text = fixed(value / factor, decimals)
  return `${text.includes('.') ? text.replace(/\.?0+$/, '') : text}${letter}`
}

/** A moment in UTC, as exact as bars of length `ms` need it. */
export function momentText(time: number, ms: number): string {
  const text = new Date(time).toISOString()
  const minutes = text.slice(0, 16).replace('T', ' ')
  if (ms >= DAY && time % DAY === 0) return text.slice(0, 10)
  return time % 60_000 === 0 ? minutes : text.slice(0, 19).replace('T', ' ')
}

/** How fast the byte parser is: rows a second over synthetic klines in memory, all twelve columns filled. */
import { KlineParser } from '../data/parse-klines.js'
import { generateBars } from '../data/synthetic.js'
import { closeTimeAt, FIELDS } from '../engine/model/bars.js'

/** What `benchCsv` measured. */
export interface CsvBench {
  readonly rows: number
  readonly bytes: number
  /** Of the best round. */
  readonly rowsPerSecond: number
}

/** Bytes that reading a file hands over at once. */
const CHUNK = 1 << 20

const LAYOUT = { hasHeader: false, width: 12 }

/** Parses `rows` klines `rounds` times. */
export function benchCsv({
  rows = 500_000,
  rounds = 5,
}: {
  readonly rows?: number
  readonly rounds?: number
} = {}): CsvBench {
  const bytes = writeKlines(rows)
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const parser = new KlineParser({ file: 'bench.csv', layout: LAYOUT, expectedRows: rows })
    for (let at = 0; at < bytes.length; at += CHUNK) parser.push(bytes.subarray(at, at + CHUNK))
    const read = parser.end().length
    best = Math.min(best, performance.now() - start)
    if (read !== rows) throw new Error(`the parser must read all ${rows} rows, read ${read}`)
  }
  return { rows, bytes: bytes.length, rowsPerSecond: rows / (best / 1000) }
}

function writeKlines(rows: number): Buffer {
  const bars = generateBars({ seed: 1, count: rows })
  const lines: string[] = []
  for (let i = 0; i < rows; i++) {
    const values = FIELDS.map((field) => (bars[field][i] ?? 0).toFixed(8))
    const quote = ((bars.close[i] ?? 0) * (bars.volume[i] ?? 0)).toFixed(8)
    lines.push(
      `${bars.openTime[i]},${values},${closeTimeAt(bars, i)},${quote},977,${values.at(-1)},${quote},0\n`,
    )
  }
  return Buffer.from(lines.join(''), 'latin1')
}

import {
  Float32,
  Float64,
  Int32,
  makeVector,
  Null,
  Table,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeArrow } from '../../../data/arrow/write-arrow.js'
import { hashBars } from '../../../data/content-hash.js'
import { loadBars } from '../../../data/load-bars.js'
import { generateBars } from '../../../data/synthetic.js'
import { BAR_FLAG, newColumn, OPTIONAL_FIELDS } from '../../../engine/model/bars.js'
import { DataError } from '../../../engine/model/errors.js'
import { MINUTE, START, useFolder } from '../kline-files.js'
import { FOREIGN_FILES } from './foreign-files.js'

const folder = useFolder()
let files = 0

/** Loads the bytes as a file; gives the bars, or why they are refused. */
async function load(bytes: Uint8Array, columns?: Readonly<Record<string, string>>) {
  const name = await folder.write(`BTCUSDT-1m-${++files}.arrow`, Buffer.from(bytes))
  const loading = loadBars({ patterns: [name], cwd: folder.path(), ...(columns && { columns }) })
  return loading.catch((error: Error) => error)
}

async function refusal(bytes: Uint8Array, columns?: Readonly<Record<string, string>>): Promise<string> {
  const error = await load(bytes, columns)
  if (error instanceof DataError) return error.message.replace(/BTCUSDT-1m-\d+\.arrow/g, 'FILE')
  throw new Error('it must be refused as data, was not', { cause: error })
}

type Columns = Readonly<Record<string, Vector | Float32Array | Float64Array>>

/** Columns as the bytes of a file or a stream. */
function arrowOf(columns: Columns, kind: 'file' | 'stream'): Uint8Array {
  const vectors = Object.entries(columns).map(([name, values]) => [
    name,
    values instanceof Vector ? values : makeVector(values),
  ])
  return tableToIPC(new Table(Object.fromEntries(vectors)), kind)
}

const TIMES = [0, 1, 2].map((minute) => START + minute * MINUTE)
const times = () => Float64Array.from(TIMES)
const PLAIN = {
  time: times(),
  open: Float64Array.of(10, 11, 12),
  high: Float64Array.of(12, 12, 13),
  low: Float64Array.of(9, 10, 11),
  close: Float64Array.of(11, 12, 12.5),
  volume: Float64Array.of(1, 2, 3),
}

describe('Arrow files', () => {
  it('of bars that are written and read again are the same to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.integer({ min: 3, max: 200 }),
        fc.constantFrom('1m', '4h', '1M'),
        fc.subarray([...OPTIONAL_FIELDS]),
        fc.boolean(),
        fc.integer({ min: 0, max: 5 }),
        async (seed, count, interval, optional, hasVolume, origin) => {
          const bars = generateBars({ seed, count, interval })
          for (const [k, field] of optional.entries()) {
            const column = newColumn(count)
            for (let i = 0; i < count; i++) column[i] = field === 'tradeCount' ? i + k : Math.sqrt(i + k)
            bars[field] = column
          }
          if (!hasVolume) bars.volume.fill(Number.NaN)
          bars.origin.fill(origin)
          bars.flags[1] = BAR_FLAG.irregularClose
          const close = (bars.openTime[1] ?? 0) + 1
          const name = `SYNTHUSDT-${interval}-${++files}.arrow`
          writeArrow(`${folder.path()}/${name}`, {
            bars,
            closeTimes: new Map([[bars.openTime[1] ?? 0, close]]),
          })
          const {
            bars: read,
            sha256,
            irregularCloses,
          } = await loadBars({ patterns: [name], cwd: folder.path() })
          expect([sha256, irregularCloses]).toEqual([hashBars(bars), 1])
          for (const field of OPTIONAL_FIELDS)
            expect(read[field]?.subarray(0, count)).toEqual(
              optional.includes(field) ? bars[field] : undefined,
            )
          expect([...read.origin.subarray(0, count)]).toEqual([...bars.origin.subarray(0, count)])
        },
      ),
      { numRuns: 20 },
    )
  })

  it('of more bars than a batch holds are one', async () => {
    const bars = generateBars({ seed: 3, count: 70_000 })
    writeArrow(`${folder.path()}/SYNTHUSDT-1m.arrow`, { bars, closeTimes: new Map() })
    const { sha256 } = await loadBars({ patterns: ['SYNTHUSDT-1m.arrow'], cwd: folder.path() })
    expect(sha256).toBe(hashBars(bars))
  })

  it.each(Object.entries(FOREIGN_FILES))('that %s wrote', async (name, bytes) => {
    const loaded = await load(bytes)
    if (loaded instanceof Error) throw loaded
    const { bars } = loaded
    const first = [START, 42283.58, 42298.62, 42261.02, 42298.61, 35.92724]
    const rows = /LZ4|Zstandard/.test(name)
      ? Array.from({ length: 40 }, (_, i) => [START + i * MINUTE, ...first.slice(1)])
      : [
          first,
          [START + MINUTE, 42298.62, 42320, 42298.61, 42320, 21.16779],
          [START + 2 * MINUTE, 42320, 42331.54, 42319.99, 42325.5, 21.60391],
        ]
    const columns = [bars.openTime, bars.open, bars.high, bars.low, bars.close, bars.volume]
    expect(rows.map((_, i) => columns.map((column) => column[i]))).toEqual(rows)
    expect(bars.length).toBe(rows.length)
  })

  it.each(['file', 'stream'] as const)(
    'hold text, small numbers and unknown columns, as a %s',
    async (kind) => {
      const columns = {
        note: vectorFromArray(['a', null, 'c'], new Utf8()),
        TIME: vectorFromArray(
          TIMES.map((time) => time / 1000),
          new Int32(),
        ),
        open_price: vectorFromArray(['10', '11.0', '1.2e1'], new Utf8()),
        high: vectorFromArray([12.5, 12, 13], new Float32()),
        low: vectorFromArray([9, 10, 11], new Int32()),
        close: Float64Array.of(11, 12, 12.5),
      }
      const loaded = await load(arrowOf(columns, kind))
      if (loaded instanceof Error) throw loaded
      const { bars } = loaded
      expect(
        [bars.openTime, bars.open, bars.high, bars.low, bars.volume].map((one) => [...one.subarray(0, 3)]),
      ).toEqual([TIMES, [10, 11, 12], [12.5, 12, 13], [9, 10, 11], [Number.NaN, Number.NaN, Number.NaN]])
    },
  )

  it('may be filled up behind their magic word, as those of arrow-rs', async () => {
    const bytes = FOREIGN_FILES['pyarrow, a file in two batches'] ?? Buffer.of()
    const shift = 56
    const footer = bytes.length - 10 - bytes.readInt32LE(bytes.length - 10)
    const moved = Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(shift), bytes.subarray(8)])
    // The footer says where each batch is: 24 bytes a batch, the place first.
    const mark = Buffer.of(255, 255, 255, 255)
    let places = 0
    for (let at = bytes.indexOf(mark, 12); at >= 0 && at < footer; at = bytes.indexOf(mark, at + 4)) {
      const place = moved.indexOf(Buffer.from(BigInt64Array.of(BigInt(at)).buffer), footer + shift)
      if (place < 0) continue
      moved.writeBigInt64LE(BigInt(at + shift), place)
      places++
    }
    expect(places).toBe(2)
    const [loaded, plain] = [await load(moved), await load(bytes)]
    if (loaded instanceof Error || plain instanceof Error) throw loaded
    expect(loaded.sha256).toBe(plain.sha256)
  })

  it('are the bars of a CSV file with the same values', async () => {
    const rows = TIMES.map((time, i) =>
      [
        time,
        ...Object.values(PLAIN)
          .slice(1)
          .map((column) => column[i]),
      ].join(),
    )
    await folder.write('BTCUSDT-1m-x.csv', `time,open,high,low,close,volume\n${rows.join('\n')}\n`)
    const csv = await loadBars({ patterns: ['BTCUSDT-1m-x.csv'], cwd: folder.path() })
    const loaded = await load(arrowOf(PLAIN, 'file'))
    if (loaded instanceof Error) throw loaded
    const { source: _csv, files: _files, bars: wanted, ...rest } = csv
    expect(loaded).toMatchObject(rest)
    for (const column of ['openTime', 'open', 'high', 'low', 'close', 'volume', 'flags', 'origin'] as const)
      expect([...loaded.bars[column].subarray(0, 3)]).toEqual([...wanted[column].subarray(0, 3)])
  })

  it('lack what is there of the type null alone, as tables without any value of a column have it', async () => {
    const nulls = vectorFromArray([null, null, null], new Null())
    for (const kind of ['file', 'stream'] as const) {
      const bytes = arrowOf({ ...PLAIN, close_time: nulls, quote_volume: nulls }, kind)
      expect(await load(bytes)).toMatchObject({ bars: { quoteVolume: undefined }, irregularCloses: 0 })
      expect(await refusal(arrowOf({ ...PLAIN, close: nulls }, kind))).toBe(
        'FILE line 1: column close must have a value in every row, was null',
      )
    }
  })

  it('may have a column without a name', async () => {
    for (const kind of ['file', 'stream'] as const)
      expect(await load(arrowOf({ '': times(), ...PLAIN }, kind))).not.toBeInstanceOf(Error)
  })

  it('have columns by the names that the user gives', async () => {
    const { time, open, ...others } = PLAIN
    const bytes = arrowOf({ t: time, o: open, ...others }, 'file')
    expect(await refusal(bytes)).toMatch(
      /header must name the time column.*say which it is with --columns time=NAME/,
    )
    expect(await load(bytes, { time: 't', open: 'o' })).not.toBeInstanceOf(Error)
    expect(await refusal(bytes, { time: 't', open: 'O' })).toMatch(/header must name the open column "O"/)
  })

  it.each([
    [
      { high: vectorFromArray([12, null, 13], new Float64()) },
      'FILE line 2: column high must have a value in every row, was null',
    ],
    [
      { time: vectorFromArray([null, TIMES[1], TIMES[2]], new Float64()) },
      'FILE line 1: column time must have a value in every row, was null',
    ],
    [
      { volume: vectorFromArray([1, 2, null], new Float64()) },
      'FILE line 3: column volume must have a value in every row, was null',
    ],
    [{ close: Float64Array.of(11, Number.NaN, 12) }, 'FILE line 2: prices must be above 0'],
    [
      { volume: Float64Array.of(1, 2, -1) },
      'FILE line 3: volume must be a finite number of at least 0, was -1',
    ],
    [{ time: Float64Array.of(START, START, START + MINUTE) }, 'FILE line 2: a bar must come once'],
    [
      { time: Float64Array.of(START + MINUTE, START, START + 2 * MINUTE) },
      'FILE line 2: bars must come oldest first',
    ],
    [
      { time: times().map((time) => time + 1) },
      'FILE line 1: a bar of 1m (as the file is named) must open on its grid',
    ],
    [
      { time: times().map((time) => time * 1000 + 5) },
      'FILE line 1: column time must be a whole millisecond, was 1704067200000005',
    ],
    [
      { time: times().map((time) => time * 1e6) },
      'FILE line 1: column time must be a time of 10, 13 or 16 digits, was 1704067200000000000',
    ],
    [
      { time: Float32Array.from(TIMES) },
      'FILE line 1: column time must be of timestamps or whole numbers, was of type Float32',
    ],
    [
      { open: vectorFromArray(['10', 'x', '12'], new Utf8()) },
      'FILE line 2: column open must be a decimal number of at least 0, was "x"',
    ],
    [
      { open: vectorFromArray([true, true, false]) },
      'FILE line 1: column open must be of numbers, was of type Bool',
    ],
    [{ date: times() }, 'FILE line 1: one column must be the time, but "time", "date" are'],
  ])('%# are refused by row and column', async (wrong, expected) => {
    for (const kind of ['file', 'stream'] as const)
      expect(await refusal(arrowOf({ ...PLAIN, ...wrong }, kind))).toContain(expected)
  })

  it('that are none, older, empty or of no rows are refused', async () => {
    const stream = arrowOf(PLAIN, 'stream')
    expect(await refusal(Buffer.from('time,open,high\n'))).toMatch(
      /begins as no Arrow file does, with "time,ope"/,
    )
    expect(await refusal(Buffer.of())).toMatch(/begins as no Arrow file does, with ""/)
    expect(await refusal(Buffer.from('FEA1aaaaaaaaaaaa'))).toMatch(
      /first version of Feather; write it in the second/,
    )
    expect(await refusal(Buffer.from('ARROW1'))).toMatch(/does not end in ARROW1: it was cut off/)
    expect(await refusal(stream.subarray(0, -8))).toMatch(/no mark of its end/)
    expect(await refusal(Buffer.concat([stream, stream]))).toMatch(/bytes of it lie behind its end/)
    const none = Object.entries(PLAIN).map(([name, values]) => [name, values.subarray(3)])
    expect(await refusal(arrowOf(Object.fromEntries(none), 'file'))).toBe('FILE must hold bars, has none')
  })
})

describe('damage of an Arrow file', () => {
  const names = Object.keys(FOREIGN_FILES)
  it('by a cut is always found', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (name, share) => {
          const bytes = FOREIGN_FILES[name] ?? Buffer.of()
          expect(await load(bytes.subarray(0, Math.floor(share * bytes.length)))).toBeInstanceOf(DataError)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('anywhere ends in bars or in a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (name, share, noise) => {
          const bytes = Buffer.from(FOREIGN_FILES[name] ?? [])
          const at = Math.floor(share * bytes.length)
          bytes.set(noise.subarray(0, bytes.length - at), at)
          const loaded = await load(bytes)
          if (loaded instanceof Error) expect(loaded).toBeInstanceOf(DataError)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('in the metadata of a file never ends in other bars', async () => {
    const bytes = FOREIGN_FILES['pyarrow, a file in two batches'] ?? Buffer.of()
    const good = await load(bytes)
    if (good instanceof Error) throw good
    // The first value of the first batch; the values have no checksum.
    const body = bytes.indexOf(Buffer.from(BigInt64Array.of(BigInt(START)).buffer))
    expect(body).toBeGreaterThan(500)
    for (let at = 0; at < body; at += 11) {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8))
      const loaded = await load(damaged)
      if (loaded instanceof Error) expect(loaded).toBeInstanceOf(DataError)
      else expect(loaded.sha256).toBe(good.sha256)
    }
  })
})

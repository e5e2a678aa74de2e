/** Files that would fill the memory if they were believed: each is refused by name, and a process that met them all stays small. */
import { spawnSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { duckdb, sqlText } from '../../data/storage/duckdb.js'
import { temporaryFolder } from '../app/command.js'
import { ROOT } from '../shared.js'
import { zipOf } from './kline-files.js'

const ROW = '1704067200000,10,12,9,11,1,1704067259999,1,1,1,1,0\n'
const HUGE = 10 * 2 ** 30
/** What Node, DuckDB and the loader take is some 100 MB; a dump is held as a whole up to 256 MiB. */
const MOST_MEGABYTES = 600

it('a line of 10 GB, a bomb or a wrong file is refused, and the memory stays bounded', async () => {
  const folder = temporaryFolder()
  const bomb = path.join(folder, 'BTCUSDT-1m-i.parquet')
  await (await duckdb()).run(
    `COPY (SELECT 1704067200000 AS time, repeat('1', 20000000) AS open, 1 AS high, 1 AS low, 1 AS close) TO ${sqlText(bomb)} (FORMAT parquet, COMPRESSION zstd)`,
  )
  const write = (name: string, content: string | Buffer, size?: number): string => {
    const file = path.join(folder, name)
    writeFileSync(file, content)
    // A hole: it takes no room on the disk.
    if (size !== undefined) truncateSync(file, size)
    return file
  }
  const zeros = Buffer.alloc(1 << 26)
  const cases: readonly (readonly [file: string, message: RegExp])[] = [
    [write('BTCUSDT-1m-a.csv', ROW, HUGE), /line 2: a line must have at most 4096 bytes/],
    [write('BTCUSDT-1m-b.csv', '', HUGE), /Max Record Size/],
    [
      write('BTCUSDT-1m-c.csv', 'time,open,high,low,close\n2024-01-01T00:00:00Z,1,1,1,1\n', HUGE),
      /Max Record Size/,
    ],
    [
      write('BTCUSDT-aggTrades-2024-01.csv', '1,10.5,2,1,1,1704067200000,True,True\n', HUGE),
      /line 2: a line must have at most 4096 bytes/,
    ],
    [write('BTCUSDT-dump.csv', 'interval,time,open,high,low,close\n', HUGE), /at most 256 MiB/],
    [write('BTCUSDT-1m.json', '[', HUGE), /at most 128 MiB/],
    [write('BTCUSDT-1m.parquet', 'PAR1', HUGE), /must be a whole Parquet file/],
    [write('BTCUSDT-1m-k.arrow', 'ARROW1', HUGE), /does not end in ARROW1/],
    [
      write('BTCUSDT-1m-l.arrow', Buffer.of(255, 255, 255, 255, 255, 255, 255, 127), HUGE),
      /says that it has/,
    ],
    [write('BTCUSDT-1m-d.csv.gz', gzipSync(Buffer.from(ROW.repeat(400_000)))), /at most 200 times its size/],
    [
      write('BTCUSDT-1m-e.zip', zipOf([{ name: 'BTCUSDT-1m-e.csv', bytes: zeros }])),
      /at most 200 times its size/,
    ],
    [
      write('BTCUSDT-1m-f.zip', zipOf([{ name: '../BTCUSDT-1m-f.csv', bytes: Buffer.from(ROW) }])),
      /invalid relative path/,
    ],
    [
      write('BTCUSDT-1m-g.zip', zipOf([{ name: 'ETHUSDT-1m-g.csv', bytes: Buffer.from(ROW) }])),
      /must hold the file that it is named after/,
    ],
    [bomb, /is it a bomb/],
    [write('BTCUSDT-1m-j.json.gz', gzipSync(`[${'[],'.repeat(1 << 24)}[]]`)), /lists and objects in/],
    [write('BTCUSDT-1m-h.csv', ROW.replaceAll('000,', ',')), /seconds\?/],
  ]
  const store = path.join(folder, 'store')
  const program = `
    const { dataMain } = await import('./engine/app/data-verbs/data-main.ts')
    const said = []
    for (const file of ${JSON.stringify(cases.map(([file]) => file))}) {
      let text = ''
      const terminal = { stdout: { write: (words) => (text += words) }, stderr: { write: (words) => (text += words) }, environment: {} }
      const code = await dataMain(['import', file, '--quiet', '--store', ${JSON.stringify(store)}], terminal)
      said.push([code, text])
    }
    const { existsSync } = await import('node:fs')
    console.log(JSON.stringify({ said, isStored: existsSync(${JSON.stringify(store)}), megabytes: process.resourceUsage().maxRSS / 1024 }))`
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const { said, isStored, megabytes } = JSON.parse(stdout)
  for (const [k, [file, message]] of cases.entries()) {
    expect(said[k]).toEqual([3, expect.stringMatching(message)])
    expect(said[k][1]).toContain(path.basename(file))
  }
  expect(isStored).toBe(false)
  expect(megabytes).toBeLessThan(MOST_MEGABYTES)
}, 60_000)

/**
 * The house stands: imports point down, rooms of one floor do not know each other, no forbidden
 * package or call, files of a readable size, and nothing in the tree about the machine it was made on.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './shared.js'

/** What each room may import: rooms by folder, packages by name (`node:` stands for all of Node's own). */
const ROOMS: Readonly<
  Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>
> = {
  'engine/model': { rooms: [], packages: [] },
  // `node:module` loads technicalindicators when it is first used: it takes 0.1 s that no other run pays.
  'engine/math': { rooms: ['engine/model'], packages: ['technicalindicators', 'node:module'] },
  'engine/core': { rooms: ['engine/model', 'engine/math'], packages: [] },
  'engine/venue': { rooms: ['engine/model'], packages: ['undici', 'ws', 'zod', 'node:crypto'] },
  'engine/backtest': { rooms: ['engine/model', 'engine/math', 'engine/core'], packages: [] },
  'engine/exchange': {
    rooms: ['engine/model', 'engine/math', 'engine/core', 'engine/venue'],
    packages: ['ws', 'zod', 'node:'],
  },
  'engine/live': {
    rooms: ['engine/model', 'engine/math', 'engine/core', 'engine/venue'],
    packages: ['zod', 'pino', 'prom-client', 'node:'],
  },
  'engine/promote': {
    rooms: ['engine/model', 'engine/math', 'engine/core', 'engine/venue', 'engine/backtest', 'engine/live'],
    packages: ['node:'],
  },
  'engine/sweep': {
    rooms: ['engine/model', 'engine/math', 'engine/core', 'engine/backtest'],
    packages: ['bullmq', 'ioredis', 'node:'],
  },
  data: {
    rooms: ['engine/model', 'engine/math', 'engine/venue'],
    packages: ['csv-parse', 'yauzl', 'apache-arrow', '@duckdb/node-api', '@duckdb/node-bindings', 'node:'],
  },
  reports: {
    rooms: ['engine/model', 'engine/math'],
    packages: [
      'marked',
      'vega',
      'vega-lite',
      'node:zlib',
      'node:crypto',
      'node:fs',
      'node:module',
      'node:worker_threads',
    ],
  },
  strategies: { rooms: ['engine/index.ts'], packages: [] },
  'engine/index.ts': { rooms: ['engine/core', 'engine/math', 'engine/model'], packages: [] },
  'engine/app': {
    rooms: [
      'engine/model',
      'engine/math',
      'engine/core',
      'engine/venue',
      'engine/backtest',
      'engine/exchange',
      'engine/live',
      'engine/promote',
      'engine/sweep',
      'engine/index.ts',
      'data',
      'reports',
    ],
    packages: ['acorn', 'smol-toml', 'vega-lite', 'zod', 'node:'],
  },
}

/** Rooms where time comes in events, chance from a seed, and nothing waits. */
const PURE = ['engine/model', 'engine/math', 'engine/core', 'engine/backtest']

const FORBIDDEN_IN_PURE: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a clock', /\bDate\.now\b|new Date\(\)|\bperformance\b|\bprocess\.hrtime\b/],
  ['randomness', /\bMath\.random\b|\bcrypto\b/],
  ['the environment', /\bprocess\b|\bglobalThis\b/],
  ['waiting', /\bawait\b|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bqueueMicrotask\b/],
  [
    'a function whose last bit depends on the machine',
    /\bMath\.(exp|log|log2|log10|log1p|expm1|pow|sin|cos|tan|sinh|cosh|tanh|asin|acos|atan|atan2|cbrt|hypot)\b/,
  ],
  ['a time zone or locale', /\btoLocale|\bIntl\b|\.getHours\(|\.getDate\(|\.getMonth\(|\.getFullYear\(/],
]

interface Source {
  readonly file: string
  readonly text: string
  /** The text without comments and strings. */
  readonly code: string
  readonly imports: readonly string[]
}

function sourcesOf(folder: string): readonly Source[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .filter((file) => !/^(reports\/out|data\/store)\//.test(file))
    .sort()
    .map(readSource)
}

function readSource(file: string): Source {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
  const imports = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"\n]*?(?:\{[^}]*\}[^'"\n]*)?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
  return { file, text, code, imports }
}

/** What a script loads when it starts: the files that its imports reach, and their packages; types load nothing. */
function loadedBy(script: string): {
  readonly files: readonly string[]
  readonly packages: readonly string[]
} {
  const files = new Set<string>()
  const packages = new Set<string>()
  const walk = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const [, isType, specifier = ''] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(
      /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"\n]*?(?:\{[^}]*\}[^'"\n]*)?from\s+)?['"]([^'"]+)['"]/g,
    )) {
      if (isType !== undefined) continue
      if (specifier.startsWith('.')) walk(path.join(path.dirname(file), specifier).replace(/\.js$/, '.ts'))
      else packages.add(specifier)
    }
  }
  walk(script)
  return { files: [...files], packages: [...packages] }
}

const FOLDERS = ['engine', 'data', 'reports', 'strategies']
const SOURCES = FOLDERS.flatMap(sourcesOf)

/** The room a file stands in: the longest name of a room that its path begins with. */
function roomOf(file: string): string | undefined {
  return Object.keys(ROOMS)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]
}

/** The file that a relative import names. */
function targetOf(source: Source, specifier: string): string {
  return path.join(path.dirname(source.file), specifier).replace(/\.js$/, '.ts')
}

/** What is wrong with one import; undefined when it points down. */
function faultOf(source: Source, specifier: string): string | undefined {
  const room = roomOf(source.file)
  const allowed = room === undefined ? undefined : ROOMS[room]
  if (!allowed) return `${source.file} stands in no room`
  if (!specifier.startsWith('.')) {
    const isAllowed = allowed.packages.some((name) =>
      name.endsWith(':')
        ? specifier.startsWith(name)
        : specifier === name || specifier.startsWith(`${name}/`),
    )
    return isAllowed ? undefined : `${source.file} imports the package ${specifier}`
  }
  const target = targetOf(source, specifier)
  const other = roomOf(target)
  if (other === room || (other !== undefined && allowed.rooms.includes(other))) return undefined
  return `${source.file} imports ${target}`
}

/** Files on a ring of imports, if there is one. Types are erased, but a ring of them is one too. */
function ringOf(sources: readonly Source[]): readonly string[] {
  const edges = new Map(
    sources.map((source) => [
      source.file,
      source.imports.filter((one) => one.startsWith('.')).map((one) => targetOf(source, one)),
    ]),
  )
  const done = new Set<string>()
  const walk = (file: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file]
    if (done.has(file)) return []
    for (const next of edges.get(file) ?? []) {
      const ring = walk(next, [...trail, file])
      if (ring.length > 0) return ring
    }
    done.add(file)
    return []
  }
  for (const file of edges.keys()) {
    const ring = walk(file, [])
    if (ring.length > 0) return ring
  }
  return []
}

describe('the house', () => {
  it('has sources to look at, and their imports are seen', () => {
    expect(SOURCES.length).toBeGreaterThan(40)
    expect(SOURCES.find(({ file }) => file === 'engine/core/session.ts')?.imports).toContain(
      '../model/bars.js',
    )
    expect(SOURCES.find(({ file }) => file === 'strategies/sma-cross.ts')?.imports).toEqual([
      '../engine/index.js',
    ])
  })

  it('finds an arrow that points up, one that points sideways, a package and a ring', () => {
    const at = (file: string, imports: readonly string[]): Source => ({ file, imports, text: '', code: '' })
    expect(faultOf(at('engine/model/x.ts', []), '../core/session.js')).toMatch(
      /imports engine\/core\/session.ts/,
    )
    expect(faultOf(at('engine/venue/x.ts', []), '../core/session.js')).toMatch(/imports engine\/core/)
    expect(faultOf(at('engine/core/x.ts', []), 'node:fs')).toMatch(/package node:fs/)
    expect(faultOf(at('strategies/x.ts', []), '../engine/core/session.js')).toMatch(/imports engine\/core/)
    expect(ringOf([at('a.ts', ['./b.js']), at('b.ts', ['./a.js'])])).toEqual(['a.ts', 'b.ts', 'a.ts'])
  })

  it('has imports that point down only', () => {
    const faults = SOURCES.flatMap((source) => source.imports.map((one) => faultOf(source, one)))
    expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  })

  it('lets technicalindicators in at one file', () => {
    const math = SOURCES.filter(({ file }) => file.startsWith('engine/math/'))
    const users = math.filter(({ text }) => /'technicalindicators'|'node:module'/.test(text))
    expect(users.map(({ file }) => file)).toEqual(['engine/math/technical-indicators.ts'])
  })

  it('has no ring of imports', () => {
    expect(ringOf(SOURCES)).toEqual([])
  })

  it.each(FORBIDDEN_IN_PURE)('keeps %s out of the pure rooms', (_name, pattern) => {
    const pure = SOURCES.filter(({ file }) => PURE.some((room) => file.startsWith(`${room}/`)))
    expect(pure.length).toBeGreaterThan(20)
    expect(pure.filter(({ code }) => pattern.test(code)).map(({ file }) => file)).toEqual([])
  })

  it('loads nothing for charts, tables, archives, notebooks or sweeps in a live process', () => {
    const loaded = loadedBy('run-live.ts')
    expect(loaded.files.length).toBeGreaterThan(80)
    const tooMuch =
      /^(vega|vega-lite|danfojs-node|@duckdb|marked|acorn|csv-parse|yauzl|apache-arrow|bullmq|ioredis|technicalindicators)/
    expect(loaded.packages.filter((name) => tooMuch.test(name))).toEqual([])
    expect(loaded.files.filter((file) => /^(reports|data|notebooks|engine\/sweep)\//.test(file))).toEqual([])
  })

  it('loads no reader of other files than its own before one is read', () => {
    for (const script of ['run-backtest.ts', 'run-data.ts', 'run-sweep.ts']) {
      const loaded = loadedBy(script).packages
      expect(loaded.filter((name) => /^(apache-arrow|csv-parse)/.test(name))).toEqual([])
    }
  })

  it('has strategies of at most 60 lines', () => {
    const long = SOURCES.filter(
      ({ file, text }) => file.startsWith('strategies/') && text.split('\n').length > 61,
    )
    expect(long.map(({ file }) => file)).toEqual([])
  })

  it('has no default export, no any, no star export, no leftover', () => {
    const bad =
      /\bexport default\b|\bexport \*|:\s*any\b|\bas any\b|@ts-ignore|@ts-nocheck|\bTODO\b|\bFIXME\b/
    expect(
      SOURCES.filter(({ code, text }) => bad.test(code) || /\bTODO\b|\bFIXME\b/.test(text)).map(
        ({ file }) => file,
      ),
    ).toEqual([])
  })
})

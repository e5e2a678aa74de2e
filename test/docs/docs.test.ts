/** Every document says what is true: its commands run, its examples are what they print, its links lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { REQUIRE_ALL } from '../chromium.js'
import { ROOT } from '../shared.js'
import { HAS_REDIS, startRedis } from '../sweep/redis-server.js'
import {
  commandsOf,
  type DocBlock,
  type DocTask,
  docBlocks,
  holdsExample,
  holdsExcerpt,
  taskOf,
} from './doc-blocks.js'
import { type ExchangeBeside, exchangeBeside, pointAt } from './exchange-beside.js'
import { type DocFlag, flagsIn } from './flags-in-docs.js'
import { pointAtRedis } from './redis-beside.js'
import { type BlockEnd, openWorkspace, type Workspace } from './workspace.js'

const markdownIn = (folder: string): readonly string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name))

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'data/README.md',
  'strategies/README.md',
  ...markdownIn('docs'),
].sort()

const counts = { run: 0, 'needs-exchange': 0, 'needs-redis': 0, output: 0, excerpt: 0, shown: 0 }
afterAll(() => {
  console.info(
    `documents: ${counts.run} blocks run, ${counts['needs-exchange']} need an exchange, ${counts['needs-redis']} need Redis, ${counts.output} examples compared, ${counts.excerpt} excerpts of the code, ${counts.shown} shown only`,
  )
})

describe.each(DOCUMENTS)('%s', (file) => {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  const blocks = docBlocks(text, file)
  for (const block of blocks) counts[taskOf(block, file)] += 1

  it('leads to files and headings that are there', () => {
    expect(deadLinks(file, text)).toEqual([])
  })

  it('spells scripts and flags as they are', () => {
    expect(flagsIn(text).filter((one) => !isFlagOf(one))).toEqual([])
  })

  const excerpts = blocks.filter((block) => taskOf(block, file) === 'excerpt')
  if (excerpts.length > 0) {
    it('quotes the code as it is', () => {
      const strange = excerpts.filter(({ text }) => !CODE.some((code) => holdsExcerpt(code, text)))
      expect(strange.map(({ line }) => `${file}:${line}`)).toEqual([])
    })
  }

  if (!blocks.some((block) => isRun(taskOf(block, file)))) return
  it('has commands that run and examples that are what they print', async () => {
    const workspace = openWorkspace()
    const needsExchange = blocks.some((block) => taskOf(block, file) === 'needs-exchange')
    const exchange = needsExchange ? await exchangeBeside() : undefined
    if (exchange) for (const name of KEY_FILES) workspace.write(name, exchange.key)
    const redis = blocks.some((block) => taskOf(block, file) === 'needs-redis' && isRun('needs-redis'))
      ? await startRedis()
      : undefined
    try {
      const faults = await faultsOf(file, blocks, { workspace, exchange, redis })
      // As text: of a list, what failed is not shown.
      expect(faults.join('\n')).toBe('')
    } finally {
      await exchange?.close()
      workspace.close()
    }
  }, 300_000)
})

/** Keys that documents name; all are those of the exchange beside. */
const KEY_FILES = ['key.json', 'testnet-key.json', 'live-key.json']

/** Where excerpts come from. */
const CODE = ['strategies', 'notebooks', 'engine', 'data']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      path.join(folder, name),
    ),
  )
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(path.join(ROOT, name), 'utf8'))

/** What `--help` says, by script: the reference holds it, and another test holds the reference to the code. */
const CLI = new Map(
  readFileSync(path.join(ROOT, 'docs/reference/cli.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((part) => [part.split('\n')[0] ?? '', part] as const),
)

function isFlagOf({ script, flag }: DocFlag): boolean {
  const help = CLI.get(script) ?? ''
  const shared = /^run-(live|sweep|exchange)\.ts$/.test(script) ? (CLI.get('run-backtest.ts') ?? '') : ''
  return new RegExp(`${flag}(?![a-z-])`).test(help + shared)
}

function isRun(task: DocTask): boolean {
  return task === 'run' || task === 'needs-exchange' || (task === 'needs-redis' && (HAS_REDIS || REQUIRE_ALL))
}

/** Where commands run, and the servers that they find. */
interface Beside {
  readonly workspace: Workspace
  readonly exchange: ExchangeBeside | undefined
  readonly redis: string | undefined
}

async function faultsOf(
  file: string,
  blocks: readonly DocBlock[],
  beside: Beside,
): Promise<readonly string[]> {
  const faults: string[] = []
  let last: BlockEnd | undefined
  for (const block of blocks) {
    const at = `${file}:${block.line}`
    const task = taskOf(block, file)
    if (isRun(task)) {
      last = await runBlock(block, beside)
      if (last.code !== 0) faults.push(`${at} ended with ${last.code}: ${last.stderr.slice(-2000)}`)
    }
    if (task === 'output' && last !== undefined && !holdsExample(last.stdout, block.text)) {
      faults.push(`${at} is not what is printed, which is:\n${last.stdout}`)
    }
  }
  return faults
}

/** TypeScript is a strategy or a script of the document's own; it is put into a file and run. */
async function runBlock(
  { tag, text, line }: DocBlock,
  { workspace, exchange, redis }: Beside,
): Promise<BlockEnd> {
  const script = commandsOf(text)
  if (tag.endsWith('needs-redis') && redis) return workspace.run(pointAtRedis(script, redis))
  if (tag.startsWith('sh')) return workspace.run(exchange ? pointAt(script, exchange) : script)
  const name = `block-${line}.mts`
  workspace.write(name, text)
  return workspace.run(`npx tsx ${name}`)
}

/** Relative links without a file, and anchors without a heading. */
function deadLinks(file: string, text: string): readonly string[] {
  const outside = text.replace(/^```[\s\S]*?^```$/gm, '')
  return [...outside.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^https?:/.test(link)) return []
    const [target = '', anchor] = link.split('#')
    const place = target === '' ? file : path.join(path.dirname(file), target)
    if (!existsSync(path.join(ROOT, place))) return [link]
    if (anchor === undefined || !place.endsWith('.md')) return []
    return anchorsOf(readFileSync(path.join(ROOT, place), 'utf8')).has(anchor) ? [] : [link]
  })
}

function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => title)
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}

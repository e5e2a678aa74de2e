/** Blocks of the page, inflated when they are first asked for; of the many fine ones only the last few are kept. Floor 4. */
import { type BarBlock, readBarBlock } from './bar-block.js'
import type { ChartManifest } from './chart-manifest.js'
import { ColumnReader, inflate } from './column-reader.js'

/** Fine blocks kept at a time. */
const MOST_CHUNKS = 16

/** Gives blocks, or fetches them from the page and says when they are there. */
export class ChunkStore {
  readonly #manifest: ChartManifest
  readonly #textOf: (block: number) => Promise<string>
  readonly #onReady: () => void
  readonly #pending = new Set<number>()
  /** By number of the block, the one used last at the end. */
  readonly #blocks = new Map<number, BarBlock>()

  constructor(manifest: ChartManifest, textOf: (block: number) => Promise<string>, onReady: () => void) {
    this.#manifest = manifest
    this.#textOf = textOf
    this.#onReady = onReady
  }

  /** Whether nothing is on its way. */
  get isIdle(): boolean {
    return this.#pending.size === 0
  }

  /** A reader of a block's columns. */
  async read(block: number): Promise<ColumnReader> {
    return new ColumnReader(await inflate(await this.#textOf(block)))
  }

  /** Bars of a block; undefined while they are not there yet. */
  bars(level: number, chunk: number): BarBlock | undefined {
    const block = this.#manifest.levels[level]?.chunks[chunk]?.block
    if (block === undefined) return undefined
    const known = this.#blocks.get(block)
    if (known === undefined) {
      if (!this.#pending.has(block)) void this.#load(block, level, chunk)
      return undefined
    }
    this.#blocks.delete(block)
    this.#blocks.set(block, known)
    return known
  }

  async #load(block: number, level: number, chunk: number): Promise<void> {
    this.#pending.add(block)
    const reader = await this.read(block)
    this.#blocks.set(block, readBarBlock(reader, { manifest: this.#manifest, level, chunk }))
    this.#pending.delete(block)
    this.#forgetOldest()
    this.#onReady()
  }

  /** Levels that stand in one block are small, and always needed again. */
  #forgetOldest(): void {
    const lone = new Set(
      this.#manifest.levels.filter(({ chunks }) => chunks.length === 1).map(({ chunks }) => chunks[0]?.block),
    )
    const fine = [...this.#blocks.keys()].filter((block) => !lone.has(block))
    for (const block of fine.slice(0, Math.max(0, fine.length - MOST_CHUNKS))) this.#blocks.delete(block)
  }
}

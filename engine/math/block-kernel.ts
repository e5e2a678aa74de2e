/**
 * Sliding windows without drift: the values are cut into blocks as long as the window, so that a window
 * is the end of one block and the beginning of the next. What is folded over the ends is kept for one
 * block, what is folded over the beginning runs along; nothing is ever subtracted. Each value costs the
 * same whatever the period, a NaN is gone when the window has left it, and all that a kernel remembers
 * can be read again from the columns. Sources: van Herk 1992, Gil and Werman 1993. Floor 1.
 */
import type { Column } from '../model/bars.js'
import { fillWarmup, type Kernel } from './indicator.js'

/** What a block kernel is told: which blocks there are. */
export interface Blocks {
  /** Values of a window, and of a block. */
  readonly period: number
  /** The first value of the first block; outputs before it are NaN. */
  readonly first: number
}

/** What one indicator does in its blocks. */
export interface BlockWalk {
  /**
   * Begins the block at `start`: folds the ends of the block before it, which are undefined (NaN) when
   * the block `isFirst`.
   */
  begin(inputs: readonly Column[], start: number, isFirst: boolean): void
  /** Goes on from `from` to `to` (excluded) in the block that began at `start`, writing the outputs. */
  walk(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number, start: number): void
}

/**
 * A kernel that walks block by block. After a restore it reads the block that it stands in again, and
 * writes the values of that block that are there already once more, with the same bits.
 */
export function blockKernel({ period, first }: Blocks, { begin, walk }: BlockWalk): Kernel {
  let end = -1
  const startOf = (i: number): number => i - ((i - first) % period)
  return {
    run(inputs, outputs, from, to) {
      // Nothing to do leaves what is remembered as it is: after a restore, nothing.
      if (from === to) return
      let i = fillWarmup(outputs, from, to, first)
      const resumed = i < to && i !== end ? startOf(i) : i
      if (resumed < i) {
        begin(inputs, resumed, resumed === first)
        walk(inputs, outputs, resumed, i, resumed)
      }
      while (i < to) {
        const start = startOf(i)
        if (i === start) begin(inputs, start, start === first)
        const stop = Math.min(start + period, to)
        walk(inputs, outputs, i, stop, start)
        i = stop
      }
      end = i
    },
    snapshot: () => [],
    restore: () => {
      end = -1
    },
  }
}

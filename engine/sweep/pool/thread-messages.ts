/** What passes between the pool and its threads. Floor 4. */
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import type { Column } from '../../model/bars.js'
import type { Trial, TrialRow } from '../trial.js'

/** Columns by their places among a trial's recipes, each as the numbers of its slots. */
export type SlotMap = readonly (readonly [place: number, slots: readonly number[]])[]

/** What a thread is told or asked. */
export type ThreadRequest =
  | { readonly kind: 'slot'; readonly number: number; readonly column: Column }
  | { readonly kind: 'drop'; readonly number: number }
  | {
      readonly kind: 'make'
      readonly task: number
      readonly place: number
      /** Parameters of a trial that reads the column. */
      readonly params: ParamValues<ParamSpecs>
      readonly slots: readonly number[]
      readonly sources: SlotMap
    }
  | { readonly kind: 'trial'; readonly task: number; readonly trial: Trial; readonly columns: SlotMap }

/** What a thread answers. */
export type ThreadReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unready'; readonly error: unknown }
  | { readonly kind: 'made'; readonly task: number }
  /** The indicator threw. */
  | { readonly kind: 'unmade'; readonly task: number }
  | { readonly kind: 'row'; readonly task: number; readonly row: TrialRow }

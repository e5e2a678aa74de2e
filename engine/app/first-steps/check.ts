/** One line of what the doctor finds. Floor 5. */

/** What a check found: fine, worth knowing, wrong, or not looked at. */
export interface Check {
  readonly name: string
  readonly verdict: 'ok' | 'note' | 'fault' | 'skipped'
  readonly text: string
}

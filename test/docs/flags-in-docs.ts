/** Commands in documents: which script, and with which flags. */

/** A flag that a document gives to a script. */
export interface DocFlag {
  /** `run-data.ts fetch`, or the script alone. */
  readonly script: string
  readonly flag: string
  readonly line: number
}

const COMMAND = /(run-[a-z]+\.ts)((?: [^`|#\n]*)?)/g
const VERBS = /^ (fetch|import|list|verify|resample|sample|export)\b/

/** Every `--flag` that follows a script's name on its line, up to the end of the command. */
export function flagsIn(markdown: string): readonly DocFlag[] {
  // A command may go on behind a backslash.
  const lines = markdown.replace(/\\\n\s*/g, ' ').split('\n')
  return lines.flatMap((text, i) =>
    [...text.matchAll(COMMAND)].flatMap(([, script = '', rest = '']) => {
      const verb = script === 'run-data.ts' ? VERBS.exec(rest)?.[1] : undefined
      const own = rest.split(/ && | ; | \| /)[0] ?? ''
      return [...own.matchAll(/(?:^|\s)(--[a-z][a-z-]*)/g)].map(([, flag = '']) => ({
        script: verb === undefined ? script : `${script} ${verb}`,
        flag,
        line: i + 1,
      }))
    }),
  )
}

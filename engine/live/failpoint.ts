/**
 * Places at which tests kill the process, to see what it finds when it starts again. Without the variable
 * NEXTBAR_FAILPOINT (`name:count`) they do nothing. Floor 3.
 */

/** The steps between which a process may die. */
export type Failpoint =
  | 'event-written'
  | 'input-applied'
  | 'before-commit'
  | 'after-commit'
  | 'after-order-line'
  | 'after-status'
  | 'warm-up-fetched'
  | 'before-send'
  | 'after-answer'

let armed: { readonly name: string; left: number } | undefined = parse(process.env.NEXTBAR_FAILPOINT)

/** Dies here, as by kill -9, when the environment asked for it. */
export function failpoint(name: Failpoint): void {
  if (armed?.name !== name) return
  armed.left--
  if (armed.left > 0) return
  armed = undefined
  process.kill(process.pid, 'SIGKILL')
}

function parse(text: string | undefined): { readonly name: string; left: number } | undefined {
  const [, name, count] = /^([a-z-]+):(\d+)$/.exec(text ?? '') ?? []
  return name === undefined ? undefined : { name, left: Number(count) }
}

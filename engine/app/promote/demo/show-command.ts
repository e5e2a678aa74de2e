/** Commands as a newcomer would type them: shown, run as programs of their own, and shown what they say. Floor 5. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** How a command of the demo is run. */
export interface ShownCommand {
  /** The script and its words, as they are typed. */
  readonly words: readonly string[]
  /** Words that are needed here and are no part of the story: they are left out of what is shown. */
  readonly quiet?: readonly string[]
  /** It is asked to stop after so many milliseconds. */
  readonly stopAfterMs?: number
  /** Exit codes that the story expects. */
  readonly codes?: readonly number[]
  /** Most lines of what it says that are shown. */
  readonly most?: number
}

/** Runs one; `print` gets lines. Rejects when it ends with another code than expected. */
export async function showCommand(
  { words, quiet = [], stopAfterMs, codes = [0], most = 40 }: ShownCommand,
  print: (line: string) => void,
): Promise<void> {
  print(`$ npx tsx ${words.map(shown).join(' ')}`)
  const [script = '', ...rest] = words
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), `${ROOT}${script}`, ...rest, ...quiet],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } },
  )
  const [said, complained] = [child.stdout, child.stderr].map((stream) => {
    const chunks: string[] = []
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    return chunks
  })
  const timer = stopAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGTERM'), stopAfterMs)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  clearTimeout(timer)
  const lines = (said ?? []).join('').trimEnd().split('\n')
  for (const line of lines.slice(0, most)) print(`  ${line.slice(0, 160)}`)
  if (lines.length > most) print(`  … ${lines.length - most} more lines`)
  if (code !== 0) print(`  (exit code ${code})`)
  print('')
  if (code !== null && codes.includes(code)) return
  throw new Error(
    `${script} must end with ${codes.join(' or ')}, ended with ${code}: ${(complained ?? []).join('').slice(-1000)}`,
  )
}

function shown(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word}"`
}

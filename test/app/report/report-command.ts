/** Runs `run-report` inside this process, and makes small runs for it. */
import path from 'node:path'
import { reportMain } from '../../../engine/app/report/report-main.js'
import { type Ended, runInside } from '../command.js'

/** Runs the command without a terminal. */
export async function reportInside(words: readonly string[]): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const code = await reportMain(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment: {},
  })
  return { code, stdout, stderr }
}

/** Makes a run of 60,000 synthetic minutes (41 days) in a folder; gives the run's folder. */
export async function makeRun(
  folder: string,
  name: string,
  { fast = 20, words = [] }: { readonly fast?: number; readonly words?: readonly string[] } = {},
): Promise<string> {
  const out = path.join(folder, name)
  const data = words.includes('--data') ? [] : ['--data', 'synthetic:1:60000']
  const { code, stderr } = await runInside([
    ...['sma-cross', '-p', `fast=${fast}`, '-p', 'slow=200', ...data, '--out', out, '--quiet', ...words],
  ])
  if (code !== 0) throw new Error(`the run must be made, was ${code}: ${stderr}`)
  return out
}

/** `run-data.ts`: from words to an exit code. Floor 5. */
import { formatFixed } from '../../../reports/format-number.js'
import { ConfigError, NextbarError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { prettyJson } from '../canonical-json.js'
import { errorText } from '../error-text.js'
import { quoted } from '../flag.js'
import type { Terminal } from '../main.js'
import { newPaint } from '../paint.js'
import { exitInOrder } from '../process-ends.js'
import { COMMON_FLAGS, DATA_FLAGS, readDataWords } from './data-flags.js'
import type { DataVerb } from './data-verb.js'
import { exportVerb } from './export-verb.js'
import { fetchVerb } from './fetch-verb.js'
import { importVerb } from './import-verb.js'
import { listVerb } from './list-verb.js'
import { resampleVerb } from './resample-verb.js'
import { sampleVerb } from './sample-verb.js'
import { verifyVerb } from './verify-verb.js'

const VERBS: Readonly<Record<string, DataVerb>> = {
  fetch: fetchVerb,
  import: importVerb,
  list: listVerb,
  verify: verifyVerb,
  resample: resampleVerb,
  sample: sampleVerb,
  export: exportVerb,
}

const REDRAW_MS = 200
const LINE_MS = 10_000
/** Less says nothing about the rest. */
const LEAST_SHARE = 0.02

/** How long the unit at hand will take at the speed so far, in words: a file, or a symbol's range. */
function newRemaining(): (now: number, share: number) => string {
  let [start, before] = [performance.now(), 0]
  return (now, share) => {
    // The next unit begins.
    if (share < before) start = now
    before = share
    if (share < LEAST_SHARE || share >= 1) return ''
    const seconds = Math.ceil(((now - start) * (1 - share)) / share / 1000)
    return seconds < 90 ? `, ${seconds} s to go` : `, ${Math.ceil(seconds / 60)} min to go`
  }
}

/** Runs the command and gives its exit code; on an error stdout stays empty. */
export async function dataMain(words: readonly string[], terminal?: Terminal): Promise<number> {
  const { stdout, stderr, environment } = terminal ?? {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
  }
  let isDrawn = false
  const clear = (): void => {
    if (isDrawn) stderr.write('\r\u001b[K')
    isDrawn = false
  }
  if (terminal === undefined) {
    exitInOrder(() => {
      clear()
      if (!words.includes('--quiet')) stderr.write('interrupted; the same command goes on where it was\n')
    })
  }
  try {
    const [name = '--help', ...rest] = words
    if (name === '--help' || name === '-h') {
      stdout.write(helpText())
      return 0
    }
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
    if (!verb) {
      const names = Object.keys(VERBS)
      throw new ConfigError(
        `the verb must be one of ${names.join(', ')}, was ${quoted(name)}${hintFor(name, names) || hintFor(name, ['doctor'], 'npx tsx run-backtest.ts ')}`,
      )
    }
    if (rest.includes('--help') || rest.includes('-h')) {
      stdout.write(verbHelp(name, verb))
      return 0
    }
    const given = readDataWords(rest, name, verb.flags)
    const isQuiet = given.flags.has('quiet')
    const remaining = newRemaining()
    let last = performance.now()
    const {
      text,
      json,
      exitCode = 0,
    } = await verb.run(given, {
      paint: newPaint(environment, stdout.isTTY === true),
      onProgress(done, total, what) {
        const now = performance.now()
        const share = done / Math.max(1, total)
        const rest = remaining(now, share)
        if (isQuiet || now - last < (stderr.isTTY === true ? REDRAW_MS : LINE_MS)) return
        last = now
        const text = `${what} ${formatFixed(100 * share, 0)}%${rest}`
        isDrawn = stderr.isTTY === true
        stderr.write(isDrawn ? `\r\u001b[K  ${text}` : `${text}\n`)
      },
      note(line) {
        clear()
        if (!isQuiet) stderr.write(`${line}\n`)
      },
    })
    clear()
    stdout.write(given.flags.has('json') ? prettyJson(json) : text)
    return exitCode
  } catch (error) {
    clear()
    stderr.write(errorText(error, words.includes('--debug')))
    return error instanceof NextbarError ? error.exitCode : 1
  }
}

function helpText(): string {
  const verbs = Object.entries(VERBS).map(
    ([name, { takes, help }]) => `  ${`${name} ${takes}`.padEnd(26)}${help}`,
  )
  return `Market data: a store of bars that backtests read by symbol.

  npx tsx run-data.ts <verb> [flags]

${verbs.join('\n')}

Example:
  npx tsx run-data.ts import BTCUSDT-1m-2024-12.zip
  npx tsx run-backtest.ts sma-cross --data BTCUSDT --interval 1m

run-data.ts <verb> --help lists the flags of a verb. All take --store DIR and --json.

Exit codes: 0 done; 1 unexpected; 2 flags; 3 data missing, damaged or not as they must be; 130 interrupted.
`
}

function verbHelp(name: string, { takes, help, example, flags }: DataVerb): string {
  const lines = [...flags, ...COMMON_FLAGS].map((flag) => {
    const { takes: value, help: words } = DATA_FLAGS[flag]
    return `  ${`--${flag}${value === undefined ? '' : ` ${value}`}`.padEnd(34)}${words}`
  })
  return `${help}

  npx tsx run-data.ts ${name} ${takes}

Example:
  ${example}

Flags:
${lines.join('\n')}
`
}

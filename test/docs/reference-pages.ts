/** The pages of `docs/reference/` that are written from the code: what programs do, and what metrics are. */
import { dataMain } from '../../engine/app/data-verbs/data-main.js'
import { exchangeMain } from '../../engine/app/exchange/exchange-main.js'
import { helpText } from '../../engine/app/help.js'
import { liveMain } from '../../engine/app/live/live-main.js'
import { NOTEBOOK_HELP } from '../../engine/app/notebook/notebook-words.js'
import { promoteMain } from '../../engine/app/promote/promote-main.js'
import { reportHelp } from '../../engine/app/report/report-help.js'
import { sweepHelp } from '../../engine/app/sweep/sweep-help.js'
import { METRICS, type MetricDefinition } from '../../engine/math/metrics/metric-table.js'

/** Pages by path below the repository's root. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/reference/cli.md', await cliPage()],
    ['docs/reference/metrics.md', metricsPage()],
  ])
}

const VERBS = ['fetch', 'import', 'list', 'verify', 'resample', 'sample', 'export']

async function cliPage(): Promise<string> {
  const data = [
    ['run-data.ts', await helpOf(dataMain, ['--help'])],
    ...(await Promise.all(
      VERBS.map(async (verb) => [`run-data.ts ${verb}`, await helpOf(dataMain, [verb, '--help'])] as const),
    )),
  ] as const
  const scripts: readonly (readonly [string, string])[] = [
    ['run-backtest.ts', helpText()],
    ['run-sweep.ts', sweepHelp()],
    ...data,
    ['run-report.ts', reportHelp()],
    ['run-live.ts', await helpOf(liveMain, ['--help'])],
    ['run-promote.ts', await helpOf(promoteMain, ['--help'])],
    ['run-exchange.ts', await helpOf(exchangeMain, ['--help'])],
    ['run-notebook.ts', NOTEBOOK_HELP],
  ]
  return `# Commands

What \`--help\` prints, of every script. stdout is the result only; progress and hints go to stderr.
${scripts.map(([name, text]) => `\n## ${name}\n\n\`\`\`\n${text.trimEnd()}\n\`\`\`\n`).join('')}`
}

type Main = (
  words: readonly string[],
  terminal: {
    readonly stdout: { write(text: string): unknown }
    readonly stderr: { write(text: string): unknown }
    readonly environment: Readonly<Record<string, string>>
  },
) => Promise<number>

async function helpOf(main: Main, words: readonly string[]): Promise<string> {
  let text = ''
  const stdout = { write: (piece: string) => (text += piece) }
  await main(words, { stdout, stderr: { write: () => undefined }, environment: {} })
  return text
}

function metricsPage(): string {
  const rows = Object.entries<MetricDefinition>(METRICS).map(
    ([key, { label, unit, definition, source }]) =>
      `| \`${key}\` | ${cell(label)} | ${unit} | ${cell(definition)} | ${cell(source)} |`,
  )
  return `# Metrics

Keys of \`metrics.json\`, in its order. Daily returns r are simple returns of equity marked at each 00:00 UTC, the first
partial day dropped, flat days kept; 365 days a year; standard deviations with n − 1. b are those of the close, E is equity
at the bars' closes. A fraction of 0.01 is 1 %. What is undefined is \`null\` and printed as a dash, never 0 or ∞.

| key | name | unit | definition | source |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** The tables of `docs/indicators.md`, written from what the tests hold the indicators against. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { INDICATORS } from '../math/indicators/all-indicators.js'
import { FAULTS } from '../math/indicators/technical-faults.js'
import { ROOT } from '../shared.js'
import { REFERENCES } from './indicator-conventions.js'
import type { Reference, Tolerance } from './indicator-reference.js'

/** Where the document is. */
export const DOCUMENT = path.join(ROOT, 'docs', 'indicators.md')

/** The document with its tables as they must be: what stands between `<!-- name -->` and `<!-- end -->`. */
export function fillTables(document: string): string {
  return document.replace(/<!-- table: ([a-z-]+) -->\n[\s\S]*?<!-- end -->/g, (whole, name: string) => {
    const table = TABLES[name]?.()
    return table === undefined ? whole : `<!-- table: ${name} -->\n${table}\n<!-- end -->`
  })
}

/** Names of all tables. */
export const TABLE_NAMES: readonly string[] = [
  'contract',
  'example',
  'faults',
  'references',
  'compared',
  'listed',
]

const TABLES: Readonly<Record<string, () => string>> = {
  contract: () =>
    table(
      ['case', 'values', 'bars of NaN', 'after a bar that is no number'],
      INDICATORS.map(([name, { outputs, warmup }, afterNaN]) => [
        name,
        outputs.join(', '),
        String(warmup),
        typeof afterNaN === 'number'
          ? afterNaN === 1
            ? 'right again at the next'
            : `right again ${afterNaN} bars on`
          : AFTER[afterNaN],
      ]),
    ),
  example: () => {
    const file = path.join(ROOT, 'test', 'math', 'indicators', 'efficiency-ratio.ts')
    return `\`\`\`ts\n${readFileSync(file, 'utf8').replace('../../../engine', '../engine')}\`\`\``
  },
  faults: () =>
    table(
      ['indicator', 'what it does'],
      FAULTS.map(({ indicator, fault }) => [indicator, fault]),
    ),
  references: () =>
    table(
      ['reference', 'what', 'cases', 'compared', 'listed'],
      REFERENCES.map(({ name, source, unit, compared, listed }) => {
        const [yes, no] = [countOf(compared), countOf(listed)]
        return [name, `${source}; a case is a ${unit}`, String(yes + no), String(yes), String(no)]
      }),
    ),
  compared: () =>
    sections(({ compared }) =>
      table(
        ['theirs', 'ours', 'cases', 'agree within', 'difference in convention'],
        compared.map(({ theirs, ours, cases, tolerance, note }) => [
          theirs,
          ours,
          String(cases),
          toleranceText(tolerance),
          note || 'none',
        ]),
      ),
    ),
  listed: () =>
    sections(({ listed }) =>
      table(
        ['theirs', 'cases', 'why it is not compared'],
        listed.map(({ theirs, cases, reason }) => [theirs, String(cases), reason]),
      ),
    ),
}

const AFTER = {
  'for good': 'NaN for good',
  'the day': 'right again with the next day',
  'its own affair': 'its own affair',
} as const

function countOf(groups: readonly { readonly cases: number }[]): number {
  return groups.reduce((sum, { cases }) => sum + cases, 0)
}

function toleranceText(tolerance: Tolerance): string {
  switch (tolerance.kind) {
    case 'absolute':
      return String(tolerance.value)
    case 'relative':
      return `${tolerance.value.toExponential().replace('-', '−')} of the value`
    case 'last digit':
      return 'one of the last digit given'
  }
}

function sections(body: (reference: Reference) => string): string {
  return REFERENCES.map((reference) => `**${reference.name}**\n\n${body(reference)}`).join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

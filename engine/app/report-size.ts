/** How heavy a run's report is: a page beyond some size opens slowly and is sent by no mail. Floor 5. */
import { formatFixed } from '../../reports/format-number.js'
import type { FinishedRun } from './run-once.js'

const MEGABYTE = 1_000_000

/** Above so many megabytes a report is said to be too heavy. */
const HEAVY = 25

/** A line with the report's size, and a warning behind it where the report is heavy. */
export function reportSizeText({
  files,
  parts,
}: Pick<FinishedRun, 'files'> & {
  readonly parts: { readonly settings: Pick<FinishedRun['parts']['settings'], 'detail'> }
}): string {
  const report = files.find(({ name }) => name === 'report.html')
  let bytes = 0
  for (const piece of report?.pieces() ?? []) bytes += Buffer.byteLength(piece)
  const size = `${formatFixed(bytes / MEGABYTE, 1)} MB`
  const { detail } = parts.settings
  const line = `report.html ${size} (--detail ${detail})\n`
  if (bytes <= HEAVY * MEGABYTE) return line
  const advice =
    detail === 'full'
      ? '--detail trades keeps the minutes around trades alone'
      : '--detail none makes it smaller'
  return `${line}warning: report.html is ${size}, more than ${HEAVY} MB: ${advice}\n`
}

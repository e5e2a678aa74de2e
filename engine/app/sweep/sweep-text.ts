/** A sweep in a screen of text: what was swept, the best, what luck may explain, and where to read on. Floor 5. */
import { formatMoment } from '../../../reports/format-moment.js'
import { briefNumber, formatCount, formatFixed, formatPercent } from '../../../reports/format-number.js'
import type { SweepParam, SweepResult, SweepTrial, SweepValue } from '../../model/sweep-result.js'
import { toParams } from '../../sweep/space.js'
import type { Paint } from '../paint.js'
import { textTable } from '../report/text-table.js'
import { rankedTrials, statusOf } from './leaderboard.js'
import type { FinishedSweep } from './run-sweep.js'
import { spaceText, typedCommandOf } from './sweep-command.js'

const ROWS = 10

/** The summary, a line break behind each line. */
export function sweepText({ result, parts, folder }: FinishedSweep, paint: Paint): string {
  const { trials, overfitting, verdict } = result
  const failed = trials.filter(({ status }) => status === 'FAILED')
  const best = trials.find(({ trial }) => trial === result.best?.trial)
  const lines = [
    ...result.data.map((data, k) =>
      fact(
        k === 0 ? 'data' : '',
        `${data.symbol} ${data.interval}  ${formatMoment(data.from)} to ${formatMoment(data.to)} UTC  ${formatCount(data.bars, 'bar')}`,
        paint,
      ),
    ),
    fact('strategy', `${paint('strong', result.strategy.name)}  ${spaceText(result.params)}`, paint),
    fact(
      'trials',
      `${formatFixed(trials.length, 0)} by ${result.sampler}, ${formatFixed(failed.length, 0)} failed, ${formatFixed(result.trialsEver, 0)} ever on these data; warm-up ${formatCount(parts.run.settings.warmup ?? 0, 'bar')}`,
      paint,
    ),
    '',
    ...board(result, paint),
    '',
    ...choices(result, paint),
    fact(
      'luck',
      `deflated Sharpe ${share(overfitting.dsr)}, expected best of ${formatFixed(result.trialsEver, 0)} without an edge ${formatFixed(overfitting.expectedMaxSharpe, 2)}; PBO ${share(overfitting.pbo)}`,
      paint,
    ),
    '',
    `  ${paint(verdict.isPassing ? 'gain' : 'warning', verdict.words)}`,
    ...verdict.checks.map(
      ({ isMet, words }) => `  ${isMet ? paint('gain', '✓') : paint('warning', '✗')} ${words}`,
    ),
    '',
    fact('sweep', result.sweepId, paint),
    fact('folder', folder, paint),
    ...(best === undefined
      ? []
      : [fact('best run', typedCommandOf(parts, toParams(parts.space, best.params)), paint)]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function board(result: SweepResult, paint: Paint): readonly string[] {
  const names = result.params.filter(({ kind }) => kind !== 'fixed').map(({ name }) => name)
  const head = ['', 'trial', ...names, result.objective.length > 16 ? 'objective' : result.objective]
  const rows = rankedTrials(result)
    .slice(0, ROWS)
    .map((trial, k) => [String(k + 1), String(trial.trial), ...valuesOf(result, trial), ...figuresOf(trial)])
  const columns = [...head, 'net return', 'max drawdown', 'trades', 'train', 'test', 'plateau']
  return textTable({ head: columns, rows, numbers: columns.map((_, k) => k), paint })
    .trimEnd()
    .split('\n')
}

function valuesOf({ params }: SweepResult, trial: SweepTrial): readonly string[] {
  return trial.params.flatMap((value, k) =>
    params[k]?.kind === 'fixed' ? [] : [briefValue(params[k], value)],
  )
}

function figuresOf(trial: SweepTrial): readonly string[] {
  if (trial.status === 'FAILED') return ['failed', '', '', '', '', '', '']
  const { metrics, value, train, test, plateau } = trial
  const number = (key: string): number => metrics[key] ?? Number.NaN
  return [
    `${formatFixed(value, 3)}${statusOf(trial) === 'unranked' ? ' (unranked)' : ''}`,
    formatPercent(number('net_return')),
    formatPercent(number('max_drawdown')),
    formatFixed(number('trades'), 0),
    formatFixed(train, 2),
    formatFixed(test, 2),
    formatFixed(plateau, 3),
  ]
}

function choices(result: SweepResult, paint: Paint): readonly string[] {
  const line = (
    name: string,
    choice: SweepResult['best'],
    { words, none }: { readonly words: string; readonly none: string },
  ): string[] => {
    const trial = result.trials.find((one) => one.trial === choice?.trial)
    if (!choice || !trial) return [fact(name, `none: ${none}`, paint)]
    const values = result.params
      .map((param, k) => `${param.name}=${briefValue(param, trial.params[k] ?? '')}`)
      .join(' ')
    return [fact(name, `${values}  ${formatFixed(choice.value, 3)} ${words} (trial ${choice.trial})`, paint)]
  }
  return [
    ...line('best peak', result.best, { words: result.objective, none: 'no trial could be ranked' }),
    ...line('plateau', result.plateau, {
      words: 'or better at three quarters of its neighbours',
      none: 'no ranked trial has a ranked neighbour',
    }),
  ]
}

/** A value in the digits that tell it from others: what was drawn from a range has up to 17 of them. */
function briefValue(param: SweepParam | undefined, value: SweepValue): string {
  return String(param?.kind === 'range' && typeof value === 'number' ? briefNumber(value) : value)
}

function share(value: number): string {
  return formatPercent(value, 1)
}

function fact(name: string, text: string, paint: Paint): string {
  return `  ${paint('quiet', name.padEnd(10))}${text}`
}

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../command.js'
import { sweepInside } from './sweep-command.js'

const CONFIG = `
sampler = "sobol"
trials = 40
alpha = 0.25
walk-forward = "train=30d,test=10d"
fail-if = ["pbo > 0.3", "dsr < 0.9"]

[param]
fast = "20:60:20"
`

function configFile(text: string): string {
  const file = path.join(temporaryFolder(), 'sweep.toml')
  writeFileSync(file, text)
  return file
}

describe('the settings of a sweep', () => {
  it('come from flags, then the environment, then a config file, and say from where', async () => {
    const words = [
      '--config',
      configFile(CONFIG),
      '--trials',
      '12',
      '-p',
      'slow=200:400:100',
      '--show-config',
    ]
    const environment = { NEXTBAR_TRIALS: '30', NEXTBAR_SAMPLER: 'tpe', NEXTBAR_MIN_TRADES: '5' }
    const { code, stdout, stderr } = await sweepInside([...words, '--json'], environment)
    expect([code, stderr]).toEqual([0, ''])
    const { settings, params } = JSON.parse(stdout)
    expect(settings).toMatchObject({
      trials: { value: 12, origin: 'flag' },
      sampler: { value: 'tpe', origin: 'environment' },
      'min-trades': { value: 5, origin: 'environment' },
      'walk-forward': { value: 'train=30d,test=10d,step=10d', origin: 'sweep.toml' },
      'fail-if': { value: ['pbo > 0.3', 'dsr < 0.9'], origin: 'sweep.toml' },
      alpha: { value: 0.25, origin: 'sweep.toml' },
      objective: { value: 'sharpe', origin: 'default' },
    })
    expect(params).toEqual({
      fast: { value: '20:60:20', origin: 'sweep.toml' },
      slow: { value: '200:400:100', origin: 'flag' },
    })
    expect((await sweepInside(words, environment)).stdout).toMatch(/^sampler +tpe +environment$/m)
  })

  it.each([
    ['sampler = "tpee"', {}, /sampler in sweep\.toml must be one of .*did you mean tpe\?/],
    ['trials = [1, 2]', {}, /trials in sweep\.toml must be given once, was given 2 times: 1, 2/],
    ['samplr = "tpe"', {}, /samplr in sweep\.toml must be a flag/],
    ['', { NEXTBAR_TRIALS: 'many' }, /NEXTBAR_TRIALS must be .*, was many|NEXTBAR_TRIALS must be .*"many"/],
  ])('that are none are refused by the name of their place: %s %j', async (text, environment, message) => {
    const ended = await sweepInside(['--config', configFile(text), '--show-config'], environment)
    expect([ended.code, ended.stdout]).toEqual([2, ''])
    expect(ended.stderr).toMatch(message)
  })

  it.each([
    ['fast=0x2:20', 'fast must be a decimal number such as 2, was "0x2"'],
    ['fast=2:20:0x2', 'the step of fast must be a whole number above 0, was "0x2"'],
  ])('of %s must be decimal', async (param, message) => {
    const { code, stderr } = await sweepInside([
      'sma-cross',
      '--data',
      'synthetic:1:500',
      '-p',
      param,
      '--quiet',
    ])
    expect([code, stderr]).toEqual([2, `error: ${message}\n`])
  })

  it('are none behind a mistyped verb', async () => {
    const { code, stderr } = await sweepInside(['wroker'])
    expect([code, stderr]).toEqual([2, 'error: no strategy or verb is named wroker; did you mean worker?\n'])
  })

  it('are in the environment one word each, whatever stands in it', async () => {
    const environment = { NEXTBAR_OBJECTIVE: 'sharpe * min(1, trades / 100)', NEXTBAR_SAMPLR: 'tpe' }
    const { stdout, stderr } = await sweepInside(['--show-config', '--json'], environment)
    expect(JSON.parse(stdout).settings.objective).toEqual({
      value: 'sharpe * min(1, trades / 100)',
      origin: 'environment',
    })
    expect(stderr).toMatch(/warning: NEXTBAR_SAMPLR names no setting; did you mean NEXTBAR_SAMPLER\?/)
  })
})

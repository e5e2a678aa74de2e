/** Secrets of every kind, looked for in every byte that a program puts out while things go wrong around it. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { liveMain } from '../../../engine/app/live/live-main.js'
import { temporaryFolder } from '../../app/command.js'
import { ROOT } from '../../shared.js'
import { httpListener } from '../http-listener.js'
import { startLive, until } from '../live-command.js'
import { bytesIn, expectNoSecret } from './canary.js'
import { tradingExchange, tradingWords } from './trading-program.js'
import { expectWhole } from './truth.js'

const TOKEN = 'hvs.CAESIJcanary-token-of-the-vault-0123456789abcdef'

/** What a command prints. */
async function printed(...words: readonly string[]): Promise<string> {
  let text = ''
  const stream = {
    write(part: string) {
      text += part
    },
  }
  await liveMain(words, { stdout: stream, stderr: stream, environment: {} })
  return text
}

/** Words of `tradingWords` without their key file: the key comes from elsewhere. */
function withoutKeyFile(words: readonly string[]): readonly string[] {
  const at = words.indexOf('--key-file')
  return words.toSpliced(at, 2)
}

describe('no secret is in any byte that is put out', () => {
  it('of a program with its key in Vault: files, both outputs, HTTP answers, alerts, heartbeats, --json', async () => {
    const exchange = await tradingExchange(20)
    const { apiKey, secret } = exchange.address
    const vault = await httpListener((url) =>
      url.includes('lookup-self')
        ? { data: { ttl: 3600, renewable: true } }
        : { data: { data: { apiKey, secret }, metadata: { version: 1 } } },
    )
    const outside = await httpListener(() => ({}))
    const state = path.join(temporaryFolder(), 'state')
    const program = startLive(
      withoutKeyFile(tradingWords(exchange, state, { more: ['--heartbeat-every', '1s'] })),
      {
        HOME: temporaryFolder(),
        ...{ VAULT_ADDR: vault.url, VAULT_TOKEN: TOKEN, VAULT_SECRET_PATH: 'secret/nextbar/live' },
        ...{ NEXTBAR_ALERT_URL: outside.url, NEXTBAR_HEARTBEAT_URL: outside.url },
      },
    )
    const { journal } = exchange.exchange
    const orders = () => journal.since().filter(({ kind }) => kind === 'ORDER').length
    await until(() => orders() > 1 || program.child.exitCode !== null, 'orders')
    const POST = 'POST /api/v3/order'
    await exchange.client.control('POST', '/fault', [
      { on: 'DELETE /api/v3/order', when: 'after-accept', do: 'drop-reply', count: 1 },
      {
        on: POST,
        do: 'answer',
        skip: 1,
        status: 400,
        code: -1022,
        msg: 'Signature for this request is not valid.',
      },
      { on: 'now', do: 'close-users' },
      { on: 'now', do: 'deposit', asset: 'USDT', amount: '5' },
    ])
    const isHalted = () => outside.bodies.some((body) => body.includes('"key":"halt"'))
    await until(isHalted, `a halt by the refused signature: ${program.output.stderr}`)
    const [, page = '', token = ''] = /(http\S+)\?token=(\S+)/.exec(program.output.stderr) ?? []
    const headers = { authorization: `Bearer ${token}` }
    const answers = await Promise.all(
      ['', 'status', 'metrics', 'livez', 'readyz', 'nothing'].map(async (name) => {
        const answer = await fetch(`${page}${name}`, { headers })
        return `${[...answer.headers].join('\n')}\n${await answer.text()}`
      }),
    )
    expect(answers.join()).toContain('nextbar_build_info')
    program.child.kill('SIGTERM')
    await program.ended
    expectWhole(journal.since(), state)
    const told = [
      await printed('status', '--state', state, '--json'),
      await printed('verify', '--state', state, '--json'),
    ]
    const { stdout, stderr } = program.output
    expectNoSecret(
      { apiKey, secret },
      [...bytesIn(state), stdout, stderr, ...answers, ...outside.bodies, ...told],
      {
        token: TOKEN,
      },
    )
  })

  if (process.env.NEXTBAR_SOAK !== undefined)
    it('of a program with an Ed25519 key, whose strategy throws its whole environment where nobody waits for it', async () => {
      const exchange = await tradingExchange(20)
      const { apiKey, privateKey } = exchange.address.ed25519
      const folder = temporaryFolder()
      const pem = path.join(folder, 'key.pem')
      writeFileSync(pem, privateKey, { mode: 0o600 })
      const strategy = path.join(folder, 'leaky.ts')
      writeFileSync(
        strategy,
        `import { defineStrategy } from '${ROOT}/engine/index.js'
export default defineStrategy({
  name: 'leaky',
  state: () => ({ bars: 0 }),
  onBar: (_, { state, target }) => {
    target(state.bars++ % 4 < 2 ? 0.5 : 0)
    if (state.bars === 40) void Promise.reject(new Error('signa' + 'ture=${'ab'.repeat(32)} ' + JSON.stringify(process.env)))
  },
})
`,
      )
      const state = path.join(temporaryFolder(), 'state')
      const words = withoutKeyFile(tradingWords(exchange, state))
      const program = startLive([strategy, ...words.slice(5)], {
        HOME: temporaryFolder(),
        ...{ BINANCE_API_KEY: apiKey, BINANCE_PRIVATE_KEY_FILE: pem },
      })
      expect(await program.ended, program.output.stderr).toBe(1)
      const { stdout, stderr } = program.output
      expect(stderr).toContain('signature=[redacted]')
      const { journal } = exchange.exchange
      const { status } = expectWhole(journal.since(), state)
      expect([...status.values()].filter((one) => one === 'NEW' || one === '')).toEqual([])
      const body = privateKey.split('\n')[1] ?? ''
      expect(body.length).toBeGreaterThan(40)
      expectNoSecret({ apiKey, secret: body }, [...bytesIn(state), stdout, stderr])
    })
})

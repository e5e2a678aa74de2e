/** `npm run demo:promotion`: a strategy from its first backtest to orders on an exchange, on this machine alone. Floor 5. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateBars } from '../../../../data/synthetic.js'
import { symbolEntry } from '../../../exchange/listed-symbol.js'
import { type RunningExchange, startExchange } from '../../../exchange/start-exchange.js'
import { InvariantError } from '../../../model/errors.js'
import { ONE } from '../../../model/money.js'
import { knownRules } from '../../../venue/known-symbols.js'
import { type ShownCommand, showCommand } from './show-command.js'

const FOLDER = join('reports', 'out', 'demo-promotion')
const SYMBOL = 'BTCUSDT'
const DATA = ['--data', 'synthetic:7:43200', '--symbol', SYMBOL]
/** Bars a second of the made-up market, and how long a session runs. Orders that are sent need time to be answered. */
const ON_PAPER = { speed: 40, ms: 12_000 }
const ON_EXCHANGE = { speed: 10, ms: 20_000 }
/** Lower costs than the defaults: thousands of trades on bars without an edge come to nothing but costs. */
const FEE = 0.0001
const COSTS = ['--maker-fee', String(FEE), '--taker-fee', String(FEE), '--alpha', '0.1']
const LIMITS = [
  ...['--max-order-quote', '20000', '--max-position-quote', '20000'],
  ...['--max-daily-loss', '9000', '--max-orders-per-minute', '60'],
]

/** Made-up bars have no edge: what the sweep cannot promise here is accepted, and stays in the record. */
const REASONS = ['sweep', 'pbo', 'dsr', 'walk-forward'].flatMap((gate) => [
  ...['--accept', gate, 'a demo on made-up bars'],
])

async function marketAt(speed: number): Promise<RunningExchange> {
  const rules = knownRules(SYMBOL)
  if (rules === undefined) throw new InvariantError(`${SYMBOL} must have built-in rules`)
  return startExchange({
    symbols: [{ bars: generateBars({ seed: 9, count: 40_000, symbol: SYMBOL }), entry: symbolEntry(rules) }],
    ...{ history: 2000, speed, rates: { maker: FEE, taker: FEE } },
    balances: new Map([['USDT', 20_000n * ONE]]),
  })
}

async function demo(print: (line: string) => void): Promise<void> {
  const began = performance.now()
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const at = (name: string) => join(FOLDER, name)
  let exchange = await marketAt(ON_PAPER.speed)
  const show = (command: ShownCommand) => showCommand(command, print)
  const market = () => [
    ...['--clock', 'stream', '--late-after', '1h'],
    ...['--rest-url', exchange.address.rest, '--stream-url', exchange.address.stream],
  ]
  const writeKey = () => {
    const { apiKey, secret } = exchange.address
    writeFileSync(at('key.json'), JSON.stringify({ apiKey, secret }), { mode: 0o600 })
  }
  try {
    writeFileSync(
      at('exchangeInfo.json'),
      await (await fetch(`${exchange.address.rest}/api/v3/exchangeInfo`)).text(),
    )
    writeKey()
    writeFileSync(at('policy.json'), JSON.stringify({ minDays: 0.05, minTrades: 5, key: 'trades' }, null, 2))

    print('The bars are made up, so there is nothing to find in them: this shows the path, not a strategy.\n')
    print(
      'Left out of the commands shown: flags that name the local exchange and its key, and in sessions its rules.\n',
    )
    print('1. Backtest: what does the idea do, after costs?\n')
    const common = [...DATA, '--rules', at('exchangeInfo.json'), ...COSTS, ...LIMITS]
    await show({
      words: ['run-backtest.ts', 'sma-cross', '-p', 'fast=5', '-p', 'slow=20', ...common, '--out', at('run')],
    })

    print('2. Sweep: which parameters, and how much of it may be luck?\n')
    await show({
      words: [
        ...['run-sweep.ts', 'sma-cross', '-p', 'fast=4:6:1', '-p', 'slow=15:25:5', ...common],
        ...['--walk-forward', 'train=10d,test=5d,step=5d', '--best-runs', '1', '--out', at('sweep')],
      ],
      quiet: ['--trial-store', at('trials')],
      most: 24,
    })
    const folders = readdirSync(at('sweep/best'), { withFileTypes: true }).filter((one) => one.isDirectory())
    const best = at(join('sweep', 'best', folders[0]?.name ?? ''))

    print('3. Paper: the same run on live bars, by one flag. Nothing is sent.\n')
    await show({
      words: ['run-live.ts', '--run', best, '--mode', 'paper', '--state', at('paper')],
      quiet: ['--rules', at('exchangeInfo.json'), ...market()],
      ...{ stopAfterMs: ON_PAPER.ms, most: 2 },
    })

    print('4. Drill: let things go wrong on purpose, on an exchange of this machine.\n')
    await show({ words: ['run-promote.ts', 'drill', '--out', at('drill.json')] })

    print('5. Promote: a checklist. It refuses, and says at what.\n')
    const promote = [
      ...[
        'run-promote.ts',
        best,
        '--state',
        at('paper'),
        '--sweep',
        at('sweep'),
        '--drill',
        at('drill.json'),
      ],
      ...['--policy-file', at('policy.json'), '--data', FOLDER],
    ]
    const key = ['--key-file', at('key.json'), '--rest-url', exchange.address.rest]
    await show({ words: promote, quiet: key, codes: [5] })
    print('   What it cannot know of made-up bars is accepted with a reason, which stays in the record.\n')
    await show({ words: [...promote, ...REASONS], quiet: key })

    await exchange.stop()
    exchange = await marketAt(ON_EXCHANGE.speed)
    writeKey()
    print('6. Testnet (here the exchange of this machine): orders are sent.\n')
    await show({
      words: ['run-live.ts', '--run', best, '--mode', 'testnet', '--state', at('testnet')],
      quiet: [
        '--key-file',
        at('key.json'),
        '--rules',
        at('exchangeInfo.json'),
        '--ws-api-url',
        exchange.address.wsApi,
        ...market(),
      ],
      ...{ stopAfterMs: ON_EXCHANGE.ms, most: 3 },
    })

    print('7. Live less replayed, to the last unit, and what the fills say of the slippage model.\n')
    await show({ words: ['run-promote.ts', 'divergence', '--state', at('testnet')], codes: [0, 5] })
    await show({
      words: ['run-promote.ts', 'calibrate', '--state', at('testnet'), '--run', best, '--data', FOLDER],
    })
    print(`Done in ${Math.round((performance.now() - began) / 1000)} s; everything is in ${FOLDER}.`)
    print('What comes next, for real: docs/promote.md.')
  } finally {
    await exchange.stop()
  }
}

await demo((line) => process.stdout.write(`${line}\n`))

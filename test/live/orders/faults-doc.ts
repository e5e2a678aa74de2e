/** `docs/faults.md`, made of the rows that the tests run. */
import path from 'node:path'
import { FAULT_ROWS } from './fault-rows.js'
import { ELSEWHERE } from './faults-elsewhere.js'
import { MUTANTS } from './mutants.js'

/** The whole page. */
export function faultsDoc(): string {
  const number = (id: string) => Number(id.slice(1))
  const run = FAULT_ROWS.map(({ id, fault, must }) => `| ${id} | ${fault} | ${must} |`)
  const list = (rows: Readonly<Record<string, string>>) =>
    Object.entries(rows)
      .sort(([a], [b]) => number(a) - number(b))
      .map(([id, text]) => `| ${id} | ${text} |`)
  return `# Faults that are tried

Made from the tests (\`test/live/orders/fault-rows.ts\` and what it takes in); do not edit it by hand.

Each row of the first table is a session that trades on a local exchange over real sockets while the fault happens.
Behind each, the ledger must be whole and its books the sum of the fills; every order that the exchange accepted must
have been in the ledger first, and be there once; the trades of ledger and exchange must be the same to the last
unit; each order must have ended in the ledger as it did on the exchange; the recorded events through a fresh session
must give the same orders; its bars must be those of REST, each once and in order, less those that the exchange does
not have; no order may be larger, held and open together worth more, a minute fuller, and nothing bought on a day that has
lost more, than the limits say, by the exchange's own journal; nothing may have been asked over REST or the WebSocket API
while the exchange had said to wait, and nothing at all behind a 418 or a 403; no key, part of a key or signature may be in
anything that was written or told; each halt must be told once, and once that it was cleared; and the session must trade
again, heard and with nothing in doubt, or be halted where the row says so, with nothing left open that it could take back.
The same checks (\`test/live/orders/invariants.ts\`) end the tests that kill, starve and stop whole programs.

| row | what goes wrong | what must follow |
| --- | --- | --- |
${run.join('\n')}

## Tried by other tests

| row | where |
| --- | --- |
${list(ELSEWHERE).join('\n')}

## Do the tests notice?

Mistakes that would cost money, made in the product on purpose (\`test/live/orders/mutants.ts\`), and the test that fails
then. \`NEXTBAR_MUTANTS=1 npx vitest run test/live/orders/mutants.test.ts\` makes each in a copy of the tree and runs that
test; every run of the tests checks that each can still be made and that its test is there.

| mistake | found by |
| --- | --- |
${MUTANTS.map(({ mistake, caughtBy: { file, test } }) => `| ${mistake} | \`${path.basename(file)}\`: ${test} |`).join('\n')}
`
}

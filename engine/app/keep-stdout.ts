/** stdout for the result alone. Floor 5. */
import { Console } from 'node:console'

/** From here on what a strategy prints by `console.log` goes to stderr, where it stands in no one's JSON. */
export function keepStdout(): void {
  globalThis.console = new Console(process.stderr, process.stderr)
}

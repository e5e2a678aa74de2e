/** The browser of the browser tests: Debian's Chromium, where it is installed. */
import { existsSync } from 'node:fs'

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser']

/** Path of the browser's program; undefined where there is none. */
export function chromiumPath(): string | undefined {
  return PATHS.find((path) => existsSync(path))
}

/** Whether a test that cannot run here must fail instead of being skipped. */
export const REQUIRE_ALL = process.env.NEXTBAR_REQUIRE_ALL === '1'

/** Arguments that keep the browser headless and quiet: it asks the network for nothing of its own. */
export const CHROMIUM_ARGS: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

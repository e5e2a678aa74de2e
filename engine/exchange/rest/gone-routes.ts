/** Routes that the exchange had once: listen keys ended on 2026-02-20. Floor 3. */
import { Rejection } from '../rejection.js'
import type { Route } from './route.js'

/** They answer 410, whatever is sent. */
export const GONE_PATHS: readonly string[] = ['/api/v3/userDataStream', '/api/v3/userDataStream/isolated']

/** What is answered. */
export function gone(): Rejection {
  return new Rejection(-1016, 'This service is no longer available.', { status: 410 })
}

/** Their names on the WebSocket API. */
export const GONE_ROUTES: readonly Route[] = [
  'userDataStream.start',
  'userDataStream.ping',
  'userDataStream.stop',
].map(
  (method): Route => ({
    rest: `GONE ${method}`,
    method,
    security: 'NONE',
    weight: 1,
    params: ['apiKey', 'listenKey'],
    run: () => {
      throw gone()
    },
  }),
)

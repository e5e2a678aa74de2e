/** Commands of documents that share a sweep through Redis, pointed at a server of the test's own. */

/** A worker goes to the background, and ends with the block. */
export function pointAtRedis(script: string, url: string): string {
  const lines = script
    .replaceAll(/redis:\/\/\S+/g, url)
    .replaceAll('/srv/klines', '.')
    .split('\n')
    .map((line) => (/ worker /.test(line) ? `${line} >worker.log 2>&1 &` : line))
  return [...lines, 'kill -TERM %1', 'wait %1 || true', 'cat worker.log >&2'].join('\n')
}

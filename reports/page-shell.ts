/** What every report page is wrapped in: head, policy, style, theme button, skip link, footer. Floor 4. */
import { createHash } from 'node:crypto'
import { type Html, html, shorten, toMarkup, trustedHtml } from './html.js'
import { THEME_SCRIPT } from './page-script.js'
import { PAGE_STYLE } from './page-style.js'
import { PRICE_STYLE } from './price-chart/price-style.js'

/**
 * A whole HTML document. `title` and `footer` are text; `body` goes between header and footer as it is.
 * `scripts` are the program's own and come last, but for those that stand in the body already (`placed`);
 * `tail` is data behind them; `style` is what the page adds to the look of every page. The page forbids itself everything else: any other script or style,
 * any request, any form.
 */
export function renderPage({
  title,
  body,
  footer,
  scripts = [],
  placed = [],
  tail,
  style = PRICE_STYLE,
  isServed = false,
}: {
  readonly title: string
  readonly body: Html
  readonly footer: string
  readonly scripts?: readonly string[]
  readonly placed?: readonly string[]
  readonly tail?: Html
  readonly style?: string
  /** Whether the page comes from a server on this machine and may ask that server, and no other, for more. */
  readonly isServed?: boolean
}): string {
  const all = [THEME_SCRIPT, ...scripts]
  const look = PAGE_STYLE + style
  return toMarkup(html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(policyOf(look, [...placed, ...all], isServed))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${shorten(title, 120)} – Nextbar</title>
<style>${trustedHtml(look)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<button id="theme" type="button" hidden aria-live="polite">Theme</button>
<main id="main">
${body}
</main>
<footer><bdi>${shorten(footer, 120)}</bdi></footer>
${all.map((script) => html`<script>${trustedHtml(script)}</script>\n`)}${tail}</body>
</html>
`)
}

/** Nothing but this style and these scripts, by their hashes. */
function policyOf(style: string, scripts: readonly string[], isServed: boolean): string {
  const hashes = (texts: readonly string[]): string =>
    texts.map((text) => `'sha256-${sha256(text)}'`).join(' ')
  return [
    "default-src 'none'",
    `style-src ${hashes([style])}`,
    `script-src ${hashes(scripts)}`,
    'img-src data:',
    ...(isServed ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64')
}

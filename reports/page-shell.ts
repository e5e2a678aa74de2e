/** What every report page is wrapped in: head, policy, style, skip link, footer. Floor 4. */
import { type Html, html, shorten, toMarkup, trustedHtml } from './html.js'
import { PAGE_STYLE } from './page-style.js'
import { PRICE_STYLE } from './price-chart/price-style.js'

/** A page forbids itself everything but its own style, and the script that it names: no request, no form. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/**
 * A whole HTML document. `title` and `footer` are text; `body` goes between header and footer as it is,
 * `tail` behind the footer. `scriptPolicy` is the source of the one script that may run.
 */
export function renderPage({
  title,
  body,
  footer,
  tail,
  scriptPolicy,
}: {
  readonly title: string
  readonly body: Html
  readonly footer: string
  readonly tail?: Html
  readonly scriptPolicy?: string
}): string {
  const policy = scriptPolicy === undefined ? POLICY : `${POLICY}; script-src ${scriptPolicy}`
  return toMarkup(html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${shorten(title, 120)} – Nextbar</title>
<style>${trustedHtml(PAGE_STYLE + PRICE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<main id="main">
${body}
</main>
<footer><bdi>${shorten(footer, 120)}</bdi></footer>
${tail}</body>
</html>
`)
}

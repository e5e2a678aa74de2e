/**
 * HTML that cannot forget to escape: text put into an `html` template is escaped, only `Html` made here
 * goes in as it is. Floor 4. Attributes are always written in double quotes, so that one escape serves
 * text and attributes alike; nothing of a user ever becomes a tag, an attribute's name, a link or a style.
 *
 * html`<td title="${fill.tag}">${fill.tag}</td>`
 */

/** Key of an `Html`'s markup: a symbol, so that no parsed JSON can pass for one. */
const MARKUP = Symbol('markup')

/** A piece of a page that is safe to print as it is. Made by `html` and `trustedHtml` only. */
export interface Html {
  readonly [MARKUP]: string
}

/** What may stand in an `html` template; `undefined` prints nothing. */
export type HtmlPart = string | number | Html | readonly HtmlPart[] | undefined

/** A piece of a page from a template; strings in it are escaped. */
export function html(template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  let markup = template[0] ?? ''
  for (const [i, part] of parts.entries()) markup += toMarkup(part) + (template[i + 1] ?? '')
  return { [MARKUP]: markup }
}

/** Markup that the program itself wrote, such as a chart's SVG; never anything a user named. */
export function trustedHtml(markup: string): Html {
  return { [MARKUP]: markup }
}

/** The text of a part, as it goes into a file. */
export function toMarkup(part: HtmlPart): string {
  if (part === undefined) return ''
  if (typeof part === 'string') return escapeHtml(part)
  if (typeof part === 'number') return String(part)
  if (MARKUP in part) return part[MARKUP]
  return part.map(toMarkup).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand between tags or between the quotes of an attribute; what cannot be seen is spelled out. */
export function escapeHtml(text: string): string {
  return showHidden(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Controls, line separators, and marks that turn or join text unseen: what a name could hide behind. */
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Text with each hidden character spelled out as `[U+202E]`, tabs and line breaks as spaces. */
export function showHidden(text: string): string {
  return text.toWellFormed().replace(HIDDEN, (character) => {
    if (/[\t\r\n]/.test(character)) return ' '
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return `[U+${code}]`
  })
}

/** The first `limit` characters of a text, with an ellipsis where it is longer. */
export function shorten(text: string, limit: number): string {
  const short = text.slice(0, limit + 1)
  // Cut between characters, never inside a surrogate pair.
  return short.length <= limit ? text : `${short.slice(0, limit).replace(/[\uD800-\uDBFF]$/u, '')}…`
}

/** Text that someone else named: escaped, at most `limit` characters, and unable to turn the text around it. */
export function named(text: string, limit = 120): Html {
  return html`<bdi>${shorten(text, limit)}</bdi>`
}

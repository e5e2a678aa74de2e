/** The text of a notebook between its cells: Markdown as HTML, tags in it shown as text. Floor 4. */
import { Marked } from 'marked'
import { escapeHtml, type Html, trustedHtml } from '../html.js'

const MARKED = new Marked({
  gfm: true,
  renderer: {
    // A page holds no markup but its own.
    html: ({ text }) => escapeHtml(text),
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens)
      return SAFE_LINK.test(href) ? `<a href="${escapeHtml(href)}">${words}</a>` : words
    },
    image: ({ text }) => escapeHtml(text),
  },
})

/** Pages of the web, and places beside the page or in it. */
const SAFE_LINK = /^(?:https?:\/\/|#|\.{0,2}\/|[\w-]+[\w./-]*(?:#[\w-]*)?$)/i

/** The text as HTML. Links lead to the web or beside the page; images are left out, their words stay. */
export function markdownHtml(text: string): Html {
  // What `marked` prints is escaped by it, and the three kinds above are the only ways past it.
  return trustedHtml(MARKED.parse(text, { async: false }))
}

/** Code with its comments, texts, numbers and words of the language told apart. Floor 4. */
import { type Html, html } from '../html.js'

const TOKEN =
  /(\/\/.*|\/\*[\s\S]*?\*\/)|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\b(\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?n?)\b|\b(as|async|await|break|case|class|const|continue|else|export|false|for|from|function|if|import|in|interface|let|new|null|of|return|satisfies|switch|this|throw|true|try|type|typeof|undefined|while|yield)\b/g

const CLASSES = ['comment', 'string', 'numeral', 'keyword'] as const

/** The code; what is no token stands as it is. */
export function highlight(code: string): Html {
  const parts: Html[] = []
  let at = 0
  for (const match of code.matchAll(TOKEN)) {
    const kind = CLASSES.find((_, k) => match[k + 1] !== undefined)
    parts.push(lines(code.slice(at, match.index)))
    parts.push(html`<span class="${kind}">${lines(match[0])}</span>`)
    at = match.index + match[0].length
  }
  parts.push(lines(code.slice(at)))
  return html`${parts}`
}

/** Text in which line breaks stay: elsewhere on a page they are shown as spaces. */
export function lines(text: string): Html {
  return html`${text.split('\n').map((line, k) => (k === 0 ? line : html`\n${line}`))}`
}

/** Text is Latin-1 throughout: one character a byte, so that bytes that are not UTF-8 come out as they came in. */

const QUOTE = '"'

/**
 * Cells of a CSV record (RFC 4180) without its line end. A quoted cell may span lines: `open` says that the text ends
 * inside one, `malformed` that something follows a closing quote.
 */
export function parseCells(text: string): string[] | 'open' | 'malformed' {
  if (!text.includes(QUOTE)) return text.split(',')
  const cells: string[] = []
  for (let at = 0; ;) {
    if (text[at] !== QUOTE) {
      const comma = text.indexOf(',', at)
      cells.push(comma < 0 ? text.slice(at) : text.slice(at, comma))
      if (comma < 0) return cells
      at = comma + 1
      continue
    }
    let close = text.indexOf(QUOTE, at + 1)
    while (close >= 0 && text[close + 1] === QUOTE) close = text.indexOf(QUOTE, close + 2)
    if (close < 0) return 'open'
    cells.push(text.slice(at + 1, close).replaceAll('""', QUOTE))
    if (close + 1 === text.length) return cells
    if (text[close + 1] !== ',') return 'malformed'
    at = close + 2
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
// oxlint-disable-next-line no-control-regex -- these are the characters JSON wants escaped
const ESCAPED = /["\\\u0000-\u001f]/

/** A cell as JSON: empty is null, a JSON number stands as it is, everything else is a string. */
export function cellToJson(cell: string): string {
  if (cell === '') return 'null'
  return NUMBER.test(cell) ? cell : textToJson(cell)
}

export function textToJson(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`
}

/** A SELECT, cut where it can be put together otherwise. */
export interface Select {
  /** Names that ClickHouse declares before it: `WITH … AS name`. */
  readonly declared: readonly string[]
  readonly items: readonly string[]
  /** From `FROM` on. */
  readonly rest: string
}

/** @param sql one SELECT, perhaps with names declared before it, perhaps behind `INSERT INTO …` */
export function selectOf(sql: string): Select {
  const text = sql
    .replace(/--[^\n]*/g, '')
    .trim()
    .replace(/^INSERT INTO \S+\s*/, '')
    .replace(/;$/, '')
  const [select] = outermost(text, 'SELECT')
  const [from] = outermost(text, 'FROM')
  if (select === undefined || from === undefined) throw new Error(`no SELECT with FROM: ${text}`)
  const before = text.slice(0, select).trim()
  return {
    declared: before === '' ? [] : parts(before.replace(/^WITH\s+/, '')),
    items: parts(text.slice(select + 'SELECT'.length, from)),
    rest: text.slice(from).trim(),
  }
}

/** Texts between the outermost commas. */
export function parts(text: string): string[] {
  const cuts = [-1, ...outermost(text, ','), text.length]
  return cuts
    .slice(1)
    .map((end, i) => text.slice((cuts[i] ?? -1) + 1, end).trim())
    .filter(part => part !== '')
}

/** Where a word stands outside of all parentheses and texts. */
function outermost(text: string, word: string): number[] {
  const found: number[] = []
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/'(?:[^'\\]|\\.)*'|\w+|[^\w\s]/gs)) {
    if (token === '(' || token === '[') depth++
    else if (token === ')' || token === ']') depth--
    else if (depth === 0 && token === word) found.push(index)
  }
  return found
}

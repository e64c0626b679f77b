/**
 * Says in Spark's SQL what a formula of gold says in ClickHouse's: the same text with other names of functions. It knows those
 * that gold's formulas have, with the same results to the bit, and refuses every other, so that a new one is looked at first.
 *
 * @param sql a SELECT, or a part of one
 * @throws {Error} naming a function that has no form here
 */
export function sparkSql(sql: string): string {
  const nodes = parsed(tokensOf(sql))
  return said(nodes).replace(/ ([,)\]])/g, '$1')
}

interface Group {
  readonly open: '(' | '['
  /** What stands between the commas. */
  readonly parts: readonly Node[][]
}
type Node = string | Group

type Form = (args: readonly string[]) => string

const call =
  (name: string): Form =>
  args =>
    `${name}(${args.join(', ')})`
const cast =
  (type: string): Form =>
  ([value = '']) =>
    `CAST(${value} AS ${type})`
const every =
  (seconds: number): Form =>
  ([time = '']) =>
    `timestamp_seconds(unix_seconds(${time}) div ${seconds} * ${seconds})`

const FORMS: Readonly<Record<string, Form>> = {
  ...Object.fromEntries(
    ['sum', 'min', 'max', 'if', 'least', 'greatest', 'coalesce', 'avg'].map(name => [name, call(name)]),
  ),
  count: args => (args.length === 0 ? 'count(*)' : `count(${args.join(', ')})`),
  countIf: call('count_if'),
  sumIf: ([value = '', condition = '']) => `sum(if(${condition}, ${value}, 0))`,
  ifNull: call('coalesce'),
  assumeNotNull: ([value = '']) => `(${value})`,
  toInt64: cast('BIGINT'),
  toUInt64: cast('BIGINT'),
  toUInt128: cast('DECIMAL(38, 0)'),
  toFloat64: cast('DOUBLE'),
  toDecimal32: ([value = '', decimals = '']) => `CAST(${value} AS DECIMAL(9, ${decimals}))`,
  toDecimal64: ([value = '', decimals = '']) => `CAST(${value} AS DECIMAL(18, ${decimals}))`,
  reinterpret: ([value = '']) => steps(value),
  intDiv: ([a = '', b = '']) => `(${a} div ${b})`,
  // Both round halves to the even one.
  round: ([value = '', ...decimals]) => {
    if (decimals.length > 0) throw new Error('round to decimals has no Spark form here')
    return `rint(${value})`
  },
  toStartOfFiveMinutes: every(300),
  toStartOfFifteenMinutes: every(900),
  toStartOfHour: every(3600),
  arrayMax: call('array_max'),
  uniqExactState: call('collect_set'),
  uniqExactMergeState: ([sets = '']) => `array_distinct(flatten(collect_list(${sets})))`,
  uniqExactMerge: ([sets = '']) => `size(array_distinct(flatten(collect_list(${sets}))))`,
}

/** A decimal as the whole number of its smallest steps, which is what its bytes are. */
function steps(value: string): string {
  const decimals = /DECIMAL\(\d+, (\d+)\)/.exec(value)?.[1]
  if (decimals === undefined)
    throw new Error(`reinterpret(${value}) has no Spark form: of how many decimals?`)
  return `CAST(${value} * ${10 ** Number(decimals)} AS BIGINT)`
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'SELECT',
  'FROM',
  'WHERE',
  'AND',
  'OR',
  'NOT',
  'IN',
  'AS',
  'BY',
  'ON',
  'WHEN',
  'THEN',
  'ELSE',
  'HAVING',
  'WITH',
])

const TOKEN = /\s+|'(?:[^'\\]|\\.)*'|[A-Za-z_@]\w*|\d+(?:\.\d+)?(?:e\d+)?|[<>!]=|./gsu

function tokensOf(sql: string): string[] {
  return (sql.replace(/--[^\n]*/g, '').match(TOKEN) ?? []).filter(token => token.trim() !== '')
}

function parsed(tokens: readonly string[]): Node[] {
  let at = 0
  const until = (close: string | null): Node[][] => {
    const parts: Node[][] = [[]]
    for (;;) {
      const token = tokens[at++]
      if (token === undefined || token === close) {
        if (token === undefined && close !== null) throw new Error(`a "${close}" is missing`)
        return parts.length === 1 && parts[0]?.length === 0 ? [] : parts
      }
      if (token === ',' && close !== null) parts.push([])
      else
        parts
          .at(-1)
          ?.push(
            token === '(' || token === '[' ? { open: token, parts: until(token === '(' ? ')' : ']') } : token,
          )
    }
  }
  return until(null)[0] ?? []
}

function said(nodes: readonly Node[]): string {
  const out: string[] = []
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i] ?? ''
    const next = nodes[i + 1]
    if (typeof node !== 'string') {
      // The third of a tuple: `(…).3`.
      const isPlain = nodes[i - 1] === 'IN' || node.parts[0]?.[0] === 'SELECT'
      const isTuple = node.open === '(' && node.parts.length > 1 && !isPlain
      const inner = node.parts.map(said)
      if (node.open === '[') out.push(`array(${inner.join(', ')})`)
      else if (isTuple) out.push(`named_struct(${inner.map((one, k) => `'_${k + 1}', ${one}`).join(', ')})`)
      else out.push(`(${inner.join(', ')})`)
    } else if (node === '.' && typeof next === 'string') {
      out.push(`${out.pop() ?? ''}.${/^\d+$/.test(next) ? `_${next}` : next}`)
      i++
    } else if (isCall(node, next)) {
      const form = FORMS[node]
      if (form === undefined)
        throw new Error(`the function ${node} has no Spark form yet: src/lake/spark/spark-sql.ts`)
      out.push(form(next.parts.map(said)))
      i++
    } else out.push(node)
  }
  return out.join(' ')
}

function isCall(node: string, next: Node | undefined): next is Group {
  return typeof next === 'object' && next.open === '(' && /^[A-Za-z_]\w*$/.test(node) && !KEYWORDS.has(node)
}

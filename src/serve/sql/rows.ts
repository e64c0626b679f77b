import { setImmediate as turn } from 'node:timers/promises'

/** What became of the rows; told when they are at their end. */
export interface Cut {
  /** There were more than the limit. */
  truncated: boolean
}

export interface RowBounds {
  readonly maxRows: number
  /** What a row may have: one is read in one go, and everybody else waits meanwhile. */
  readonly maxRowBytes: number
  /** Makes the error for more. */
  readonly tooLarge: () => Error
}

type Parts = AsyncIterable<Buffer>

const lineEnd = 10
const comma = 44
const quote = 34
/** So much is worked on before others get their turn. */
const partBytes = 64 * 1024

/** CSV passes as it is, names first; it is only counted, to end behind the last row allowed. */
export async function* csvRows(parts: Parts, { maxRows }: RowBounds, cut: Cut): AsyncGenerator<Buffer> {
  let left = maxRows + 1
  let quoted = false
  for await (const part of small(parts)) {
    let end = left === 0 ? 0 : part.length
    for (let i = 0; i < end; i++) {
      if (part[i] === quote) quoted = !quoted
      else if (part[i] === lineEnd && !quoted && --left === 0) end = i + 1
    }
    if (end > 0) yield part.subarray(0, end)
    if (end < part.length) {
      cut.truncated = true
      return
    }
  }
}

/** Whatever it is, as it is. */
export async function* rawRows(parts: Parts): AsyncGenerator<Buffer> {
  yield* parts
}

/** Rows as JSON objects, a line each. */
export async function* jsonLines(parts: Parts, bounds: RowBounds, cut: Cut): AsyncGenerator<Buffer> {
  for await (const rows of limited(wholeLines(parts, bounds), bounds.maxRows, cut)) yield exact(rows)
}

/** One JSON document: columns, rows, and whether there were more. The first two lines are the names and the types. */
export async function* jsonDocument(parts: Parts, bounds: RowBounds, cut: Cut): AsyncGenerator<Buffer> {
  const head: string[][] = []
  const lines = withoutHead(wholeLines(parts, bounds), head)
  let begun = false
  for await (const rows of limited(lines, bounds.maxRows, cut)) {
    if (!begun) yield opening(head)
    yield joined(exact(rows), !begun)
    begun = true
  }
  if (!begun) yield opening(head)
  yield Buffer.from(`],"truncated":${String(cut.truncated)}}`)
}

function opening([names = [], types = []]: readonly string[][]): Buffer {
  const columns = names.map((name, i) => ({ name, type: types[i] ?? '' }))
  return Buffer.from(`{"columns":${JSON.stringify(columns)},"rows":[`)
}

/** Takes the first two lines off. */
async function* withoutHead(blocks: AsyncIterable<Buffer>, head: string[][]): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    let rest = block
    while (head.length < 2 && rest.length > 0) {
      const end = rest.indexOf(lineEnd) + 1
      head.push(JSON.parse(rest.toString('utf8', 0, end)) as string[])
      rest = rest.subarray(end)
    }
    if (rest.length > 0) yield rest
  }
}

/** So many lines, and no more. */
async function* limited(blocks: AsyncIterable<Buffer>, maxRows: number, cut: Cut): AsyncGenerator<Buffer> {
  let left = maxRows
  for await (const block of blocks) {
    let end = 0
    while (left > 0 && end < block.length) {
      end = block.indexOf(lineEnd, end) + 1
      left--
    }
    if (end > 0) yield block.subarray(0, end)
    if (end < block.length) {
      cut.truncated = true
      return
    }
  }
}

/** The same bytes in pieces that end with a line. JSON has no line end within a row. */
async function* wholeLines(parts: Parts, { maxRowBytes, tooLarge }: RowBounds): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let held = 0
  for await (const part of small(parts)) {
    const end = part.lastIndexOf(lineEnd) + 1
    if (end > 0) {
      yield rest.length === 0 ? part.subarray(0, end) : Buffer.concat([...rest, part.subarray(0, end)])
      rest = []
      held = 0
    }
    if (end < part.length) rest.push(part.subarray(end))
    held += part.length - end
    if (held > maxRowBytes) throw tooLarge()
  }
  if (rest.length > 0) yield Buffer.concat([...rest, Buffer.from('\n')])
}

/** Large parts are cut, with a turn for everybody else in between. */
async function* small(parts: Parts): AsyncGenerator<Buffer> {
  for await (const part of parts) {
    for (let at = 0; at < part.length; at += partBytes) {
      yield part.subarray(at, at + partBytes)
      if (part.length > partBytes) await turn()
    }
  }
}

const textOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g

/** Integers that a number of JavaScript cannot hold become texts. */
function exact(rows: Buffer): Buffer {
  if (!hasLongNumber(rows)) return rows
  const quoted = (token: string) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token
  return Buffer.from(rows.toString().replace(textOrNumber, quoted))
}

function hasLongNumber(rows: Buffer): boolean {
  let digits = 0
  for (const byte of rows) {
    digits = byte >= 48 && byte <= 57 ? digits + 1 : 0
    if (digits === 16) return true
  }
  return false
}

/** Lines as elements of a list: a comma for each line end, and before the first unless the list begins with it. */
function joined(rows: Buffer, isFirst: boolean): Buffer {
  const list = Buffer.allocUnsafe(rows.length)
  list[0] = comma
  rows.copy(list, 1, 0, rows.length - 1)
  for (let at = list.indexOf(lineEnd); at >= 0; at = list.indexOf(lineEnd, at)) list[at] = comma
  return isFirst ? list.subarray(1) : list
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lex, withoutComments } from '../../../../src/serve/sql/guard/lexer.ts'
import { SqlRefusedError } from '../../../../src/serve/sql/index.ts'

const texts = (sql: string) => lex(sql).map(word => word.text)

describe('lex', () => {
  it('cuts a statement into words, leaving comments out', () => {
    expect(texts("SELECT a.b, -1.5e3 /* x */ FROM t -- y\nWHERE s = 'it''s' # z")).toEqual([
      'SELECT',
      'a',
      '.',
      'b',
      ',',
      '-',
      '1.5e3',
      'FROM',
      't',
      'WHERE',
      's',
      '=',
      "'it''s'",
    ])
  })

  it('reads comments within comments, and those that begin with //, as the engine does', () => {
    expect(texts("SELECT 1 /* /* ' */ ' */, 2 // '\n, 3")).toEqual(['SELECT', '1', ',', '2', ',', '3'])
  })

  it('takes a heredoc for one text', () => {
    expect(texts("SELECT $a$ ' $b$ $a$, $$x$$")).toEqual(['SELECT', "$a$ ' $b$ $a$", ',', '$$x$$'])
  })

  it('takes anything but control characters within texts, comments and heredocs', () => {
    expect(() => lex("SELECT 'Größe ‘x’ \u2028\n', $$é$$ -- ñ\n/* ü */")).not.toThrow()
    for (const sql of ["SELECT 'a\0'", "SELECT '\x1b[0m'", 'SELECT 1 -- \x07', 'SELECT $$\x00$$']) {
      expect(() => lex(sql)).toThrow('control character')
    }
  })

  it.each([
    ['a no-break space', 'SELECT\u00a01'],
    ['a line separator', 'SELECT\u20281'],
    ['a typographic quote', 'SELECT ‘a’'],
    ['a full-width letter', 'SELECT ｆile(1)'],
    ['a form feed', 'SELECT\f1'],
    ['a zero-width space', 'SELECT fi\u200ble(1)'],
    ['an umlaut in a name', 'SELECT größe FROM t'],
    ['a dollar in a name', 'SELECT a$b FROM t'],
    ['a heredoc behind a word', 'SELECT a$x$ $x$'],
    ['a heredoc whose tag is no word', "SELECT $ ' $ ' $ ' $"],
    ['a backslash', 'SELECT 1\\G'],
    ['a setting', 'SELECT @@version'],
  ])('refuses %s outside of texts', (_, sql) => {
    expect(() => lex(sql)).toThrow(/may stand in texts only/)
  })

  it.each([
    ['a dot', '`system.tables`'],
    ['a line feed', '`a\n  Function file`'],
    ['an escaped line feed', '`a\\nb`'],
    ['a doubled quote', '`a``b`'],
    ['an umlaut', '"größe"'],
    ['what looks like a part of a tree', '`x (alias y)`'],
    ['nothing', '``'],
    ['only blanks', '"  "'],
  ])('refuses %s in a name in quotes', (_, name) => {
    expect(() => lex(`SELECT 1 AS ${name}`)).toThrow(SqlRefusedError)
  })

  it('takes names with blanks and signs', () => {
    expect(texts('SELECT 1 AS "speed (km/h), mean", 2 AS `a-b`')).toContain('"speed (km/h), mean"')
  })

  it.each([
    ["'", "SELECT 'a"],
    ['`', 'SELECT `a'],
    ['/*', 'SELECT 1 /* /* */'],
    ['$$', 'SELECT $$a'],
    ['(', 'SELECT (1'],
    [')', 'SELECT 1)'],
    ['[)', 'SELECT [1)'],
  ])('refuses what is not closed: %s', (_, sql) => {
    expect(() => lex(sql)).toThrow(SqlRefusedError)
  })

  it('bounds depth and words', () => {
    const nested = (depth: number) => `SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`
    expect(() => lex(nested(50))).not.toThrow()
    expect(() => lex(nested(51))).toThrow('nested deeper')
    expect(() => lex(`SELECT ${'1,'.repeat(20_001)}1`)).toThrow('words')
  })

  it.each([
    '{x:String}',
    '{ x : Array(Nullable(UInt64)) }',
    "{t:DateTime64(3, 'Europe/Zurich')}",
    "{e:Enum8('a' = 1, 'b' = -2)}",
    '{m:Map(String, Array(Float64))}',
  ])('takes the parameter %s', parameter => {
    expect(texts(`SELECT ${parameter}`)).toEqual(['SELECT', parameter])
  })

  it.each([
    '{x:Identifier}',
    '{x: identifier}',
    "{x:Array(/* ' */String)}",
    '{x:Array(String ‘a’)}',
    '{x:AggregateFunction(sum, UInt8)}',
    '{x:Tuple(`a\nb` String)}',
    '{x:JSON}',
    '{x}',
    "{'a':1}",
    '{x:String',
  ])('refuses the parameter %s', parameter => {
    expect(() => lex(`SELECT ${parameter}`)).toThrow(SqlRefusedError)
  })

  it('loses no character: words and gaps make up the statement', () => {
    const piece = fc.constantFrom(
      "'a''b'",
      '`c d`',
      '"e"',
      '(',
      ')',
      '[',
      ']',
      '1.5',
      'x',
      ',',
      '/*y*/',
      '--z\n',
      ' ',
      '$$q$$',
      '{p:Int8}',
      '<=',
      '->',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        const sql = pieces.join(' ')
        let words
        try {
          words = lex(sql)
        } catch (error) {
          expect(error).toBeInstanceOf(SqlRefusedError)
          return
        }
        const blank = withoutComments(sql)
        expect(blank.length).toBe(sql.length)
        expect(lex(blank)).toEqual(words)
        for (const { text, start, end } of words) expect(sql.slice(start, end)).toBe(text)
      }),
    )
  })
})

describe('withoutComments', () => {
  it('leaves blanks in their place, so that a mistake is where the user sees it', () => {
    expect(withoutComments("SELECT/*x*/1 -- y\n, '--'")).toBe("SELECT     1     \n, '--'")
  })
})

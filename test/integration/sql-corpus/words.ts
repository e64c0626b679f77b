import { fixed, secretFile, type Family } from './escape.ts'

/** Ways to let one reader of the text see other words than the next. */
export const wordFamilies: readonly Family[] = [
  {
    name: 'characters that readers take differently',
    secondWall: 'the text is harmless, or not SQL, to an engine that reads it whole',
    escapes: [
      ...[
        ['no-break space', '\u00a0'],
        ['em space', '\u2003'],
        ['ideographic space', '\u3000'],
        ['line separator', '\u2028'],
        ['paragraph separator', '\u2029'],
        ['next line', '\u0085'],
        ['zero-width space', '\u200b'],
        ['byte order mark', '\ufeff'],
        ['form feed', '\f'],
        ['vertical tab', '\v'],
        ['escape', '\x1b'],
        ['NUL', '\0'],
        ['right-to-left override', '\u202e'],
        ['soft hyphen', '\u00ad'],
      ].map(([name, character]) => fixed(`a ${name ?? ''} between words`, `SELECT${character ?? ''}1 AS x`)),
      fixed('typographic quotes', 'SELECT ‘a’'),
      fixed('typographic double quotes', 'SELECT 1 AS “a”'),
      fixed('a full-width letter', 'SELECT ｎow()'),
      fixed('a Cyrillic letter', 'SELECT nоw()'),
      fixed('a typographic minus', 'SELECT 1 − 2'),
      fixed('a NUL within a text', "SELECT 'a\0b'"),
      fixed('an escape sequence within a text', "SELECT '\x1b[2J'"),
      fixed('a NUL within a comment', 'SELECT 1 -- \0'),
      fixed('a lone surrogate', "SELECT '\ud800'"),
    ],
  },
  {
    name: 'quotes, comments and heredocs that end elsewhere for another reader',
    secondWall: 'what they hide is refused only where it names a table; file() and settings are the guard’s',
    escapes: [
      {
        what: 'a strange quote in a parameter’s type',
        sql: p => `SELECT {x:Array(String ‘ )} AS a, ’ file(${secretFile(p)}) {y:String}`,
      },
      {
        what: 'a quote in a comment in a parameter’s type',
        sql: p => `SELECT {x:Array(/* ' */String)}, file(${secretFile(p)}) /* ' */`,
      },
      {
        what: 'a comment within a comment in a parameter’s type',
        sql: p => `SELECT {x:Array(/* /* */ ' */String)}, file(${secretFile(p)}), ''`,
      },
      {
        what: 'a line comment in a parameter’s type',
        sql: p => `SELECT {x:Array(-- '\nString)}, file(${secretFile(p)})`,
      },
      {
        what: 'a quote in the name of a parameter’s type',
        sql: p => `SELECT {x:Tuple(\`a ' b\` String)}, file(${secretFile(p)})`,
      },
      {
        what: 'a comment within a comment',
        sql: p => `SELECT 1 /* /* */, 'x */ , file(${secretFile(p)}) --'`,
      },
      { what: 'a comment that begins with //', sql: p => `SELECT 1 // '\n, file(${secretFile(p)}) // '` },
      { what: 'a comment that begins with #', sql: p => `SELECT 1 # '\n, file(${secretFile(p)}) # '` },
      { what: 'a heredoc whose tag is no word', sql: p => `SELECT $ ' $, file(${secretFile(p)}), $ ' $` },
      { what: 'a heredoc within a heredoc', sql: p => `SELECT $a$ $b$ $a$, file(${secretFile(p)}), $b$ $b$` },
      { what: 'a heredoc behind a word', sql: p => `SELECT a$b$, file(${secretFile(p)}), $b$` },
      { what: 'a heredoc as an argument', sql: p => `SELECT file($a$${secretFile(p).slice(1, -1)}$a$)` },
      { what: 'an escaped quote', sql: p => `SELECT '\\\\', file(${secretFile(p)}), '\\''` },
      { what: 'a doubled quote', sql: p => `SELECT '''', file(${secretFile(p)}), ''''` },
      { what: 'a quote in a quoted name', sql: p => `SELECT 1 AS \`'\`, file(${secretFile(p)}) AS \`'\`` },
      {
        what: 'a doubled quote in a quoted name',
        sql: p => `SELECT 1 AS \`a\`\`b\`, file(${secretFile(p)})`,
      },
    ],
  },
  {
    name: 'names that forge lines of a tree',
    secondWall: 'a name is harmless to an engine that reads no trees as text; scalar file() is the guard’s',
    escapes: [
      ...['\u2028', '\u2029'].map(end => ({
        what: `tree lines forged in texts with U+${end.charCodeAt(0).toString(16)}`,
        sql: (p: { folder: string; port: number }) =>
          `WITH a AS (SELECT 1 AS o) SELECT '1', '', '2' FROM a UNION ALL SELECT ` +
          `'x${end}   ExpressionList${end}    WithElement${end}    Literal ', toString(file(${secretFile(p)})), ` +
          `'x${end}  SelectQuery${end}   ExpressionList${end}    Literal '`,
      })),
      fixed(
        'a function’s name with a line end',
        'SELECT `x (children 1)\n     ExpressionList\n    Literal UInt64_1\n Function file`(1)',
      ),
      fixed('an alias with a line end', 'SELECT 1 AS `a)\n  Function file`'),
      fixed('an alias with an escaped line end', 'SELECT 1 AS `a)\\n  Function file`'),
      fixed('an alias with an escaped code', 'SELECT 1 AS `a\\x0ab`'),
      fixed('an alias in double quotes with a line end', 'SELECT 1 AS "a\nb"'),
      fixed('a WITH with a line end', 'WITH `a\nb` AS (SELECT 1) SELECT * FROM `a\nb`'),
      fixed(
        'a table alias with a line end',
        'SELECT 1 FROM gold.hourly_summary AS `a\n      TableIdentifier gold.hourly_summary`',
      ),
      fixed('a lambda’s argument with a line end', 'SELECT arrayMap(`a\nb` -> 1, [1])'),
      fixed(
        'a window’s name with a line end',
        'SELECT count() OVER `a\nb` FROM gold.hourly_summary WINDOW `a\nb` AS (ORDER BY readings)',
      ),
      fixed(
        'a tuple’s element with a line end',
        "SELECT CAST((1, 2), 'Tuple(`a\nb` UInt8, c UInt8)').`a\nb`",
      ),
      fixed('an alias that ends as a node does', 'SELECT 1 AS `a (children 2)`'),
      fixed('an alias that looks like another', "SELECT accurateCast('x', 'String' AS `b) (alias c`)"),
      fixed(
        'an alias of the resolved tree',
        'SELECT count() FROM gold.hourly_summary AS `x, table_name: gold.hourly_summary, y.z`',
      ),
    ],
  },
]

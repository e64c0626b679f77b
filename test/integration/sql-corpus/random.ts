import fc from 'fast-check'
import { hiddenTables } from './hidden-tables.ts'

/** A statement put together at random, from names that are allowed and names that are not. */
export interface RandomStatement {
  readonly sql: string
  /** No name in it that is on no list. */
  readonly isHonest: boolean
}

interface Piece {
  readonly text: string
  readonly hidden: boolean
}

const shown = (text: string): Piece => ({ text, hidden: false })
const hidden = (text: string): Piece => ({ text, hidden: true })

/** Pieces put into the places of a text, marked `?`. */
function fill(text: string, ...pieces: readonly Piece[]): Piece {
  const parts = text.split('?')
  return {
    text: parts.map((part, i) => part + (pieces[i]?.text ?? '')).join(''),
    hidden: pieces.some(piece => piece.hidden),
  }
}

const secrets = [
  'gold.hourly_summary_state',
  'quarantine.internal',
  'bronze.segments',
  ...hiddenTables.slice(0, 8),
]
const allowedTables = ['gold.hourly_summary', 'silver.readings', 'lake.sensors', 'bronze.lines']

/** @param hiddenWeight 0 for honest statements only */
function statements(hiddenWeight: 0 | 1): fc.Arbitrary<Piece> {
  /** Names for a WITH or an alias: honest ones, and those that could stand in for something else. */
  const givenName = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom('a', 'b', 'busy', '`c d`', 'readings').map(shown) },
    {
      weight: 2 * hiddenWeight,
      arbitrary: fc
        .constantFrom(
          'internal',
          'hourly_summary_state',
          'system',
          'gold',
          ...secrets.map(name => `\`${name}\``),
          '`gold.hourly_summary`',
        )
        .map(hidden),
    },
  )

  const table = fc.oneof(
    { weight: 24, arbitrary: fc.constantFrom(...allowedTables).map(shown) },
    { weight: hiddenWeight, arbitrary: fc.constantFrom(...secrets, 'internal').map(hidden) },
    { weight: hiddenWeight, arbitrary: fc.constantFrom(...secrets).map(name => hidden(`\`${name}\``)) },
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'busy', '`c d`').map(shown) },
    { weight: 6, arbitrary: fc.constantFrom('numbers(3)', 'numbers(1, 2)').map(shown) },
    {
      weight: hiddenWeight,
      arbitrary: fc
        .constantFrom("file('secret.csv')", "merge('quarantine', '.*')", 'loop(quarantine.internal)')
        .map(hidden),
    },
  )

  const value = fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom('1', "'x'", 'count()', 'now()', '[1, 2]').map(shown) },
    {
      weight: hiddenWeight,
      arbitrary: fc
        .constantFrom(
          "file('secret.csv')",
          'hostName()',
          'version()',
          '_part',
          '(SELECT x FROM quarantine.internal)',
        )
        .map(hidden),
    },
  )

  const { statement } = fc.letrec<{
    expression: Piece
    source: Piece
    select: Piece
    query: Piece
    statement: Piece
  }>(tie => ({
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      value,
      tie('expression').map(inner => fill('toString(?)', inner)),
      tie('expression').map(inner => fill('arrayMap(x -> ?, [1])', inner)),
      fc.tuple(tie('expression'), givenName).map(([inner, name]) => fill('? AS ?', inner, name)),
      tie('select').map(inner => fill('exists(?)', inner)),
      tie('select').map(inner => fill('1 IN (SELECT 1 FROM (?))', inner)),
      tie('select').map(inner => fill('(SELECT count() FROM (?))', inner)),
      value,
    ),
    source: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      table,
      fc.tuple(table, givenName).map(([name, alias]) => fill('? AS ?', name, alias)),
      fc.tuple(tie('query'), givenName).map(([inner, alias]) => fill('(?) AS ?', inner, alias)),
      fc.tuple(table, table).map(([left, right]) => fill('? AS l CROSS JOIN ? AS r', left, right)),
    ),
    select: fc
      .tuple(tie('expression'), tie('source'), fc.constantFrom('', ' WHERE 1', ' LIMIT 3'))
      .map(([expression, source, rest]) => fill(`SELECT ? FROM ?${rest} `, expression, source)),
    query: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('select'),
      fc.tuple(tie('select'), tie('select')).map(([one, two]) => fill('? UNION ALL ?', one, two)),
      fc
        .tuple(givenName, tie('query'), tie('select'))
        .map(([name, inner, outer]) => fill('WITH ? AS (?) ?', name, inner, outer)),
      fc
        .tuple(givenName, tie('query'), givenName, tie('query'), tie('select'))
        .map(([one, first, two, second, outer]) =>
          fill('WITH ? AS (?), ? AS (?) ?', one, first, two, second, outer),
        ),
    ),
    statement: fc
      .tuple(fc.constantFrom('', '', '', 'EXPLAIN ', 'EXPLAIN SYNTAX '), tie('query'))
      .map(([opening, query]) => fill(`${opening}?`, query)),
  }))

  return statement
}

export const randomStatement: fc.Arbitrary<RandomStatement> = fc
  .oneof(statements(0), statements(1))
  .map(({ text, hidden }) => ({ sql: text, isHonest: !hidden }))

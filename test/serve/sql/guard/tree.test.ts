import { describe, expect, it } from 'vitest'
import { parseAst } from '../../../../src/serve/sql/guard/ast.ts'
import { checkSelect } from '../../../../src/serve/sql/guard/tree.ts'

const rules = { tables: new Set(['gold.a']), functions: new Set(['file', 'count']) }
const check =
  (lines: string, ctes: string[] = []) =>
  () =>
    checkSelect(parseAst(lines.split('\n')), ctes, rules)

const select = (...parts: string[]) =>
  [' ExpressionList (children 1)', '  SelectQuery (children 9)', ...parts].reduce(
    (text, line) => `${text}\n${line}`,
    'SelectWithUnionQuery (children 1)',
  )
const from = (name: string) =>
  `   TablesInSelectQuery (children 1)\n    TablesInSelectQueryElement (children 1)\n     TableExpression (children 1)\n      ${name}`
const columns = '   ExpressionList (children 1)\n    Asterisk'
const cte =
  '   ExpressionList (children 1)\n    WithElement (children 1)\n     Subquery (children 1)\n      SelectWithUnionQuery (children 1)\n       ExpressionList (children 1)\n        SelectQuery (children 1)\n         ExpressionList (children 1)\n          Literal UInt64_1'

describe('checkSelect', () => {
  it('lets listed tables, functions and table functions through', () => {
    expect(check(select(columns, from('TableIdentifier gold.a (alias x)')))).not.toThrow()
    expect(
      check(
        select(
          columns,
          from('Function numbers (children 1)\n       ExpressionList (children 1)\n        Literal UInt64_1'),
        ),
      ),
    ).not.toThrow()
    expect(
      check(select('   ExpressionList (children 1)\n    Function sumIf (children 1)\n     ExpressionList')),
    ).not.toThrow()
  })

  it('refuses what is not on the lists', () => {
    expect(check(select(columns, from('TableIdentifier gold.b')))).toThrow('the table gold.b')
    expect(check(select(columns, from('Function url (children 1)')))).toThrow('table function url')
    expect(check(select(columns, from('Function sum (children 1)')))).toThrow('table function sum')
    expect(check(select('   ExpressionList (children 1)\n    Function numbers (children 1)'))).toThrow(
      'the function numbers',
    )
    expect(check(select(columns, '   Set'))).toThrow('SETTINGS')
    expect(check(select(columns, '   NodeOfTomorrow'))).toThrow('NodeOfTomorrow')
    expect(check(`${select(columns)}\n Literal '/tmp/x'`)).toThrow('INTO OUTFILE')
  })

  it('knows a WITH where it holds, and only there', () => {
    expect(check(select(cte, columns, from('TableIdentifier x')), ['x'])).not.toThrow()
    expect(check(select(cte, columns, from('TableIdentifier y')), ['x'])).toThrow('the table y')
    expect(check(select(columns, from('TableIdentifier x')), [])).toThrow('the table x')
    expect(check(select(cte, columns), [])).toThrow('names of the WITH clause')
    expect(check(select(columns), ['x'])).toThrow('names of the WITH clause')
    // A copy of a WITH without the union it came from.
    expect(check(select(columns, from('TableIdentifier x'), cte), [])).toThrow('WITH')
  })

  it('refuses a name that could be a function or a table instead of a column', () => {
    const list = (...nodes: string[]) =>
      select(`   ExpressionList\n${nodes.map(node => `    ${node}`).join('\n')}`)
    expect(check(list('Identifier readings (alias r)', 'Identifier count'))).not.toThrow()
    expect(check(list('Identifier file'))).toThrow('also a function')
    expect(check(list('Identifier FILE (alias f)'))).toThrow('also a function')
    expect(check(list('Identifier x (alias gold)'))).toThrow('may not be called gold')
    const mapped =
      'Function arrayMap (children 1)\n     ExpressionList (children 2)\n      Identifier upper\n      Identifier a'
    expect(check(list(mapped))).toThrow('write arrayMap(x -> …, …)')
    const aliased = cte.replace('    WithElement', '    Identifier system.one (alias t)\n    WithElement')
    expect(check(select(aliased, columns), ['x'])).toThrow('WITH system.one AS')
    expect(check(select(cte, '   ExpressionList\n    Identifier a (alias x)'), ['x'])).toThrow(
      'may not be called x',
    )
  })

  it('gives the WITH of a union’s first SELECT to the others', () => {
    const second = `  SelectQuery (children 3)\n${columns}\n${from('TableIdentifier x')}\n${cte}`
    expect(check(`${select(cte, columns, from('TableIdentifier x'))}\n${second}`, ['x'])).not.toThrow()
    const alone = `  SelectQuery (children 2)\n${columns}\n${from('TableIdentifier x')}`
    expect(check(`${select(cte, columns)}\n${alone}`, ['x'])).toThrow('the table x')
  })
})

describe('parseAst', () => {
  it('refuses lines that are no tree', () => {
    for (const lines of [[], ['A', 'B'], ['A', '  B'], ['A', ' 1'], ['']]) {
      expect(() => parseAst(lines)).toThrow('cannot be read')
    }
  })

  it('parts kind, text and notes', () => {
    expect(parseAst(['Function f (alias a b) (children 1)', ' Literal UInt64_1']).children[0]).toMatchObject({
      kind: 'Literal',
      text: 'UInt64_1',
    })
    expect(parseAst(['Function f (alias a b) (children 1)'])).toMatchObject({ kind: 'Function', text: 'f' })
  })
})

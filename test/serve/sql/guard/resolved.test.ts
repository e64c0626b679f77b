import { describe, expect, it } from 'vitest'
import { checkResolved } from '../../../../src/serve/sql/guard/resolved.ts'

const check = (line: string) => () => checkResolved(['QUERY id: 0', `      ${line}`], new Set(['gold.a']))

describe('checkResolved', () => {
  it.each([
    'TABLE id: 3, alias: __table1, table_name: gold.a',
    'TABLE id: 3, alias: __table1, table_name: gold.a, final: 1',
    'TABLE id: 3, table_name: system.one',
    'TABLE id: 14, alias: __table5, table_name: _temporary_and_external_tables._tmp_f8907bdd-ac6d, temporary_table_name: t',
    'TABLE_FUNCTION id: 3, alias: __table2, table_function_name: numbers',
    'FUNCTION id: 4, function_name: sum, function_type: window, result_type: UInt64',
    'FUNCTION id: 14, function_name: exists, function_type: ordinary',
    'COLUMN id: 2, column_name: number, result_type: UInt64, source_id: 3',
    'COLUMN id: 23, alias: __array_join_exp_1, column_name: __array_join_exp_1, result_type: UInt8, source_id: 12',
    "CONSTANT id: 2, constant_value: 'TABLE id: 3, table_name: x', constant_value_type: String",
  ])('lets %s through', line => {
    expect(check(line)).not.toThrow()
  })

  it.each([
    'TABLE id: 3, alias: __table1, table_name: system.tables',
    'TABLE id: 3, alias: x, table_name: gold.a, table_name: system.tables',
    'TABLE id: 3, alias: __table1, table_name: gold.a, something: new',
    'TABLE_FUNCTION id: 3, alias: __table2, table_function_name: file',
    'TABLE_FUNCTION id: 3, alias: __table2, table_function_name: numbers, settings: 1',
    'FUNCTION id: 4, function_name: file, function_type: ordinary, result_type: String',
    'FUNCTION id: 4, function_name: sumState, function_type: aggregate, result_type: X',
    'COLUMN id: 2, column_name: _part, result_type: String, source_id: 3',
  ])('refuses %s', line => {
    expect(check(line)).toThrow('behind its names')
  })
})

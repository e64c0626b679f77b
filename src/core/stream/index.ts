export { columnOf, columnsOf, gatherNames, wireNames } from './columns.ts'
export type { Column, ColumnKind } from './columns.ts'
export { reasonsOf, tooOldReason } from './reasons.ts'
export type { Field, Fields, NumberField, Once, Rule, Stream, StreamGold } from './stream.ts'

export { engineFormat, type RawFormat, type SqlAnswer, type SqlFormat } from './answer.ts'
export type { SqlLimits } from './meaning.ts'
export { SqlBusyError, SqlLimitError, SqlRefusedError } from './refused.ts'
export { SqlBody, type SqlRequest } from './statement.ts'
export {
  readableLake,
  readableLakeOf,
  readableTables,
  sqlLakeOf,
  sqlTables,
  type ReadableLake,
} from './tables.ts'
export { SqlQueue } from './queue.ts'
export { sqlQueue, userSql, type RunSql, type SqlEngine } from './user-sql.ts'

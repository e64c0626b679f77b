import { OutputBusyError, OutputEmptyError, OutputTableError } from './output-error.ts'
import type { OutputColumn, OutputRow, OutputTable } from './output-table.ts'

/** A table as it stands in the other database. */
export interface FoundTable {
  readonly comment: string
  /** The types as the database writes them, by column. */
  readonly types: ReadonlyMap<string, string>
}

/** What one run changed over there. */
export interface Applied {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
}

/** One connection to another database, in its own dialect. */
export interface Session {
  /** Keeps other runs away from the table until the connection ends. @returns false where one is there already */
  lock(table: OutputTable): Promise<boolean>
  /** @returns null where there is no such table */
  find(table: OutputTable): Promise<FoundTable | null>
  /** The type of a column as the database itself would write it. */
  typeOf(table: OutputTable, column: OutputColumn): string
  create(table: OutputTable): Promise<void>
  add(table: OutputTable, column: OutputColumn): Promise<void>
  /** Makes an empty table that this connection alone sees. */
  stage(table: OutputTable): Promise<void>
  put(table: OutputTable, rows: readonly OutputRow[]): Promise<void>
  isEmpty(table: OutputTable): Promise<boolean>
  /** Makes the table equal to what was staged, in one transaction that changes rows only where something differs. */
  apply(table: OutputTable): Promise<Applied>
  close(): Promise<void>
}

export interface Delivered extends Applied {
  /** Rows of the lake. */
  readonly read: number
  readonly unchanged: number
}

export interface DeliverOptions {
  /** The output's name in the settings. */
  readonly output: string
  readonly signal: AbortSignal
  /** Called with the rows staged so far. */
  readonly onProgress?: (rows: number) => void
}

/**
 * Makes a table of another database hold exactly the given rows. Readers there see all of the run or nothing of it, also when
 * it is killed; a second run with the same rows changes none.
 *
 * @throws {OutputBusyError} when another run is at it
 * @throws {OutputTableError} when the table was not made by Arterial or has columns of other types
 * @throws {OutputEmptyError} when there are no rows although the table has some
 */
export async function deliver(
  session: Session,
  table: OutputTable,
  rows: AsyncIterable<readonly OutputRow[]>,
  { output, signal, onProgress }: DeliverOptions,
): Promise<Delivered> {
  if (!(await session.lock(table)))
    throw new OutputBusyError(
      output,
      `another run is writing ${table.name} just now; it goes on when that has ended`,
    )
  await makeFit(session, table, output)
  await session.stage(table)
  let read = 0
  for await (const batch of rows) {
    signal.throwIfAborted()
    await session.put(table, batch)
    read += batch.length
    onProgress?.(read)
  }
  signal.throwIfAborted()
  if (read === 0 && !(await session.isEmpty(table))) {
    const remedy = `nothing was deleted; to empty it, drop ${table.name} in that database and run again`
    throw new OutputEmptyError(output, `${table.from} has no rows, but ${table.name} has some: ${remedy}`)
  }
  const applied = await session.apply(table)
  return { read, ...applied, unchanged: read - applied.inserted - applied.updated }
}

/** By this a run knows a table as one of its own. */
export const commentOf = ({ from }: OutputTable) =>
  `Written by Arterial from ${from}; changes made here are undone`

async function makeFit(session: Session, table: OutputTable, output: string): Promise<void> {
  const found = await session.find(table)
  if (found === null) return session.create(table)
  if (found.comment !== commentOf(table)) {
    const remedy = 'name another table under outputs, or drop that one'
    throw new OutputTableError(
      output,
      `the table ${table.name} was not made from ${table.from} by Arterial: ${remedy}`,
    )
  }
  for (const column of table.columns) {
    const type = found.types.get(column.name)
    const wanted = session.typeOf(table, column)
    if (type === undefined) await session.add(table, column)
    else if (type !== wanted) {
      const difference = `${table.name}.${column.name} is ${type} and would have to be ${wanted}`
      throw new OutputTableError(output, `${difference}: drop the table, and the next run makes it anew`)
    }
  }
}

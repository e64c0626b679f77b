import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { derivedObjects } from '../migrations/index.ts'

/**
 * Takes the definitions of what holds no rows out of a lake that is not open: the next opening makes them anew. It is
 * tried first where a lake has rows that the log can't give back; the engine refuses a whole lake for one definition.
 */
export async function dropDerived(lakeDir: string): Promise<void> {
  for (const object of derivedObjects()) {
    const [database = '', name = ''] = object.split('.')
    await rm(join(lakeDir, 'metadata', database, `${name}.sql`), { force: true })
  }
}

import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { derivedObjects } from '../migrations/index.ts'

/**
 * Takes the definitions of what holds no rows out of a lake that is not open: the next opening makes them anew. It is
 * tried first where a lake has rows that the log can't give back; the engine refuses a whole lake for one definition.
 */
export async function dropDerived(lakeDir: string): Promise<void> {
  for (const object of new Set([...derivedObjects(), ...(await viewsIn(lakeDir))])) {
    const [database = '', name = ''] = object.split('.')
    await rm(join(lakeDir, 'metadata', database, `${name}.sql`), { force: true })
  }
}

/** Views of streams too, as far as their definitions can be read. */
async function viewsIn(lakeDir: string): Promise<string[]> {
  const views: string[] = []
  for (const database of ['silver', 'gold', 'lake', 'bi']) {
    const folder = join(lakeDir, 'metadata', database)
    for (const file of await readdir(folder).catch(() => [])) {
      const text = await readFile(join(folder, file), 'utf8').catch(() => '')
      if (text.startsWith('ATTACH VIEW')) views.push(`${database}.${file.replace(/\.sql$/, '')}`)
    }
  }
  return views
}

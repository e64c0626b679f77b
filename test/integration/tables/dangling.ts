import { DeltaTable } from '../../../src/lake/delta/index.ts'
import type { ObjectStore } from '../../../src/storage/index.ts'

/** Files that a table's newest version names and that are not there, of every table below a place. */
export async function danglingFiles(store: ObjectStore): Promise<string[]> {
  const gone: string[] = []
  for (const layer of ['bronze', 'silver', 'quarantine', 'gold'])
    for (const name of await store.list(layer)) {
      const root = `${layer}/${name}`
      const { snapshot } = await DeltaTable.open(store, root)
      for (const path of snapshot.files.keys())
        if (!(await store.has(`${root}/${path}`))) gone.push(`${root}/${path}`)
    }
  return gone
}

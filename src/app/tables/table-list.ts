import type { PublishedState } from '../../lake/publish/index.ts'
import type { ObjectStore } from '../../storage/index.ts'

export const TABLE_LIST = 'tables.json'

/** Names, places and columns of all tables, for whoever finds them; it says nothing that changes with each commit. */
export function tableListText(city: string, states: readonly PublishedState[]): string {
  const tables = states
    .filter(({ version }) => version >= 0)
    .map(({ path, says, columns, partitionColumns }) => ({
      name: path.replace('/', '_'),
      location: path,
      format: 'delta',
      description: says,
      partitionColumns,
      columns: columns.map(({ name, type, comment }) => ({
        name,
        type,
        ...(comment === '' ? {} : { comment }),
      })),
    }))
  return `${JSON.stringify({ city, tables }, null, 2)}\n`
}

/** Writes the list beside the tables whenever it is another. */
export class TableList {
  readonly #store: Pick<ObjectStore, 'put'>
  readonly #city: string
  #written: string | null = null

  constructor(store: Pick<ObjectStore, 'put'>, city: string) {
    this.#store = store
    this.#city = city
  }

  async write(states: readonly PublishedState[]): Promise<void> {
    const text = tableListText(this.#city, states)
    if (text === this.#written) return
    await this.#store.put(TABLE_LIST, Buffer.from(text))
    this.#written = text
  }
}

import type { ObjectStore } from '../../storage/index.ts'
import type { Inbox, InboxFile, InboxLook } from './inbox.ts'
import { isUnfinished, leftNotice } from './inbox.ts'

/** An inbox in a bucket, where an object is there as a whole or not at all. */
export class BucketInbox implements Inbox {
  readonly #store: Pick<ObjectStore, 'objects' | 'get'>
  readonly #prefix: string
  readonly #maxBytes: number

  /** @param prefix `inbox/<job>` */
  constructor(store: Pick<ObjectStore, 'objects' | 'get'>, prefix: string, maxBytes: number) {
    this.#store = store
    this.#prefix = prefix
    this.#maxBytes = maxBytes
  }

  make(): Promise<void> {
    return Promise.resolve()
  }

  async look(taken: Readonly<Record<string, string>>): Promise<InboxLook> {
    const found = await this.#store.objects(this.#prefix)
    const fresh = found.filter(({ name, mark }) => !isUnfinished(name) && taken[name] !== mark)
    const large = fresh.filter(({ bytes }) => bytes > this.#maxBytes)
    const empty = fresh.filter(({ bytes }) => bytes === 0).map(({ name }) => name)
    const ready = fresh.filter(({ bytes }) => bytes > 0 && bytes <= this.#maxBytes)
    return { ready, notice: leftNotice({ large, empty }, this.#maxBytes) }
  }

  async read({ name, bytes }: InboxFile): Promise<Buffer | null> {
    const body = await this.#store.get(`${this.#prefix}/${name}`)
    return body?.length === bytes ? body : null
  }
}

import type { DeltaStore } from '../../../src/lake/delta/index.ts'

/** Objects in memory; `before` may throw or wait, and `lose` makes a put fail after it has happened. */
export class MemoryStore implements DeltaStore {
  readonly objects = new Map<string, Buffer>()
  before: (call: string, key: string) => Promise<void> | void = () => undefined
  lose: (key: string) => boolean = () => false

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.before('put', key)
    this.objects.set(key, Buffer.from(bytes))
    if (this.lose(key)) throw new Error('the answer was lost')
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    await this.before('putIfAbsent', key)
    const isThere = this.objects.has(key)
    if (!isThere) this.objects.set(key, Buffer.from(bytes))
    // As a client does: it asks again, and then finds what it put itself.
    return !isThere && !this.lose(key)
  }

  get(key: string): Promise<Buffer | null> {
    return Promise.resolve(this.objects.get(key) ?? null)
  }

  list(prefix: string): Promise<readonly string[]> {
    const names = [...this.objects.keys()]
      .filter(key => key.startsWith(`${prefix}/`))
      .map(key => key.slice(prefix.length + 1).split('/')[0] ?? '')
    return Promise.resolve([...new Set(names)].sort())
  }

  async remove(key: string): Promise<void> {
    await this.before('remove', key)
    this.objects.delete(key)
  }
}

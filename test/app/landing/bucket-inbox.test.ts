import { describe, expect, it } from 'vitest'
import { BucketInbox } from '../../../src/app/landing/index.ts'

function bucket() {
  const objects = new Map<string, string>()
  const store = {
    objects: (prefix: string) =>
      Promise.resolve(
        [...objects].flatMap(([key, text]) =>
          key.startsWith(`${prefix}/`)
            ? [{ name: key.slice(prefix.length + 1), bytes: text.length, mark: `"${text}"` }]
            : [],
        ),
      ),
    get: (key: string) => {
      const text = objects.get(key)
      return Promise.resolve(text === undefined ? null : Buffer.from(text))
    },
  }
  return { objects, inbox: new BucketInbox(store, 'inbox/shows', 10) }
}

describe('an inbox in a bucket', () => {
  it('gives what was put there once, and again when it was changed', async () => {
    const { objects, inbox } = bucket()
    objects.set('inbox/shows/a.csv', 'x')
    objects.set('inbox/others/b.csv', 'x')
    const { ready } = await inbox.look({})
    expect(ready.map(({ name }) => name)).toEqual(['a.csv'])
    const [file] = ready
    if (file === undefined) throw new Error('no file')
    expect((await inbox.read(file))?.toString()).toBe('x')
    const taken = { 'a.csv': file.mark }
    expect((await inbox.look(taken)).ready).toEqual([])
    objects.set('inbox/shows/a.csv', 'y')
    expect((await inbox.look(taken)).ready).toHaveLength(1)
  })

  it('leaves alone what is empty, unfinished or too large, which is told', async () => {
    const { objects, inbox } = bucket()
    for (const [name, text] of [
      ['folder', ''],
      ['a.csv.part', 'x'],
      ['large.csv', 'x'.repeat(11)],
    ] as const)
      objects.set(`inbox/shows/${name}`, text)
    expect(await inbox.look({})).toEqual({
      ready: [],
      notice:
        'Files of its inbox are not taken. "large.csv" (11 B): larger than jobs.maxFileBytes, 10 B; raise it, or put smaller files there. "folder": empty; put the whole file there, or take it away.',
    })
  })

  it('does not give what was changed or taken away while it was read', async () => {
    const { objects, inbox } = bucket()
    objects.set('inbox/shows/a.csv', 'x')
    const [file] = (await inbox.look({})).ready
    if (file === undefined) throw new Error('no file')
    objects.set('inbox/shows/a.csv', 'xyz')
    expect(await inbox.read(file)).toBeNull()
    objects.delete('inbox/shows/a.csv')
    expect(await inbox.read(file)).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { fresh } from '../../../src/app/doors/fresh.ts'

/** A lake whose loader had rows waiting, or not, and loads them some milliseconds after it is asked. */
function lake(waited: boolean, loadsAfterMs: number) {
  const loader = { visible: 0, asked: () => waited }
  setTimeout(() => (loader.visible = 8), loadsAfterMs)
  return { log: { synced: 8 }, loader, readers: { fresh: () => undefined } } as unknown as Parameters<
    typeof fresh
  >[0]
}

describe('fresh', () => {
  it('holds a question until what had arrived can be read', async () => {
    const asked = lake(true, 60)
    await fresh(asked)
    expect(asked.loader.visible).toBe(8)
  })

  it('holds nobody where batches follow each other anyhow', async () => {
    const asked = lake(false, 60)
    await fresh(asked)
    expect(asked.loader.visible).toBe(0)
  })
})

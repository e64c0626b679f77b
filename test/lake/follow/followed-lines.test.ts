import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FollowedLines } from '../../../src/lake/follow/index.ts'
import { folderStore } from '../../../src/storage/index.ts'

const field = (name: string, type: string) => ({ name, type, nullable: true, metadata: {} })

describe('tables that are to be followed', () => {
  let base: string
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'followed-'))
  })
  afterEach(() => rm(base, { recursive: true, force: true }))

  const look = () => new FollowedLines(folderStore(base)).look()

  /** The first commit of a table of bronze as Spark writes it. */
  async function made(name: string, fields: readonly unknown[]): Promise<void> {
    const log = join(base, 'bronze', name, '_delta_log')
    await mkdir(log, { recursive: true })
    const actions = [
      { commitInfo: { operation: 'CREATE TABLE', engineInfo: 'Apache-Spark/4.2.0 Delta-Lake/4.4.0' } },
      { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
      {
        metaData: {
          ...{ id: 'a', format: { provider: 'parquet', options: {} }, configuration: {}, createdTime: 1 },
          ...{ schemaString: JSON.stringify({ type: 'struct', fields }), partitionColumns: [] },
        },
      },
    ]
    const text = actions.map(action => `${JSON.stringify(action)}\n`).join('')
    await writeFile(join(log, '00000000000000000000.json'), text)
  }

  it('may not be there yet', async () => {
    expect(await look()).toBeNull()
    await mkdir(join(base, 'bronze'))
    expect(await look()).toBeNull()
  })

  it('are refused where the job of Spark made them, with what to do', async () => {
    const place = [field('topic', 'string'), field('partition', 'integer'), field('offset', 'long')]
    await made('readings', [...place, field('arrived_at', 'timestamp'), field('value', 'binary')])
    await expect(look()).rejects.toThrow(
      /bronze\/readings: holds messages by topic, partition, offset.*start without --lake.*same kafka\.feeds/,
    )
  })

  it('are refused where they are somebody else’s', async () => {
    await made('events', [field('value', 'string')])
    await expect(look()).rejects.toThrow(/bronze\/events: is there, and no bronze\/lines.*tables\.folder/)
  })
})

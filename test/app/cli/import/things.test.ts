import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Client } from '../../../../src/app/cli/client/index.ts'
import { deliverThings, readThings } from '../../../../src/app/cli/import/things.ts'
import type { Patience } from '../../../../src/app/cli/import/patience.ts'
import { UsageError } from '../../../../src/core/errors.ts'
import { cameras } from '../../../../src/streams/cameras/index.ts'

const nothing = { columns: {}, values: {} }

async function fileOf(text: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'things-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'cams.csv')
  await writeFile(path, text)
  return path
}

describe('readThings', () => {
  it('names every wrong row, up to twenty, and takes nothing by halves', async () => {
    const rows = Array.from({ length: 25 }, (_, i) => `c${i},95,0`)
    const path = await fileOf(`id,lat,lon\ngood,1,1\n${rows.join('\n')}\n`)
    expect(() => readThings(cameras, path, nothing)).toThrow(UsageError)
    expect(() => readThings(cameras, path, nothing)).toThrow(
      /cams\.csv: nothing was imported\.\n {2}row 3: latitude/,
    )
    expect(() => readThings(cameras, path, nothing)).toThrow('… and 5 more')
  })

  it('says what can’t be read', async () => {
    const empty = await fileOf('id,lat,lon\n')
    expect(() => readThings(cameras, empty, nothing)).toThrow(UsageError)
    const latin1 = await fileOf(Buffer.from('id,name\na,\xe9\n', 'latin1'))
    expect(() => readThings(cameras, latin1, nothing)).toThrow('it is not UTF-8')
    expect(() => readThings(cameras, '/nowhere/cams.csv', nothing)).toThrow('ENOENT')
    const open = await fileOf('id,lat,lon\n')
    expect(() => readThings(cameras, open, { ...nothing, columns: { colour: 'x' } })).toThrow(
      'cams.csv colour is no field of cameras',
    )
  })
})

describe('deliverThings', () => {
  it('sends them in requests of ten thousand and says where they stand', async () => {
    const sent: string[] = []
    const client = {
      json: async (_schema: unknown, method: string, path: string, request: { body: string }) => {
        sent.push(`${method} ${path} ${request.body.split('\n').length - 1}`)
        return { accepted: 1, positions: [[sent.length, 1]] }
      },
    } as unknown as Client
    const records = Array.from({ length: 10_001 }, (_, i) => ({ camera_id: String(i) }))
    const patience = { signal: new AbortController().signal } as Patience
    expect(await deliverThings(client, cameras, records, patience)).toEqual([
      [1, 1],
      [2, 1],
    ])
    expect(sent).toEqual(['POST /v1/cameras?source=import 10000', 'POST /v1/cameras?source=import 1'])
  })
})

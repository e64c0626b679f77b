import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CatalogFile, DatasetMemory, NEW_DATASET } from '../../../src/app/catalog/memory.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalog-'))
})
afterEach(() => rm(folder, { recursive: true }))

const path = () => join(folder, 'jobs', 'catalog.json')
const file = () => new CatalogFile(path(), DatasetMemory)

describe('the file of a catalogue', () => {
  it('is there after a restart, for its own user alone', async () => {
    expect(await file().read()).toEqual({ value: null, damage: null })
    await file().write(NEW_DATASET)
    expect(await file().read()).toEqual({ value: NEW_DATASET, damage: null })
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['torn', (text: string) => text.slice(0, 20)],
    ['flipped', (text: string) => text.replace('[]', '[ ]').replace(/"sum":\d/, '"sum":9')],
    ['another program’s', () => '{"versions":3}'],
  ])('that is %s is set aside and told', async (_, damaged) => {
    await file().write(NEW_DATASET)
    const bad = damaged(await readFile(path(), 'utf8'))
    await writeFile(path(), bad)
    expect(await file().read()).toEqual({
      value: null,
      damage: 'its file was damaged and is kept as catalog.json.damaged',
    })
    expect(await readFile(`${path()}.damaged`, 'utf8')).toBe(bad)
    expect(await file().read()).toEqual({ value: null, damage: null })
  })
})

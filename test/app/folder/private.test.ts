import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeFolder } from '../../../src/app/folder/private.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

describe.skipIf(process.platform === 'win32')('a data folder that others could read', () => {
  it('is closed with all that is in it', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'arterial-private-'))
    folders.push(dir)
    await mkdir(join(dir, 'lake', 'store', 'a'), { recursive: true })
    await writeFile(join(dir, 'lake', 'store', 'a', 'data.bin'), 'x')
    await writeFile(join(dir, 'positions.json'), '{}')
    await chmod(dir, 0o755)
    await chmod(join(dir, 'lake'), 0o755)
    await chmod(join(dir, 'positions.json'), 0o644)
    await closeFolder(dir)
    const entries = await readdir(dir, { recursive: true, withFileTypes: true })
    const paths = [dir, ...entries.map(entry => join(entry.parentPath, entry.name))]
    expect(paths).toHaveLength(6)
    for (const path of paths) {
      const found = await stat(path)
      expect([path, found.mode & 0o777]).toEqual([path, found.isDirectory() ? 0o700 : 0o600])
    }
  })
})

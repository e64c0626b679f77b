import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import { readSealed, writeSealed } from '../../../src/core/disk/sealed-file.ts'
import { seal } from '../../../src/core/disk/sealed-json.ts'

const folder = mkdtempSync(join(tmpdir(), 'arterial-sealed-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})
const Place = z.object({ next: z.int().nonnegative() })

it('is read as it was written, in a folder of its own that only its owner may look into', async () => {
  const path = join(folder, 'deep', 'place.json')
  await writeSealed(path, { next: 7 })
  expect(await readSealed(path, Place)).toEqual({ next: 7 })
  expect([statSync(path).mode & 0o777, statSync(join(folder, 'deep')).mode & 0o777]).toEqual([0o600, 0o700])
})

it('is as if it had never been where it is missing, torn, damaged, without its checksum, or of another kind', async () => {
  const whole = seal({ next: 7 })
  const damaged = [whole.slice(0, 5), whole.replace('7', '8'), '{"next":7}', seal({ next: -1 }), seal({}), '']
  for (const text of damaged) {
    const path = join(folder, 'place.json')
    writeFileSync(path, text)
    expect(await readSealed(path, Place), text).toBeNull()
  }
  expect(await readSealed(join(folder, 'none.json'), Place)).toBeNull()
})

it('is no other value where it is there and may not be read', async () => {
  await expect(readSealed(folder, Place)).rejects.toThrow('EISDIR')
})

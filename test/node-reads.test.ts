import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

// Vitest and the compiler read more than Node does, which runs the program: `for (const of of [1])`, an enum.
it('every file of the program is TypeScript that Node reads by itself', () => {
  const refused: string[] = []
  for (const folder of ['src', 'scripts', 'bench'])
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
      const path = join(entry.parentPath, entry.name)
      try {
        stripTypeScriptTypes(readFileSync(path, 'utf8'))
      } catch (error) {
        refused.push(`${path}: ${String(error)}`)
      }
    }
  expect(refused).toEqual([])
})

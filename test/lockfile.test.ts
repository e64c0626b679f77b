import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const text = readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
})
const { packages } = Lock.parse(JSON.parse(text))

describe('package-lock.json', () => {
  it('names the packages of every platform, without which npm ci fails where they cannot be looked up', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        name => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
      ),
    )
    expect(missing).toEqual([])
  })

  it('names no registry', () => {
    expect(text).not.toMatch(/"resolved":/)
  })
})

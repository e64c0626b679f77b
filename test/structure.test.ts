import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** More files than this in one folder are no longer taken in at a glance. */
const MAX_FILES = 12

interface Rule {
  readonly name: string
  readonly from: { readonly path?: string }
  readonly to: { readonly path?: string; readonly pathNot?: string | readonly string[] }
}
const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  readonly forbidden: readonly Rule[]
}

/** What each folder of `src/` may import of the others. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  sources: ['core'],
  log: ['core'],
  lake: ['core'],
  streams: ['core', 'lake'],
  insight: ['core', 'lake', 'streams'],
  outputs: ['core'],
  storage: ['core'],
  serve: ['core', 'lake'],
  app: ['core', 'sources', 'log', 'lake', 'streams', 'insight', 'outputs', 'storage', 'serve'],
}

describe('a folder', () => {
  it(`of src/ and web/src/ has at most ${MAX_FILES} files`, () => {
    const counts = new Map<string, number>()
    for (const top of ['src', 'web/src'])
      for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
        // Numbered files are a history that only grows; nobody reads it as one.
        if (!entry.isFile() || /^\d{3}_/.test(entry.name)) continue
        const folder = relative(root, entry.parentPath)
        counts.set(folder, (counts.get(folder) ?? 0) + 1)
      }
    const crowded = [...counts].filter(([, files]) => files > MAX_FILES)
    expect(crowded).toEqual([])
  })
})

describe('an arrow between folders of src/', () => {
  const folders = readdirSync(join(root, 'src'))

  it('is on the list', () => {
    expect(folders.filter(folder => !(folder in ARROWS))).toEqual([])
    for (const [from, allowed] of Object.entries(ARROWS))
      for (const to of Object.keys(ARROWS).filter(folder => folder !== from))
        expect({ from, to, refused: refuses(`src/${from}/a.ts`, `src/${to}/index.ts`) }).toEqual({
          from,
          to,
          refused: !allowed.includes(to),
        })
  })

  it('from the page goes to contracts only', () => {
    const page = 'web/src/features/a/b.ts'
    expect(refuses(page, 'src/serve/contract/gold.ts')).toBe(false)
    expect(refuses(page, 'src/streams/weather/contract.ts')).toBe(false)
    expect(refuses(page, 'src/streams/weather/index.ts')).toBe(true)
    expect(refuses(page, 'src/serve/paging.ts')).toBe(true)
    expect(refuses(page, 'src/core/time/spans.ts')).toBe(true)
  })

  it('from a contract goes to what is plain', () => {
    for (const contract of ['src/serve/contract/gold.ts', 'src/streams/weather/contract.ts']) {
      expect(refuses(contract, 'src/core/traffic/night.ts')).toBe(false)
      expect(refuses(contract, 'src/core/disk/sealed-json.ts')).toBe(true)
      expect(refuses(contract, 'src/lake/read/index.ts')).toBe(true)
    }
  })

  it('leads from no kind of record to another', () => {
    expect(refuses('src/streams/weather/index.ts', 'src/streams/cameras/index.ts')).toBe(true)
    expect(refuses('src/streams/weather/rules.ts', 'src/streams/weather/index.ts')).toBe(false)
    expect(refuses('src/app/system.ts', 'src/streams/weather/index.ts')).toBe(true)
  })
})

/** Whether a rule of dependency-cruiser (which `layers.test.ts` runs) stands against it, whatever the kind of import. */
function refuses(from: string, to: string): boolean {
  return forbidden
    .filter(({ to: target }) => target.path !== undefined || target.pathNot !== undefined)
    .filter(({ to: target }) => !('dependencyTypesNot' in target) && !('circular' in target))
    .some(rule => {
      const source = new RegExp(rule.from.path ?? '').exec(from)
      if (source === null) return false
      const matches = (pattern: string) => new RegExp(pattern.replace('$1', source[1] ?? '')).test(to)
      const except = [rule.to.pathNot ?? []].flat()
      return matches(rule.to.path ?? '') && !except.some(matches)
    })
}

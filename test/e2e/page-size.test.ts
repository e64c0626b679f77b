import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'

const ASSETS = join(import.meta.dirname, '../../web/dist/assets')
/** Before the first paint. */
const PAINT_BYTES = 175_000
/** What a first look at the city loads, beside the map library: with the charts, which come behind the first paint. */
const FIRST_BYTES = 325_000
/** Each other page and part, beside what is there already. */
const PART_BYTES = 80_000
const MAP = /^(site-map-view|maplibre)/

interface Script {
  readonly name: string
  readonly text: string
  readonly bytes: number
}

describe('the built page', () => {
  const scripts = new Map<string, Script>()

  beforeAll(async () => {
    for (const name of (await readdir(ASSETS)).filter(file => /\.m?js$/.test(file))) {
      const bytes = await readFile(join(ASSETS, name))
      scripts.set(name, { name, text: bytes.toString(), bytes: gzipSync(bytes).length })
    }
  })

  /** A script and all that it cannot begin without. */
  function withImports(name: string, seen = new Set<string>()): Set<string> {
    const script = scripts.get(name)
    if (script === undefined || seen.has(name)) return seen
    seen.add(name)
    for (const [, other = ''] of script.text.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([\w.-]+\.m?js)["'`]/g))
      withImports(other, seen)
    return seen
  }
  const named = (start: string) => [...scripts.keys()].find(name => name.startsWith(`${start}-`)) ?? start
  const sum = (names: Iterable<string>) =>
    [...names]
      .filter(name => !MAP.test(name))
      .reduce((bytes, name) => bytes + (scripts.get(name)?.bytes ?? 0), 0)

  /** The entry, the page of the city, and what else is named. */
  async function first(...more: readonly string[]): Promise<Set<string>> {
    const html = await readFile(join(ASSETS, '../index.html'), 'utf8')
    const entries = [...html.matchAll(/assets\/([\w.-]+\.m?js)/g)].map(([, name = '']) => name)
    const seen = new Set<string>()
    for (const name of [...entries, named('live-page'), ...more.map(named)]) withImports(name, seen)
    return seen
  }

  it('is light at the first look', async () => {
    const painted = await first()
    // Were imports not found, nothing would be heavy.
    expect(sum(painted)).toBeGreaterThan(120_000)
    expect(sum(painted)).toBeLessThan(PAINT_BYTES)
    expect(painted.has(named('echarts'))).toBe(false)
    expect(sum(await first('echarts'))).toBeLessThan(FIRST_BYTES)
  })

  it('loads each other part by itself, and none is heavy', async () => {
    const loaded = await first('echarts')
    const parts = [
      'calendar-page',
      'history-page',
      'data-page',
      'site-panel',
      'site-table',
      'search-dialog',
    ].map(named)
    for (const part of parts) {
      expect(scripts.has(part), part).toBe(true)
      expect(loaded.has(part), part).toBe(false)
    }
    for (const { name } of scripts.values())
      expect(sum([...withImports(name)].filter(own => !loaded.has(own))), name).toBeLessThan(PART_BYTES)
  })

  it('names no other host to load from', async () => {
    const files = (await readdir(ASSETS)).filter(name => name.endsWith('.css'))
    for (const name of files)
      expect(await readFile(join(ASSETS, name), 'utf8')).not.toMatch(/url\(["']?https?:/)
    expect(await readFile(join(ASSETS, '../index.html'), 'utf8')).not.toMatch(/(src|href)="https?:/)
  })
})

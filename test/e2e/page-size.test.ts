import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const ASSETS = join(import.meta.dirname, '../../web/dist/assets')
const BUDGET_BYTES = 350_000

describe('the built page', () => {
  it('has at most 350 kB of JavaScript, gzipped, beside the map library', async () => {
    const scripts = (await readdir(ASSETS)).filter(
      name => /\.m?js$/.test(name) && !/^(site-map-view|maplibre)/.test(name),
    )
    const sizes = await Promise.all(
      scripts.map(async name => gzipSync(await readFile(join(ASSETS, name))).length),
    )
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET_BYTES)
  })

  it('names no other host to load from', async () => {
    const files = (await readdir(ASSETS)).filter(name => name.endsWith('.css'))
    for (const name of files)
      expect(await readFile(join(ASSETS, name), 'utf8')).not.toMatch(/url\(["']?https?:/)
    expect(await readFile(join(ASSETS, '../index.html'), 'utf8')).not.toMatch(/(src|href)="https?:/)
  })
})

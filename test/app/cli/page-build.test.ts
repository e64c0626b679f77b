import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildPage, PageBuildError, pageIsStale } from '../../../src/app/cli/page-build.ts'

let checkout = ''
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'arterial-page-'))
})
afterEach(() => rmSync(checkout, { recursive: true, force: true }))

/** Writes a file with a modification time, and sets that of its folders. */
function put(path: string, at: number, text = ''): void {
  const full = join(checkout, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, text)
  for (let one = full; one !== checkout; one = dirname(one)) utimesSync(one, at, at)
}

describe('pageIsStale', () => {
  it('is true while there is no page', () => {
    expect(pageIsStale(checkout)).toBe(true)
  })

  it('is true when a source, the contract or the lock file is newer', () => {
    for (const source of ['web/src/map/layers.ts', 'src/serve/contract/gold.ts', 'package-lock.json']) {
      put('web/src/main.tsx', 100)
      put('web/dist/index.html', 200)
      expect(pageIsStale(checkout)).toBe(false)
      put(source, 300)
      expect([source, pageIsStale(checkout)]).toEqual([source, true])
      put(source, 100)
    }
  })

  it('is false where only the page was brought along, whatever is newer', () => {
    put('web/dist/index.html', 200)
    put('src/serve/contract/gold.ts', 300)
    expect(pageIsStale(checkout)).toBe(false)
  })

  it('is true when a source was removed', () => {
    put('web/src/old.ts', 100)
    put('web/dist/index.html', 200)
    rmSync(join(checkout, 'web/src/old.ts'))
    expect(pageIsStale(checkout)).toBe(true)
  })
})

describe('buildPage', () => {
  const vite = (text: string) => put('node_modules/vite/bin/vite.js', 100, text)

  it('puts the whole page in place of the old one', async () => {
    put('web/dist/old.js', 100)
    vite(`
      const out = process.argv[process.argv.indexOf('--outDir') + 1]
      const fs = require('node:fs')
      fs.mkdirSync(out, { recursive: true })
      fs.writeFileSync(out + '/index.html', 'new')
    `)
    await buildPage(checkout, new AbortController().signal)
    expect(pageIsStale(checkout)).toBe(false)
  })

  it('leaves the old page and says what Vite said when it fails', async () => {
    put('web/dist/index.html', 100)
    vite(`console.error('main.tsx: no such thing'); process.exit(1)`)
    await expect(buildPage(checkout, new AbortController().signal)).rejects.toThrow(/no such thing/)
    expect(pageIsStale(checkout)).toBe(false)
  })

  it('says what to do where the packages are missing', async () => {
    await expect(buildPage(checkout, new AbortController().signal)).rejects.toThrow(PageBuildError)
  })

  it('ends when it is interrupted', async () => {
    vite('setInterval(() => {}, 1000)')
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('interrupted')), 50)
    await expect(buildPage(checkout, controller.signal)).rejects.toThrow('interrupted')
  })
})

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { referencePages } from '../scripts/docs.ts'

const root = join(import.meta.dirname, '..')
const CODE = ['src', 'web/src', 'test', 'bench', 'scripts']
const MAX_LINES = 400

const files = CODE.map(folder => join(root, folder))
  .filter(existsSync)
  .flatMap(folder => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter(entry => entry.isFile() && /\.(ts|tsx|mjs|cjs|js|css|sql)$/.test(entry.name))
  .map(entry => join(entry.parentPath, entry.name))
const named = (path: string) => relative(root, path)

describe('the layers', () => {
  it('import only what stands before them', () => {
    const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
    // On a violation it exits with 1, and its stdout names them.
    const { stdout: report } = spawnSync(
      process.execPath,
      [cruiser, '--config', '--output-type', 'err', 'src', 'web/src'],
      { cwd: root, encoding: 'utf8' },
    )
    expect(report).toContain('no dependency violations')
  })

  it(`have no file over ${MAX_LINES} lines`, () => {
    const long = files.filter(path => readFileSync(path, 'utf8').trimEnd().split('\n').length > MAX_LINES)
    expect(long.map(named)).toEqual([])
  })

  it('read the environment in one place', () => {
    const readers = files
      .filter(path => named(path).startsWith('src/') && !named(path).startsWith('src/core/config/'))
      .filter(path => /\bprocess\.env\b/.test(readFileSync(path, 'utf8')))
    expect(readers.map(named)).toEqual([])
  })
})

describe('the generated reference', () => {
  it('is what `npm run docs` would write now', async () => {
    const pages = await referencePages()
    const stale = [...pages].filter(
      ([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text,
    )
    expect(
      stale.map(([path]) => named(path)),
      'run `npm run docs`',
    ).toEqual([])
  })
})

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { tmpdir } from 'node:os'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listed, newGold, newStream } from '../../scripts/new-stream.ts'
import { columnsIn, silverFiles } from '../../scripts/streams/silver-sql.ts'
import { nameFault, streamName } from '../../scripts/streams/templates.ts'
import type { Stream } from '../../src/core/stream/index.ts'
import { examples } from '../streams/example.ts'

const ROOT = resolve(import.meta.dirname, '../..')
let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'arterial-new-stream-'))
  cpSync(join(ROOT, 'src/streams/list.ts'), join(root, 'src/streams/list.ts'))
  symlinkSync(join(ROOT, 'src/core'), join(root, 'src/core'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const named = (name: string) => streamName(name)!
const file = (path: string) => readFileSync(join(root, path), 'utf8')

describe('npm run new:stream', () => {
  it.each([
    ['air-quality', 'airQuality', 'Air quality'],
    ['air_quality', 'airQuality', 'Air quality'],
    ['rain2', 'rain2', 'Rain2'],
  ])('takes the name %s', (given, identifier, title) => {
    expect(streamName(given)).toMatchObject({ identifier, title })
  })

  it.each(['', 'Air', '2rain', 'a--b', '../x', 'a b', 'a'.repeat(65)])('refuses the name "%s"', given => {
    expect(streamName(given)).toBeNull()
  })

  it.each([
    ['first', 'first'],
    ['latest', 'latest'],
    ['every', 'every'],
    ['corrected', 'latest'],
  ] as const)('begins a stream of %s that is declared well', async (kind, how) => {
    const name = named(`of-${kind}`)
    const { written, isNew } = await newStream(root, name, kind, () => false)
    expect(isNew).toBe(true)
    expect(written).toContain(`src/streams/of-${kind}/sql/01_silver.sql`)
    expect(file('src/streams/list.ts')).toContain(
      `export { ${name.identifier} } from './of-${kind}/index.ts'`,
    )
    const module = (await import(
      pathToFileURL(join(root, `src/streams/of-${kind}/index.ts`)).href
    )) as Record<string, Stream>
    expect(module[name.identifier]).toMatchObject({ name: `of-${kind}`, once: { how } })
  })

  it('begins with a test that fails', async () => {
    await newStream(root, named('with-test'), 'first', () => false)
    expect(file('test/streams/with-test.test.ts')).toContain('put a line of the real source here')
  })

  it('brings the SQL level with a changed declaration, but none that is committed, and leaves the rest alone', async () => {
    const name = named('changed')
    await newStream(root, name, 'first', () => false)
    const index = join(root, 'src/streams/changed/index.ts')
    const text = readFileSync(index, 'utf8')
      .replace('temperature_f: {', 'heat_f: {')
      .replace('temperature_c', 'heat_c')
    writeFileSync(index, text)
    expect(await newStream(root, name, 'first', () => true)).toMatchObject({
      written: [],
      kept: ['src/streams/changed/sql/01_silver.sql'],
    })
    expect(await newStream(root, name, 'first', () => false)).toEqual({
      isNew: false,
      kept: [],
      written: ['src/streams/changed/sql/01_silver.sql'],
    })
    expect(file('src/streams/changed/sql/01_silver.sql')).toContain('heat_c')
    expect(readFileSync(index, 'utf8')).toBe(text)
    expect((await newStream(root, name, 'first', () => false)).written).toEqual([])
  })

  it('adds a new field to a table that is committed by a file of its own, as often as the field changes', async () => {
    const name = named('grows')
    await newStream(root, name, 'first', () => false)
    const index = join(root, 'src/streams/grows/index.ts')
    const text = readFileSync(index, 'utf8')
    const isCommitted = (path: string) => path.endsWith('01_silver.sql')
    const withField = async (field: string) => {
      writeFileSync(index, text.replace('  },\n  once', `    ozone: ${field},\n  },\n  once`))
      return newStream(root, name, 'first', isCommitted)
    }
    const ozone = "type: 'number', says: 'Ozone', min: 0, max: 9, unit: 'ppb', decimals:"
    const path = 'src/streams/grows/sql/02_fields.sql'
    expect(await withField(`{ ${ozone} 1 }`)).toMatchObject({ written: [path], kept: [] })
    expect(await withField(`{ ${ozone} 2 }`)).toMatchObject({ written: [path], kept: [] })
    expect(await withField(`{ ${ozone} 2 }`)).toMatchObject({ written: [], kept: [] })
    expect(file(path)).toBe(
      '-- silver.grows: ozone.\nALTER TABLE silver.grows\n    ADD COLUMN IF NOT EXISTS ozone Nullable(Decimal(18, 2)) AFTER temperature_c;\n',
    )
    expect(columnsIn(file(path), 'silver.grows')).toEqual([['ozone', 'Nullable(Decimal(18, 2))']])
    await expect(withField(`{ ${ozone} 2, required: true }`)).rejects.toThrow('ozone is required')
  })

  it('makes the view of things anew with a new field, unless somebody has edited it', async () => {
    const name = named('things')
    await newStream(root, name, 'latest', () => false)
    const index = join(root, 'src/streams/things/index.ts')
    const view = 'src/streams/things/sql/view_01_things.sql'
    const isCommitted = (path: string) => !path.includes('_fields')
    const text = readFileSync(index, 'utf8')
    const colour = "colour: { type: 'text', says: 'Its colour', maxChars: 9 },"
    writeFileSync(index, text.replace('  },\n  once', `    ${colour}\n  },\n  once`))
    const commented = `-- Ours.\n${file(view).replace(', name', ',\n    name')}`
    writeFileSync(join(root, view), commented)
    const added = 'src/streams/things/sql/02_fields.sql'
    expect(await newStream(root, name, 'latest', isCommitted)).toMatchObject({
      written: [view, added],
      kept: [],
    })
    expect(file(view)).toContain('withdrawn, colour')
    writeFileSync(join(root, view), commented.replace('name', 'upper(name) AS name'))
    expect(await newStream(root, name, 'latest', isCommitted)).toMatchObject({ written: [], kept: [view] })
  })

  it('writes a table of sums once, of what has any', async () => {
    const name = named('with-gold')
    await newStream(root, name, 'first', () => false)
    const { written } = await newGold(root, name)
    expect(written.map(path => path.replace('src/streams/with-gold/', ''))).toEqual([
      'sql/02_gold_with_gold_hourly.sql',
      'sql/add_with_gold_hourly.sql',
      'sql/view_01_gold_with_gold_hourly.sql',
      'index.ts',
    ])
    // Level, so without faults.
    expect((await newStream(root, name, 'first', () => false)).written).toEqual([])
    await expect(newGold(root, name)).rejects.toThrow('has gold already')
    await newStream(root, named('no-number'), 'every', () => false)
    await expect(newGold(root, named('no-number'))).rejects.toThrow('no number to sum')
  })

  it('writes gold of what is corrected as a view, without an entry', async () => {
    const name = named('with-view')
    await newStream(root, name, 'corrected', () => false)
    const declared = file('src/streams/with-view/index.ts')
    const view = 'src/streams/with-view/sql/view_02_gold_with_view_hourly.sql'
    expect((await newGold(root, name)).written).toEqual([view])
    expect(file('src/streams/with-view/index.ts')).toBe(declared)
    await expect(newGold(root, name)).rejects.toThrow('view_02_gold_with_view_hourly.sql is there already')
  })

  it('says what is wrong with a declaration, and writes no SQL of it', async () => {
    const name = named('wrong')
    await newStream(root, name, 'first', () => false)
    const index = join(root, 'src/streams/wrong/index.ts')
    const before = file('src/streams/wrong/sql/01_silver.sql')
    writeFileSync(index, readFileSync(index, 'utf8').replace("key: ['station_id']", "key: ['station']"))
    await expect(newStream(root, name, 'first', () => false)).rejects.toThrow('there is no field station')
    expect(file('src/streams/wrong/sql/01_silver.sql')).toBe(before)
  })

  it.each(['readings', 'sql', 'conflicts', 'class'])('begins no stream of the name %s', name => {
    expect(nameFault(named(name))).toContain(`"${name}" is a`)
  })

  it('puts the line of the list in order, once', () => {
    const text = `// Names.\nexport { b } from './b/index.ts'\n`
    const after = listed(text, named('a'))
    expect(after).toBe(`// Names.\nexport { a } from './a/index.ts'\nexport { b } from './b/index.ts'\n`)
    expect(listed(after, named('a'))).toBe(after)
  })

  it('makes a view of the newest version alone of things', () => {
    const files = examples.map(stream => Object.keys(silverFiles(stream)))
    expect(files).toEqual([
      ['sql/01_silver.sql'],
      ['sql/01_silver.sql', 'sql/view_01_car_parks.sql'],
      ['sql/01_silver.sql', 'sql/view_01_signs.sql'],
      ['sql/01_silver.sql'],
    ])
  })
})

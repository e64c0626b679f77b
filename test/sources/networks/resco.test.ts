import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { networkFile, readNetwork } from '../../../src/sources/networks/index.ts'
import { hourOn } from './hour.ts'

const folder = join(import.meta.dirname, '../../../../shared/data/resco')
const isThere = existsSync(folder)
if (!isThere)
  console.warn(
    `skipped: the RESCO networks are not in ${folder} (github.com/Pi-Star-Lab/RESCO, environments/)`,
  )

const read = (name: string) => readNetwork(networkFile(join(folder, name, `${name}.net.xml`), name))

it.skipIf(!isThere).each([
  // Edges for cars, lanes, signals and dead ends, as counted in the files by hand (grep).
  { name: 'grid4x4', links: 80, lanes: 240, signals: 16, boundaries: 16 },
  { name: 'cologne1', links: 10, lanes: 19, signals: 1, boundaries: 5 },
])('$name is read whole', async ({ name, ...kept }) => {
  const { report } = await read(name)
  expect(report.kept).toMatchObject(kept)
  expect(report.dropped).toEqual([])
})

it.skipIf(!isThere).each(['grid4x4', 'cologne1', 'cologne3', 'ingolstadt1'])(
  'an hour of traffic on %s loses and makes no vehicle, and all arrive after it',
  async name => {
    const { network } = await read(name)
    const { started, ended, passed } = hourOn(network)
    expect(started.size).toBeGreaterThan(500)
    expect([...ended].toSorted((a, b) => a - b)).toEqual([...started].toSorted((a, b) => a - b))
    expect(passed).toBeGreaterThan(started.size)
  },
)

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { imported } from './net.ts'
import { blob, osmPbf } from './pbf.ts'
import { DUAL, osmXml, TOWN } from './town.ts'
import type { Town } from './town.ts'

const RESTRICTED: Town = {
  ...TOWN,
  ways: {
    ...TOWN.ways,
    10: [[2, 1], { highway: 'primary', name: 'Straße', lanes: '4' }],
    14: [[1, 3], { highway: 'primary', lanes: '4' }],
  },
  relations: [
    {
      members: [
        ['way', 10, 'from'],
        ['node', 1, 'via'],
        ['way', 14, 'to'],
      ],
      tags: { type: 'restriction', restriction: 'no_straight_on' },
    },
  ],
}

describe('an .osm.pbf', () => {
  it.each([
    ['dense and packed', {}],
    ['node by node, not packed', { isDense: false, isPacked: false }],
    ['of a granularity of its own', { granularity: 1000 }],
  ])('gives the network of the same extract in XML: %s', async (_, writing) => {
    for (const town of [TOWN, DUAL, RESTRICTED]) {
      const xml = await imported(osmXml(town), 'town.osm')
      const pbf = await imported(osmPbf(town, writing), 'town.osm.pbf')
      expect(pbf.report).toEqual({ ...xml.report, format: 'osm-pbf' })
      const placed = pbf.network.nodes.map(({ longitude, latitude }) => [
        longitude.toFixed(9),
        latitude.toFixed(9),
      ])
      expect(placed).toEqual(
        xml.network.nodes.map(({ longitude, latitude }) => [longitude.toFixed(9), latitude.toFixed(9)]),
      )
      expect({ ...pbf.network, nodes: [] }).toEqual({ ...xml.network, nodes: [] })
    }
  })

  it('is read as another program writes it', async () => {
    // `osmXml(TOWN)`, converted by pyosmium 4.3.2 (libosmium).
    const bytes = readFileSync(join(import.meta.dirname, 'town.osm.pbf'))
    const { network, report } = await imported(bytes, 'town.osm.pbf')
    const xml = await imported(osmXml(TOWN), 'town.osm')
    expect(report).toEqual({ ...xml.report, format: 'osm-pbf' })
    expect({ ...network, nodes: [] }).toEqual({ ...xml.network, nodes: [] })
  })

  it('is known by its bytes, whatever its name and the pieces in which it comes', async () => {
    const { report } = await imported(osmPbf(TOWN), 'town.bin', 1)
    expect(report).toMatchObject({ format: 'osm-pbf', kept: { links: 8 } })
  })
})

describe('a broken .osm.pbf is refused with a sentence', () => {
  const whole = osmPbf(TOWN)
  const header = blob('OSMHeader', new Uint8Array(), true)
  const huge = Buffer.alloc(40_000_000)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(100_000)
  it.each([
    ['cut off in a blob', whole.subarray(0, -20), /town\.osm\.pbf, blob 2: the file ends within it/],
    ['cut off in a length', Buffer.concat([whole, Buffer.of(0, 0)]), /blob 3: the file ends within it/],
    [
      'a header of another size',
      Buffer.concat([header, length]),
      /blob 2: its header would have 100000 bytes/,
    ],
    [
      'a blob that unpacks to more than it says',
      Buffer.concat([header, blob('OSMData', huge, true, 1000)]),
      /blob 2: it does not unpack to the 1000 bytes/,
    ],
    [
      'a blob that says too much',
      Buffer.concat([header, blob('OSMData', huge, true)]),
      /blob 2: unpacked it would have 40000000 bytes/,
    ],
    [
      'a blob that is too long',
      Buffer.concat([header, blob('OSMData', huge, false)]),
      /blob 2: it would have \d+ bytes, more than the format’s 32 MiB/,
    ],
    [
      'a size that is not so',
      Buffer.concat([header, blob('OSMData', Buffer.alloc(10), true, 20)]),
      /it unpacks to 10 bytes and names 20/,
    ],
    [
      'garbage in a block',
      Buffer.concat([header, blob('OSMData', Buffer.from([10, 250, 1, 7]), true)]),
      /blob 2: it cannot be read/,
    ],
    [
      'with history',
      osmPbf(TOWN, { features: ['OsmSchema-V0.6', 'HistoricalInformation'] }),
      /blob 1: the file requires HistoricalInformation/,
    ],
    [
      'without a header',
      blob('OSMData', Buffer.alloc(0), true),
      /of type "OSMData" where OSMHeader is expected/,
    ],
    ['without roads', header, /no road for cars/],
    ['beyond the pole', osmPbf({ ...TOWN, nodes: { ...TOWN.nodes, 2: [0, 95] } }), /node 2 lies at 95/],
  ])('%s', async (_, bytes, message) => {
    await expect(imported(bytes, 'town.osm.pbf', 65_536)).rejects.toThrow(message)
  })
})

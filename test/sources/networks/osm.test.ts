import { describe, expect, it } from 'vitest'
import { hourOn } from './hour.ts'
import { imported, of } from './net.ts'
import { DUAL, osmXml, TOWN } from './town.ts'
import type { Town } from './town.ts'

const read = (town: Town) => imported(osmXml(town), 'town.osm')

/** Ways out of a link by id, with turn and lanes. */
async function movesOf(town: Town) {
  const { network } = await read(town)
  return network.movements.map(({ from, to, turn, fromLanes }) => [
    `${network.links[from]?.id} ${network.links[to]?.id}`,
    turn,
    fromLanes.join(),
  ])
}

/** One road from 1 to 2, 222 m, with these tags. */
async function linksOf(tags: Readonly<Record<string, string>>) {
  const { network, report } = await read({
    nodes: { 1: [0, 0], 2: [0.002, 0] },
    ways: { 7: [[1, 2], tags] },
  })
  return {
    links: network.links.map(({ id, lanes, freeFlowKmh, kind }) => [id, lanes, freeFlowKmh, kind]),
    report,
  }
}

describe('an extract of OpenStreetMap', () => {
  it('is cut where roads meet, with a link for each direction', async () => {
    const { network, report } = await read(TOWN)
    expect(report.format).toBe('osm-xml')
    // A signal alone cuts no road; 0.002° are 222.39 m.
    expect(
      network.links.map(({ id, lengthM, lanes, freeFlowKmh }) => [id, lengthM, lanes, freeFlowKmh]),
    ).toEqual([
      ['10#0', 222.39, 2, 50],
      ['-10#0', 222.39, 2, 50],
      ['10#1', 222.39, 2, 50],
      ['-10#1', 222.39, 2, 50],
      ['11#0', 222.39, 1, 32.2],
      ['-11#0', 222.39, 1, 32.2],
      ['11#1', 222.39, 1, 32.2],
      ['-11#1', 222.39, 1, 32.2],
    ])
    expect(report.kept).toEqual({
      nodes: 5,
      links: 8,
      lanes: 12,
      movements: 12,
      signals: 1,
      boundaries: 4,
      lengthKm: 1.779,
    })
    expect(network.nodes.find(({ id }) => id === '1')).toEqual({
      id: '1',
      name: 'High Street & Low Street',
      longitude: 0,
      latitude: 0,
    })
  })

  it('tells what is dropped and what is guessed', async () => {
    const { report } = await read(TOWN)
    expect(report.dropped).toEqual([{ what: 'ways of highway=footway', count: 1, ids: ['way 12'] }])
    expect(of(report.guessed, /without lanes/)).toMatchObject({ count: 1, ids: ['way 11'] })
    expect(of(report.guessed, /plan is generated/)).toMatchObject({ count: 1, ids: ['node 1'] })
  })

  it('turns by the arrows on the lanes, and without them left from the left, right from the right', async () => {
    const moves = await movesOf(TOWN)
    expect(moves.filter(([of]) => /^-?10#/.test(of ?? ''))).toEqual([
      ['10#0 10#1', 'through', '1'],
      ['10#0 -11#0', 'left', '0'],
      ['10#0 11#1', 'right', '1'],
      ['-10#1 -10#0', 'through', '1'],
      ['-10#1 -11#0', 'right', '1'],
      ['-10#1 11#1', 'left', '0'],
    ])
  })

  it('has a plan where a signal stands: lefts with lanes of their own, then the rest; approaches with one lane each for itself', async () => {
    const { network } = await read(TOWN)
    const plan = network.signals.find(one => one !== null)
    const stages = plan?.phases.map(({ startS, greenS, movements }) => [
      startS,
      greenS,
      movements
        .map(of => network.movements[of])
        .map(of => `${network.links[of?.from ?? -1]?.id} ${of?.turn}`)
        .toSorted(),
    ])
    expect(plan?.cycleS).toBe(90)
    // 90 s less 10 of lefts and four clearances of 5 leave 60, by lanes 2, 1, 1.
    expect(stages).toEqual([
      [0, 10, ['10#0 left']],
      [0, 10, ['-10#1 left']],
      [15, 30, ['10#0 right', '10#0 through']],
      [15, 30, ['-10#1 right', '-10#1 through']],
      [50, 15, ['11#0 left', '11#0 right', '11#0 through']],
      [70, 15, ['-11#1 left', '-11#1 right', '-11#1 through']],
    ])
  })

  it('makes one junction of the four at which streets with separate carriageways cross', async () => {
    const { network, report } = await read(DUAL)
    expect(report.kept).toMatchObject({ nodes: 9, links: 8, signals: 1, boundaries: 8 })
    const moves = await movesOf(DUAL)
    // From the west one goes on to the east, over the north-east to the north, and right to the south.
    expect(moves.filter(([of]) => of?.startsWith('1#0')).toSorted()).toEqual([
      ['1#0 1#2', 'through', '1'],
      ['1#0 3#2', 'left', '0'],
      ['1#0 4#2', 'right', '1'],
    ])
    expect(network.signals.find(plan => plan !== null)?.cycleS).toBe(90)
    expect(of(report.guessed, /one junction/)?.count).toBe(3)
    // The junction lies in the middle of its nodes.
    expect(network.nodes.find(({ id }) => id === '1')?.longitude).toBeCloseTo(0, 9)
  })

  it.each([
    ['the town', TOWN],
    ['separate carriageways', DUAL],
  ])('carries an hour of traffic, of whom all arrive: %s', async (_, town) => {
    const { started, ended } = hourOn((await read(town)).network)
    expect(started.size).toBeGreaterThan(500)
    expect(ended).toEqual(started)
  })

  it('drops a signal that stands at no junction', async () => {
    const { report } = await read({
      ...TOWN,
      nodes: { ...TOWN.nodes, 6: [0, 0.001, { highway: 'traffic_signals' }] },
    })
    expect(report.kept.signals).toBe(0)
    expect(of(report.dropped, /at no junction/)?.ids).toEqual(['node 6'])
  })

  const CROSS: Town = {
    nodes: TOWN.nodes,
    ways: Object.fromEntries([2, 3, 4, 5].map(end => [end, [[end, 1], { highway: 'tertiary', lanes: '2' }]])),
  }
  const restricted = (kind: string, tags = {}) =>
    movesOf({
      ...CROSS,
      relations: [
        {
          members: [
            ['way', 2, 'from'],
            ['node', 1, 'via'],
            ['way', 4, 'to'],
          ],
          tags: { type: 'restriction', restriction: kind, ...tags },
        },
      ],
    })
  const from = (moves: readonly (readonly (string | undefined)[])[], link: string) =>
    moves.flatMap(([of]) => (of?.startsWith(`${link} `) === true ? [of] : []))

  it('heeds turn restrictions', async () => {
    expect(from(await movesOf(CROSS), '2#0')).toEqual(['2#0 -3#0', '2#0 -4#0', '2#0 -5#0'])
    expect(from(await restricted('no_left_turn'), '2#0')).toEqual(['2#0 -3#0', '2#0 -5#0'])
    expect(from(await restricted('only_left_turn'), '2#0')).toEqual(['2#0 -4#0'])
    expect(from(await restricted('no_left_turn', { except: 'motorcar;bus' }), '2#0')).toHaveLength(3)
    // From elsewhere nothing changes.
    expect(from(await restricted('only_left_turn'), '3#0')).toHaveLength(3)
  })

  it('ends roads where their nodes are missing', async () => {
    const nodes = Object.fromEntries(Object.entries(TOWN.nodes).filter(([id]) => id !== '3'))
    const { network, report } = await read({ ...TOWN, nodes })
    expect(network.links.map(({ id }) => id)).toEqual(['10#0', '-10#0', '11#0', '-11#0', '11#1', '-11#1'])
    expect(of(report.dropped, /does not have/)?.ids).toEqual(['way 10, node 3'])
  })

  it('keeps the largest part and tells the rest', async () => {
    const { network, report } = await read({
      nodes: { ...TOWN.nodes, 51: [0.01, 0], 52: [0.011, 0] },
      ways: { ...TOWN.ways, 20: [[51, 52], { highway: 'residential' }] },
    })
    expect(network.links).toHaveLength(8)
    expect(of(report.dropped, /hang together/)?.ids).toEqual(['20#0', '-20#0'])
  })
})

describe('a road', () => {
  it.each([
    // Class alone: lanes and speeds of SUMO's typemaps.
    [{ highway: 'motorway' }, [['7#0', 2, 100, 'freeway']]],
    [{ highway: 'motorway_link' }, [['7#0', 1, 60, 'ramp']]],
    [
      { highway: 'primary' },
      [
        ['7#0', 2, 50, 'street'],
        ['-7#0', 2, 50, 'street'],
      ],
    ],
    [
      { highway: 'living_street' },
      [
        ['7#0', 1, 10, 'street'],
        ['-7#0', 1, 10, 'street'],
      ],
    ],
    [
      { highway: 'service' },
      [
        ['7#0', 1, 20, 'street'],
        ['-7#0', 1, 20, 'street'],
      ],
    ],
    // Directions.
    [{ highway: 'residential', oneway: 'yes', maxspeed: '30' }, [['7#0', 1, 30, 'street']]],
    [{ highway: 'residential', oneway: '-1', maxspeed: '30' }, [['-7#0', 1, 30, 'street']]],
    [{ highway: 'tertiary', junction: 'roundabout', maxspeed: '30' }, [['7#0', 1, 30, 'street']]],
    [
      { highway: 'motorway', oneway: 'no', lanes: '2', maxspeed: '80' },
      [
        ['7#0', 1, 80, 'freeway'],
        ['-7#0', 1, 80, 'freeway'],
      ],
    ],
    // Lanes.
    [
      { highway: 'primary', lanes: '3', maxspeed: '50' },
      [
        ['7#0', 2, 50, 'street'],
        ['-7#0', 1, 50, 'street'],
      ],
    ],
    [
      { highway: 'primary', lanes: '5', 'lanes:forward': '3', maxspeed: '50' },
      [
        ['7#0', 3, 50, 'street'],
        ['-7#0', 2, 50, 'street'],
      ],
    ],
    [
      { highway: 'primary', 'lanes:backward': '2', lanes: '3', maxspeed: '50' },
      [
        ['7#0', 1, 50, 'street'],
        ['-7#0', 2, 50, 'street'],
      ],
    ],
    [{ highway: 'primary', oneway: 'yes', lanes: '3', maxspeed: '50' }, [['7#0', 3, 50, 'street']]],
    [
      { highway: 'primary', oneway: 'yes', 'turn:lanes': 'left||right', maxspeed: '50' },
      [['7#0', 3, 50, 'street']],
    ],
    // Speeds.
    [{ highway: 'motorway', maxspeed: 'none', lanes: '3' }, [['7#0', 3, 130, 'freeway']]],
    [{ highway: 'residential', oneway: 'yes', maxspeed: 'walk' }, [['7#0', 1, 7, 'street']]],
    [{ highway: 'residential', oneway: 'yes', maxspeed: '30 mph' }, [['7#0', 1, 48.3, 'street']]],
    [{ highway: 'primary', oneway: 'yes', lanes: '1', maxspeed: 'DE:urban' }, [['7#0', 1, 50, 'street']]],
    [
      { highway: 'tertiary', 'maxspeed:forward': '30', maxspeed: '50' },
      [
        ['7#0', 1, 30, 'street'],
        ['-7#0', 1, 50, 'street'],
      ],
    ],
  ])('of %o', async (tags, expected) => {
    expect((await linksOf(tags)).links).toEqual(expected)
  })

  it.each([
    [{ highway: 'track' }, /highway=track/],
    [{ highway: 'service', service: 'parking_aisle' }, /service=parking_aisle/],
    [{ highway: 'residential', access: 'private' }, /closed to cars \(private\)/],
    [{ highway: 'primary', oneway: 'reversible' }, /changes with the hour/],
  ])('of %o is none, and told', async (tags, what) => {
    const { report } = await read({
      nodes: { 1: [0, 0], 2: [0.002, 0], 3: [0, 0.002] },
      ways: { 7: [[1, 2], tags], 8: [[1, 3], { highway: 'residential' }] },
    })
    expect(of(report.dropped, what)?.ids).toEqual(['way 7'])
    expect(report.kept.links).toBe(2)
  })

  it('of two directions is told once', async () => {
    const { report } = await linksOf({ highway: 'residential' })
    expect(report.guessed.map(({ count, ids }) => [count, ids])).toEqual([
      [1, ['way 7']],
      [1, ['way 7']],
    ])
  })

  it('is open where a more particular key says so', async () => {
    const { links } = await linksOf({ highway: 'residential', access: 'no', motor_vehicle: 'yes' })
    expect(links).toHaveLength(2)
  })

  it('whose limit is not known has the speed of its class, and that is told', async () => {
    const { links, report } = await linksOf({ highway: 'residential', maxspeed: 'fast', lanes: '2' })
    expect(links[0]?.[2]).toBe(50)
    expect(of(report.guessed, /maxspeed=fast is not known/)?.ids).toContain('way 7')
  })
})

describe('a broken extract is refused with a sentence', () => {
  const town = osmXml(TOWN)
  it.each([
    ['cut off', town.slice(0, 900), /town\.osm, line \d+: it is not well-formed XML/],
    [
      'without roads',
      '<osm version="0.6"><node id="1" lat="0" lon="0"/></osm>',
      /no road for cars .* give an extract/,
    ],
    ['with a change file', '<osmChange version="0.6"/>', /begins with <osmChange>/],
    [
      'with a place beyond the pole',
      town.replace('lat="0.002"', 'lat="92"'),
      /<node "4">: its lat is "92" and must be a number from -90 to 90/,
    ],
    ['with an id in words', town.replace('<way id="10"', '<way id="ten"'), /<way "ten">: its id is "ten"/],
    ['with a node without number', town.replace('<nd ref="2"/>', '<nd/>'), /<nd>: it has no ref/],
    [
      'with an odd member',
      town.replace('</osm>', '<relation id="1"><member type="street" ref="1" role=""/></relation></osm>'),
      /must be node, way or relation/,
    ],
    ['whose nodes are all missing', town.replaceAll(/<node [^]*?<\/node>/g, ''), /no road .*nodes/],
  ])('%s', async (_, content, message) => {
    await expect(imported(content, 'town.osm', 512)).rejects.toThrow(message)
  })
})

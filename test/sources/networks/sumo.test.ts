import { describe, expect, it } from 'vitest'
import { CROSSING, imported, of } from './net.ts'

describe('a network of SUMO', () => {
  it('has a link of each edge for cars, from stop line to stop line, with lanes from the left', async () => {
    const { network } = await imported(CROSSING)
    expect(
      network.links.map(({ id, lengthM, lanes, freeFlowKmh, kind }) => [
        id,
        lengthM,
        lanes,
        freeFlowKmh,
        kind,
      ]),
    ).toEqual([
      ['WC', 100, 2, 50, 'street'],
      ['CW', 100, 1, 50, 'street'],
      ['EC', 80, 1, 36, 'street'],
      // From W it crosses 10 m, from S nothing is told.
      ['CE', 90, 1, 36, 'street'],
      ['SC', 60, 1, 36, 'street'],
      // 14 m and then 4 m within the junction.
      ['CS', 78, 1, 36, 'street'],
    ])
    const moves = network.movements.map(({ from, to, turn, fromLanes, toLanes }) => [
      `${network.links[from]?.id}>${network.links[to]?.id}`,
      turn,
      fromLanes,
      toLanes,
    ])
    // SUMO's lanes 1 and 2 are the second and the first from the left of those for cars.
    expect(moves).toEqual([
      ['WC>CE', 'through', [1], [0]],
      ['WC>CS', 'right', [0], [0]],
      ['EC>CW', 'through', [0], [0]],
      ['SC>CW', 'left', [0], [0]],
      ['SC>CE', 'right', [0], [0]],
    ])
  })

  it('tells what is dropped: lanes and edges that are not for cars, a movement that never has green', async () => {
    const { report } = await imported(CROSSING)
    expect(report.kept).toEqual({
      nodes: 4,
      links: 6,
      lanes: 7,
      movements: 5,
      signals: 1,
      boundaries: 3,
      lengthKm: 0.508,
    })
    expect(of(report.dropped, /lanes that are not for cars/)).toMatchObject({ count: 1, ids: ['WC_0'] })
    expect(of(report.dropped, /edges without a lane for cars/)).toMatchObject({ count: 1, ids: ['path'] })
    expect(of(report.dropped, /never have green/)).toMatchObject({ count: 1, ids: ['EC > CS'] })
  })

  it('has the program as a plan: greens over several phases and over the end of the cycle are one', async () => {
    const { network } = await imported(CROSSING)
    const [plan] = network.signals.filter(one => one !== null)
    expect({ cycleS: plan?.cycleS, offsetS: plan?.offsetS }).toEqual({ cycleS: 60, offsetS: 40 })
    const phases = plan?.phases.map(({ startS, greenS, yellowS, allRedS, movements }) => [
      movements,
      startS,
      greenS,
      yellowS,
      allRedS,
    ])
    expect(phases).toEqual([
      // W>E and E>W have green in the first two phases; after their yellow 2 s nobody but the slip lane has.
      [[0, 2], 0, 30, 3, 0],
      [[4], 0, 60, 0, 0],
      [[3], 35, 12, 3, 0],
      // From 50 to the end and on into the next cycle, to 20.
      [[1], 50, 30, 0, 0],
    ])
  })

  it('lies where its projection says', async () => {
    // The central meridian of zone 32 is 9° east, at 500,000 m. From the equator to 45° north a meridian of WGS 84 has 4,984,944.378 m,
    // of which UTM shows 0.9996.
    const moved = CROSSING.replace('-1000.00,-2000.00', '-499900.00,-4982850.40')
    const { network } = await imported(moved)
    const centre = network.nodes.find(({ id }) => id === 'C')
    expect(centre?.longitude).toBeCloseTo(9, 6)
    expect(centre?.latitude).toBeCloseTo(45, 6)
    expect(centre?.name).toBe('High Street & Low Street')
  })

  it('lies at 0° north, 0° east where it has no projection, and says so', async () => {
    const flat = CROSSING.replace(/projParameter="[^"]*"/, 'projParameter="!"').replace(
      '-1000.00,-2000.00',
      '0.00,0.00',
    )
    const { network, report } = await imported(flat)
    // 100 m of 111,195 m to a degree.
    expect(network.nodes.find(({ id }) => id === 'C')).toMatchObject({
      longitude: 100 / 111_195,
      latitude: 100 / 111_195,
    })
    expect(report.notes.join()).toContain('no place on the earth')
  })

  it('counts lanes from the left also where one drives on the left', async () => {
    const { network } = await imported(
      CROSSING.replace('<net version="1.9">', '<net version="1.9" lefthand="true">'),
    )
    expect(network.movements.slice(0, 2).map(({ fromLanes }) => fromLanes)).toEqual([[0], [1]])
  })

  it('keeps the largest part that hangs together, and of it what can be come to and left', async () => {
    const more = CROSSING.replace(
      '  <tlLogic',
      `  <edge id="XY" from="X" to="Y"><lane id="XY_0" index="0" speed="10" length="50"/></edge>
       <edge id="YX" from="Y" to="X"><lane id="YX_0" index="0" speed="10" length="50"/></edge>
       <edge id="ring1" from="R" to="Q"><lane id="ring1_0" index="0" speed="10" length="5"/></edge>
       <edge id="ring2" from="Q" to="R"><lane id="ring2_0" index="0" speed="10" length="5"/></edge>
       <edge id="trap" from="C" to="Q"><lane id="trap_0" index="0" speed="10" length="5"/></edge>
  <tlLogic`,
    ).replace(
      '</net>',
      `<junction id="X" x="900" y="0"/><junction id="Y" x="950" y="0"/><junction id="R" x="90" y="10"/><junction id="Q" x="90" y="20"/>
       <connection from="ring1" to="ring2" fromLane="0" toLane="0" dir="s"/>
       <connection from="ring2" to="ring1" fromLane="0" toLane="0" dir="s"/>
       <connection from="trap" to="ring2" fromLane="0" toLane="0" dir="s"/>
       <connection from="EC" to="trap" fromLane="0" toLane="0" dir="s"/></net>`,
    )
    const { network, report } = await imported(more)
    expect(network.links.map(({ id }) => id)).toEqual(['WC', 'CW', 'EC', 'CE', 'SC', 'CS'])
    expect(network.nodes.map(({ id }) => id)).toEqual(['W', 'C', 'E', 'S'])
    expect(of(report.dropped, /do not hang together/)?.ids).toEqual(['XY', 'YX'])
    expect(of(report.dropped, /no way leads/)?.ids).toEqual(['ring1', 'ring2', 'trap'])
    const numbers = network.signals.flatMap(plan => plan?.phases.flatMap(({ movements }) => movements) ?? [])
    expect(new Set(numbers)).toEqual(new Set([0, 1, 2, 3, 4]))
  })

  it('tells of programs that are not fixed, and of a second one', async () => {
    const actuated = CROSSING.replace(
      '  <junction id="C"',
      `  <tlLogic id="C" type="actuated" programID="1" offset="0">
    <phase duration="30" minDur="5" maxDur="50" state="GgGss"/><phase duration="30" state="rrrGG"/></tlLogic>
  <junction id="C"`,
    )
    const { network, report } = await imported(actuated)
    expect(network.signals.find(plan => plan !== null)?.cycleS).toBe(60)
    expect(of(report.guessed, /type actuated/)?.ids).toEqual(['C'])
    expect(of(report.guessed, /must yield/)?.ids).toEqual(['C'])
    expect(of(report.guessed, /after a stop/)?.ids).toEqual(['C'])
    expect(report.notes).toContain('Of the 2 programs of the signal "C" the last is read.')
  })
})

describe('a broken network is refused with a sentence that names the place and the remedy', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'cut off',
      CROSSING.slice(0, 2000),
      /city\.net\.xml, line \d+: it is not well-formed XML .* export it again/,
    ],
    ['empty', '', /is empty/],
    ['a table', 'id,from,to\n1,2,3\n', /not well-formed XML/],
    ['routes', '<routes><vehicle id="1"/></routes>', /begins with <routes>: it is neither/],
    [
      'without edges',
      '<net><location netOffset="0,0" projParameter="!"/></net>',
      /no edge with a lane for cars/,
    ],
    [
      'an entity that grows',
      '<!DOCTYPE net [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<net>&b;</net>',
      /line 1: it has a document type/,
    ],
    ['an external entity', '<!DOCTYPE net SYSTEM "file:///etc/passwd"><net/>', /has a document type/],
    ['an entity of nowhere', '<net a="&bomb;"></net>', /not well-formed XML/],
    [
      'an element without end',
      `<net><edge id="${'a'.repeat(3_000_000)}"/></net>`,
      /one element is longer than 1 MiB/,
    ],
    ['deep', `<net>${'<a>'.repeat(40)}${'</a>'.repeat(40)}</net>`, /more than 32 deep/],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><net/>', /encoding is UTF-16.*iconv/],
    [
      'a speed in words',
      CROSSING.replace('speed="13.89"', 'speed="fast"'),
      /line 11: <lane "WC_1">: its speed is "fast"/,
    ],
    [
      'an edge twice',
      CROSSING.replace('id="CW"', 'id="WC"'),
      /<edge "WC">: the file has another edge of this id/,
    ],
    ['an edge without end', CROSSING.replace('from="W" to="C"', 'from="W"'), /<edge "WC">: it has no to/],
    [
      'a junction that is not there',
      CROSSING.replace('<junction id="E"', '<junction id="F"'),
      /edge "EC" names the junction "E"/,
    ],
    [
      'an edge that is not there',
      CROSSING.replace('to="CE" fromLane="1"', 'to="CX" fromLane="1"'),
      /names the edge "CX"/,
    ],
    [
      'a lane that is not there',
      CROSSING.replace('fromLane="2"', 'fromLane="5"'),
      /names lane 5 of the edge "WC", which has 3/,
    ],
    ['a signal that is not there', CROSSING.replace('tl="C"', 'tl="D"'), /goes by the signal "D"/],
    [
      'a signal beyond its program',
      CROSSING.replace('linkIndex="3"', 'linkIndex="9"'),
      /linkIndex 9, and the signal "C" a phase of 5/,
    ],
    ['an unknown colour', CROSSING.replace('GGGrr', 'GGXrr'), /its state has "X"/],
    [
      'a phase without time',
      CROSSING.replace('duration="20"', 'duration="0"'),
      /its duration is "0" and must be a number from 0.1/,
    ],
    [
      'an unknown projection',
      CROSSING.replace('+proj=utm', '+proj=mars'),
      /the projection "\+proj=mars .* is not known/,
    ],
  ]
  it.each(cases)('%s', async (_, content, message) => {
    await expect(imported(content, 'city.net.xml', 4096)).rejects.toThrow(message)
  })

  it('packed', async () => {
    await expect(imported(Uint8Array.of(0x1f, 0x8b, 8, 0))).rejects.toThrow(
      /packed \(gzip\); unpack it first/,
    )
  })

  it('not UTF-8', async () => {
    await expect(imported(Uint8Array.from([...Buffer.from('<net a="'), 0xff, 0x22]))).rejects.toThrow(
      /not UTF-8/,
    )
  })
})

/** Parts of an extract, as OpenStreetMap names them. */
export interface Town {
  /** By id: longitude, latitude, tags. At 0° north 0.001° are 111.195 m both ways. */
  readonly nodes: Readonly<Record<number, readonly [number, number, Readonly<Record<string, string>>?]>>
  readonly ways: Readonly<Record<number, readonly [readonly number[], Readonly<Record<string, string>>]>>
  readonly relations?: readonly {
    readonly members: readonly (readonly ['node' | 'way', number, string])[]
    readonly tags: Readonly<Record<string, string>>
  }[]
}

export function osmXml({ nodes, ways, relations = [] }: Town): string {
  const tagged = (tags: Readonly<Record<string, string>> = {}) =>
    Object.entries(tags)
      .map(([k, v]) => `<tag k="${k}" v="${v}"/>`)
      .join('')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="by hand">',
    ...Object.entries(nodes).map(
      ([id, [lon, lat, tags]]) =>
        `  <node id="${id}" lat="${lat}" lon="${lon}" version="1">${tagged(tags)}</node>`,
    ),
    ...Object.entries(ways).map(
      ([id, [refs, tags]]) =>
        `  <way id="${id}">${refs.map(ref => `<nd ref="${ref}"/>`).join('')}${tagged(tags)}</way>`,
    ),
    ...relations.map(
      ({ members, tags }, i) =>
        `  <relation id="${i + 1}">${members.map(([type, ref, role]) => `<member type="${type}" ref="${ref}" role="${role}"/>`).join('')}${tagged(tags)}</relation>`,
    ),
    '</osm>\n',
  ].join('\n')
}

const SIGNAL = { highway: 'traffic_signals' }

/** High Street from west to east, Low Street from north to south; a signal 22 m north of where they cross, a footway, and a bench that nobody needs. */
export const TOWN: Town = {
  nodes: {
    1: [0, 0],
    2: [-0.002, 0],
    3: [0.002, 0],
    4: [0, 0.002],
    5: [0, -0.002],
    6: [0, 0.0002, SIGNAL],
    99: [0.1, 0.1, { amenity: 'bench' }],
  },
  ways: {
    10: [
      [2, 1, 3],
      {
        highway: 'primary',
        name: 'High Street',
        lanes: '4',
        maxspeed: '50',
        'turn:lanes:forward': 'left|through;right',
      },
    ],
    11: [[4, 6, 1, 5], { highway: 'residential', name: 'Low Street', maxspeed: '20 mph' }],
    12: [[4, 3], { highway: 'footway' }],
    13: [[4, 99, 2], { building: 'yes' }],
  },
}

/**
 * Two streets with separate carriageways cross: four nodes 22 m apart, 1 south-west, 2 south-east, 3 north-east, 4 north-west, with signals at the stop lines
 * alone. East goes 11–1–2–12, west 13–3–4–14, north 21–2–3–22, south 23–4–1–24.
 */
export const DUAL: Town = {
  nodes: {
    1: [-0.0001, -0.0001],
    2: [0.0001, -0.0001],
    3: [0.0001, 0.0001],
    4: [-0.0001, 0.0001],
    11: [-0.002, -0.0001],
    12: [0.002, -0.0001],
    13: [0.002, 0.0001],
    14: [-0.002, 0.0001],
    21: [0.0001, -0.002],
    22: [0.0001, 0.002],
    23: [-0.0001, 0.002],
    24: [-0.0001, -0.002],
    31: [-0.0002, -0.0001, SIGNAL],
    32: [0.0002, 0.0001, SIGNAL],
    33: [0.0001, -0.0002, SIGNAL],
    34: [-0.0001, 0.0002, SIGNAL],
  },
  ways: {
    1: [[11, 31, 1, 2, 12], { highway: 'secondary', oneway: 'yes', lanes: '2' }],
    2: [[13, 32, 3, 4, 14], { highway: 'secondary', oneway: 'yes', lanes: '2' }],
    3: [[21, 33, 2, 3, 22], { highway: 'secondary', oneway: 'yes', lanes: '2' }],
    4: [[23, 34, 4, 1, 24], { highway: 'secondary', oneway: 'yes', lanes: '2' }],
  },
}

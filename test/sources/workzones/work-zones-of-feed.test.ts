import { describe, expect, it } from 'vitest'
import { fieldDevicesOfFeed, workZonesOfFeed } from '../../../src/sources/workzones/index.ts'
import type { FeedReading } from '../../../src/sources/workzones/index.ts'
import { examples, isHere } from './wzdx-samples.ts'

const NOW_MS = Date.UTC(2026, 5, 1)
const options = { nowMs: NOW_MS }

/** The smallest feed that the standard allows. */
const small = (properties: object = {}, core: object = {}, more: object = {}) => ({
  feed_info: {
    publisher: 'City',
    version: '4.2',
    update_date: '2026-05-01T00:00:00Z',
    data_sources: [{ data_source_id: '1', organization_name: 'City' }],
  },
  type: 'FeatureCollection',
  features: [
    {
      id: 'a',
      type: 'Feature',
      properties: {
        core_details: {
          data_source_id: '1',
          event_type: 'work-zone',
          road_names: ['I-35'],
          direction: 'northbound',
          ...core,
        },
        start_date: '2026-05-01T00:00:00Z',
        end_date: '2026-06-01T00:00:00-05:00',
        is_start_date_verified: true,
        is_end_date_verified: false,
        is_start_position_verified: true,
        is_end_position_verified: false,
        location_method: 'unknown',
        vehicle_impact: 'flagging',
        ...properties,
      },
      geometry: {
        type: 'LineString',
        coordinates: [
          [-74, 40],
          [-74, 41],
        ],
      },
      ...more,
    },
  ],
})
const words = ({ problems }: FeedReading<unknown>) =>
  problems.map(({ path, message }) => `${String(path)}: ${message}`)

describe.skipIf(!isHere)('the examples of the specification', () => {
  it.each(examples('WorkZoneFeed'))('%s: every road event becomes a line', (_name, text) => {
    const { lines, problems, counts } = workZonesOfFeed(text, options)
    expect(problems).toEqual([])
    expect(counts).toMatchObject({ features: lines.length, taken: lines.length, refused: 0 })
    expect(lines.length).toBeGreaterThan(0)
  })

  it.each(examples('DeviceFeed'))('%s: every device becomes a line', (_name, text) => {
    const { lines, problems } = fieldDevicesOfFeed(text, options)
    expect(problems).toEqual([])
    expect(lines).toHaveLength(1)
  })

  type Tree = {
    feed_info?: unknown
    features: {
      id?: unknown
      geometry: { coordinates: unknown }
      properties: { core_details: Record<string, unknown> } & Record<string, unknown>
    }[]
  }
  const read = (kind: 'WorkZoneFeed' | 'DeviceFeed', json: string | object): FeedReading<unknown> =>
    kind === 'WorkZoneFeed' ? workZonesOfFeed(json, options) : fieldDevicesOfFeed(json, options)
  const ways: readonly [string, (tree: Tree) => void, RegExp][] = [
    ['no head', tree => delete tree.feed_info, /^feed_info: is missing; give an object$/m],
    [
      'an id that is a number',
      tree => (tree.features[0]!.id = 7),
      /^features\[0\]\.id: 7 is wrong; give a text$/m,
    ],
    [
      'coordinates the wrong way round',
      tree =>
        (tree.features[0]!.geometry.coordinates = [
          [41.6, -93.7],
          [41.6, -193.7],
        ]),
      /^features\[0\]\.geometry.*\[longitude, latitude\]/m,
    ],
    [
      'a word the standard does not have',
      tree => {
        const core = tree.features[0]!.properties.core_details
        core['direction'] = core['road_direction'] = 'up'
      },
      /^features\[0\]\.properties\.core_details\.(road_)?direction: "up" is unknown; it is one of northbound, /m,
    ],
    [
      'a time that is none',
      tree => {
        const { properties } = tree.features[0]!
        properties['start_date'] = properties.core_details['update_date'] = 'soon'
      },
      /: "soon" is no time; write 2026-07-04T19:30:00Z$/m,
    ],
  ]
  for (const kind of ['WorkZoneFeed', 'DeviceFeed'] as const)
    for (const [way, breaks, said] of ways)
      it.each(examples(kind))(`${way}: %s is refused in words`, (_name, text) => {
        const tree = JSON.parse(text) as Tree
        breaks(tree)
        const reading = read(kind, tree)
        expect(words(reading).join('\n')).toMatch(said)
        expect(reading.lines.length).toBeLessThan(tree.features.length)
      })

  it.each([...examples('WorkZoneFeed'), ...examples('DeviceFeed')])(
    'cut off: %s is refused',
    (_name, text) => {
      const reading = workZonesOfFeed(text.slice(0, text.length / 2), options)
      expect(words(reading).join()).toMatch(/^null: the feed is no JSON \(.*\); was it cut off\?$/)
    },
  )
})

describe('workZonesOfFeed', () => {
  it('takes all that the stream has fields for, and keeps the rest', () => {
    const { lines, problems } = workZonesOfFeed(
      small(
        {
          beginning_milepost: 1.5,
          worker_presence: { are_workers_present: true, method: 'scheduled' },
          reduced_speed_limit_kph: 88.5,
          types_of_work: [{ type_name: 'painting', is_architectural_change: false }],
          event_status: 'active',
        },
        { update_date: '2026-05-02T00:00:00Z', creation_date: '2026-04-01T00:00:00Z', name: 'WZ\n1' },
      ),
      options,
    )
    expect(problems).toEqual([])
    expect(lines).toEqual([
      {
        work_zone_id: 'a',
        updated_at: '2026-05-02T00:00:00.000Z',
        event_type: 'work-zone',
        name: 'WZ 1',
        road_names: ['I-35'],
        direction: 'northbound',
        starts_at: '2026-05-01T00:00:00.000Z',
        ends_at: '2026-06-01T05:00:00.000Z',
        start_verified: true,
        end_verified: false,
        status: 'active',
        vehicle_impact: 'flagging',
        workers_present: true,
        speed_limit_kmh: 88.5,
        types_of_work: ['painting'],
        geometry: {
          type: 'LineString',
          coordinates: [
            [-74, 40],
            [-74, 41],
          ],
        },
        data_source_id: '1',
        details: {
          is_start_position_verified: true,
          is_end_position_verified: false,
          location_method: 'unknown',
          beginning_milepost: 1.5,
          worker_presence: { are_workers_present: true, method: 'scheduled' },
          types_of_work: [{ type_name: 'painting', is_architectural_change: false }],
          creation_date: '2026-04-01T00:00:00Z',
        },
      },
    ])
  })

  it.each([
    [
      small({ end_date: '2026-04-01T00:00:00Z' }),
      'features[0].properties.end_date: "2026-04-01T00:00:00Z" lies before start_date "2026-05-01T00:00:00Z"; correct one of them',
    ],
    [
      small({ is_end_date_verified: undefined }),
      'features[0].properties.is_end_date_verified: is missing; say true or false',
    ],
    [
      small({ vehicle_impact: undefined }),
      /^features\[0\]\.properties\.vehicle_impact: is missing; give one of all-lanes-closed, /,
    ],
    [
      small({ reduced_speed_limit_kph: -1 }),
      'features[0].properties.reduced_speed_limit_kph: -1 is wrong; give at least 0',
    ],
    [
      small({ lanes: [{ order: 0, status: 'open', type: 'general' }] }),
      'features[0].properties.lanes[0].order: 0 is wrong; give at least 1',
    ],
    [
      small({ restrictions: [{ type: 'reduced-width', value: 3 }] }),
      'features[0].properties.restrictions[0].unit: is missing; a value needs its unit',
    ],
    [
      small({}, { road_names: [] }),
      'features[0].properties.core_details.road_names: [] is wrong; give at least one',
    ],
    [
      small({}, { event_type: 'restriction' }),
      'features[0].properties.core_details.event_type: "restriction" wants work-zone or detour; other feeds of the exchange are not taken',
    ],
    [
      small({}, {}, { geometry: { type: 'Point', coordinates: [0, 0] } }),
      /^features\[0\]\.geometry: has the type "Point", not LineString or MultiPoint; give its way/,
    ],
    ['<html>', /looks like a web page/],
    ['[]', 'null: the feed is no JSON object; it is a GeoJSON FeatureCollection'],
    ['{"type":"FeatureCollection"}', 'features: nothing is no list; give the features, if only []'],
    [
      { ...small(), feed_info: { ...small().feed_info, version: '3.1' } },
      'feed_info.version: "3.1" is not taken; ask for the feed in version 4.2',
    ],
  ])('says what is wrong (%#)', (feed, message) => {
    const reading = workZonesOfFeed(feed, options)
    expect(reading.lines).toEqual([])
    if (typeof message === 'string') expect(words(reading)).toEqual([message])
    else expect(words(reading).join('\n')).toMatch(message)
  })

  it('takes the good features beside a broken one, and an id once', () => {
    const [feature] = small().features
    const feed = { ...small(), features: [feature, null, { ...feature, id: 'b' }, feature] }
    const reading = workZonesOfFeed(feed, options)
    expect(reading.lines.map(({ work_zone_id }) => work_zone_id)).toEqual(['a', 'b'])
    expect(reading.counts).toMatchObject({ features: 4, taken: 2, refused: 2 })
    expect(words(reading)[1]).toBe('features[3].id: "a" stands in the feed before; give each its own')
  })

  it('delivers only what changed, and withdraws what is gone when asked to', () => {
    const first = workZonesOfFeed(small(), options)
    const again = workZonesOfFeed(small({}, { update_date: '2026-05-20T00:00:00Z' }), {
      ...options,
      previous: first.all,
    })
    expect(again).toMatchObject({ lines: [], counts: { unchanged: 1 } })
    const [feature] = small().features
    const other = { ...small(), features: [{ ...feature, id: 'b' }] }
    const withdrawing = { nowMs: NOW_MS - 86_400_000, previous: first.all, withdrawMissing: true }
    expect(
      workZonesOfFeed(other, withdrawing).lines.map(({ work_zone_id, withdrawn }) => [
        work_zone_id,
        withdrawn,
      ]),
    ).toEqual([
      ['b', undefined],
      ['a', true],
    ])
    expect(workZonesOfFeed({ ...other, features: [...other.features, {}] }, withdrawing).lines).toHaveLength(
      1,
    )
    expect(workZonesOfFeed({ ...other, features: [] }, withdrawing).lines).toEqual([])
  })
})

describe('fieldDevicesOfFeed', () => {
  const device = (core: object, own: object) => ({
    ...small(),
    features: [
      {
        id: 'd',
        type: 'Feature',
        properties: {
          core_details: {
            device_type: 'arrow-board',
            data_source_id: '1',
            device_status: 'ok',
            update_date: '2026-05-01T00:00:00Z',
            has_automatic_location: true,
            ...core,
          },
          ...own,
        },
        geometry: { type: 'Point', coordinates: [-74, 40] },
      },
    ],
  })

  it('takes place, state, and what its type says', () => {
    expect(
      fieldDevicesOfFeed(device({ make: 'X', name: 'Board' }, { pattern: 'blank' }), options).lines,
    ).toEqual([
      {
        device_id: 'd',
        updated_at: '2026-05-01T00:00:00.000Z',
        device_type: 'arrow-board',
        name: 'Board',
        status: 'ok',
        latitude: 40,
        longitude: -74,
        details: {
          pattern: 'blank',
          core_details: { data_source_id: '1', has_automatic_location: true, make: 'X' },
        },
      },
    ])
  })

  it.each([
    [
      device({}, {}),
      /^features\[0\]\.properties\.pattern: is missing; give one of bidirectional-arrow-flashing/,
    ],
    [
      device({ device_type: 'camera' }, { image_url: 'https://example.org/a.jpg' }),
      /^features\[0\]\.properties\.image_timestamp: is missing; a picture needs its time$/,
    ],
    [
      device({ device_type: 'location-marker' }, { marked_locations: [] }),
      /^features\[0\]\.properties\.marked_locations: \[\] is wrong; give at least one$/,
    ],
    [
      device({ device_type: 'drone' }, {}),
      /^features\[0\]\.properties\.core_details\.device_type: "drone" is unknown; it is one of arrow-board/,
    ],
  ])('says what is wrong (%#)', (feed, message) => {
    expect(words(fieldDevicesOfFeed(feed, options)).join('\n')).toMatch(message)
  })
})

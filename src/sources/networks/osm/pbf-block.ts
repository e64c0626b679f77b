import { PbfReader } from 'pbf'
import type { OsmMember, OsmSink, Tags } from './sink.ts'

/** Refuses what cannot be read. */
export type Refuse = (why: string, cause?: unknown) => never

const MEMBER_TYPES = ['node', 'way', 'relation'] as const
const NANO = 1e-9

interface Block {
  readonly strings: string[]
  /** Where the groups stand: they need what may come after them. */
  readonly groups: Uint8Array[]
  granularity: number
  latitudeOffset: number
  longitudeOffset: number
}

/** A thing's fields as they stand in it. */
interface Thing {
  id: number
  keys: number[]
  values: number[]
  latitude: number
  longitude: number
  refs: number[]
  roles: number[]
  types: number[]
}

/** Hands on what stands in unpacked blocks of the type OSMData (`PrimitiveBlock`). */
export function blockReader(sink: OsmSink): (data: Uint8Array, refuse: Refuse) => void {
  return (data, refuse) => {
    const block = new PbfReader(data).readFields(readBlock, {
      strings: [] as string[],
      groups: [] as Uint8Array[],
      granularity: 100,
      latitudeOffset: 0,
      longitudeOffset: 0,
    } satisfies Block)
    for (const group of block.groups)
      new PbfReader(group).readFields((tag, _, pbf) => {
        if (tag === 1) readNode(thingOf(pbf, NODE), block, sink, refuse)
        else if (tag === 2) readDense(pbf, block, sink, refuse)
        else if (tag === 3) readWay(thingOf(pbf, WAY), block, sink, refuse)
        else if (tag === 4) readRelation(thingOf(pbf, RELATION), block, sink, refuse)
      }, null)
  }
}

function readBlock(tag: number, block: Block, pbf: PbfReader): void {
  if (tag === 1)
    pbf.readMessage((inner, strings: string[], table) => {
      if (inner === 1) strings.push(table.readString())
    }, block.strings)
  else if (tag === 2) block.groups.push(pbf.readBytes())
  else if (tag === 17) block.granularity = pbf.readVarint(true)
  else if (tag === 19) block.latitudeOffset = pbf.readVarint(true)
  else if (tag === 20) block.longitudeOffset = pbf.readVarint(true)
}

type Fields = Readonly<Record<number, (thing: Thing, pbf: PbfReader) => void>>
const TAGS: Fields = {
  2: (thing, pbf) => void pbf.readPackedVarint(thing.keys),
  3: (thing, pbf) => void pbf.readPackedVarint(thing.values),
}
const NODE: Fields = {
  ...TAGS,
  1: (thing, pbf) => (thing.id = pbf.readSVarint()),
  8: (thing, pbf) => (thing.latitude = pbf.readSVarint()),
  9: (thing, pbf) => (thing.longitude = pbf.readSVarint()),
}
const WAY: Fields = {
  ...TAGS,
  1: (thing, pbf) => (thing.id = pbf.readVarint(true)),
  8: (thing, pbf) => void pbf.readPackedSVarint(thing.refs),
}
const RELATION: Fields = {
  ...TAGS,
  1: (thing, pbf) => (thing.id = pbf.readVarint(true)),
  8: (thing, pbf) => void pbf.readPackedVarint(thing.roles),
  9: (thing, pbf) => void pbf.readPackedSVarint(thing.refs),
  10: (thing, pbf) => void pbf.readPackedVarint(thing.types),
}

function thingOf(pbf: PbfReader, fields: Fields): Thing {
  const empty: Thing = {
    id: 0,
    keys: [],
    values: [],
    latitude: 0,
    longitude: 0,
    refs: [],
    roles: [],
    types: [],
  }
  return pbf.readMessage((tag, thing, inner) => fields[tag]?.(thing, inner), empty)
}

function readNode(
  { id, longitude, latitude, keys, values }: Thing,
  block: Block,
  sink: OsmSink,
  refuse: Refuse,
) {
  place(id, longitude, latitude, tagsOf(keys, values, block, refuse), block, sink, refuse)
}

function readWay({ id, refs, keys, values }: Thing, block: Block, sink: OsmSink, refuse: Refuse) {
  sink.way(id, summed(refs), tagsOf(keys, values, block, refuse))
}

function readRelation(
  { id, refs, roles, types, keys, values }: Thing,
  block: Block,
  sink: OsmSink,
  refuse: Refuse,
) {
  const members = summed(refs).map((ref, i): OsmMember => {
    const type = MEMBER_TYPES[types[i] ?? -1]
    const role = block.strings[roles[i] ?? -1]
    return type === undefined || role === undefined
      ? refuse(
          `member ${i} of the relation ${id} has no type or role that the block knows; get the file again.`,
        )
      : { type, ref, role }
  })
  sink.relation(id, members, tagsOf(keys, values, block, refuse))
}

/** Nodes by columns, each number the difference to the one before; their tags in one row, key and value in turn, a 0 after each node. */
function readDense(pbf: PbfReader, block: Block, sink: OsmSink, refuse: Refuse): void {
  const { ids, latitudes, longitudes, tags } = pbf.readMessage(
    (tag, dense, inner) => {
      if (tag === 1) inner.readPackedSVarint(dense.ids)
      else if (tag === 8) inner.readPackedSVarint(dense.latitudes)
      else if (tag === 9) inner.readPackedSVarint(dense.longitudes)
      else if (tag === 10) inner.readPackedVarint(dense.tags)
    },
    { ids: [] as number[], latitudes: [] as number[], longitudes: [] as number[], tags: [] as number[] },
  )
  if (latitudes.length !== ids.length || longitudes.length !== ids.length)
    refuse(
      `it has ${ids.length} nodes and ${latitudes.length} and ${longitudes.length} places; get the file again.`,
    )
  const [lat, lon] = [summed(latitudes), summed(longitudes)]
  let at = 0
  summed(ids).forEach((id, i) => {
    const [keys, values]: [number[], number[]] = [[], []]
    for (; at < tags.length && tags[at] !== 0; at += 2) {
      keys.push(tags[at] ?? 0)
      values.push(tags[at + 1] ?? 0)
    }
    at++
    place(id, lon[i] ?? 0, lat[i] ?? 0, tagsOf(keys, values, block, refuse), block, sink, refuse)
  })
}

function place(
  id: number,
  longitude: number,
  latitude: number,
  tags: Tags,
  { granularity, latitudeOffset, longitudeOffset }: Block,
  sink: OsmSink,
  refuse: Refuse,
): void {
  const degrees = (offset: number, value: number) => NANO * (offset + granularity * value)
  const [lon, lat] = [degrees(longitudeOffset, longitude), degrees(latitudeOffset, latitude)]
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90))
    refuse(`node ${id} lies at ${lat}, ${lon}, which is nowhere on the earth; get the file again.`)
  sink.node(id, lon, lat, tags)
}

function tagsOf(
  keys: readonly number[],
  values: readonly number[],
  { strings }: Block,
  refuse: Refuse,
): Tags {
  // A tag may be called like what every object has.
  const tags = Object.create(null) as Record<string, string>
  keys.forEach((key, i) => {
    const [name, value] = [strings[key], strings[values[i] ?? -1]]
    if (name === undefined || value === undefined)
      refuse('a tag names a text that the block does not have; get the file again.')
    else tags[name] = value
  })
  return tags
}

function summed(differences: readonly number[]): number[] {
  let sum = 0
  return differences.map(difference => (sum += difference))
}

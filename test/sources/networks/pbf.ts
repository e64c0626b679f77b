import { deflateSync } from 'node:zlib'
import { PbfWriter } from 'pbf'
import type { Town } from './town.ts'

/** How a file is written. */
export interface Writing {
  /** Nodes by columns, or one message each. @default true */
  readonly isDense?: boolean
  /** @default true */
  readonly isPacked?: boolean
  readonly features?: readonly string[]
  /** Of the coordinates, nanodegrees. @default 100 */
  readonly granularity?: number
}

/** The town as `.osm.pbf`, written field by field as the format's description says (OSM PBF: fileformat.proto, osmformat.proto). */
export function osmPbf({ nodes, ways, relations = [] }: Town, writing: Writing = {}): Buffer {
  const {
    isDense = true,
    isPacked = true,
    features = ['OsmSchema-V0.6', 'DenseNodes'],
    granularity = 100,
  } = writing
  const strings = ['']
  const text = (value: string): number => {
    const at = strings.indexOf(value)
    return at < 0 ? strings.push(value) - 1 : at
  }
  const units = (degrees: number) => Math.round((degrees * 1e9) / granularity)
  const listed = Object.entries(nodes).map(([id, [lon, lat, tags = {}]]) => ({
    id: Number(id),
    lon,
    lat,
    tags,
  }))
  const group = new PbfWriter()
  if (isDense) {
    group.writeMessage(
      2,
      (_, pbf) => {
        pbf.writePackedSVarint(1, differences(listed.map(({ id }) => id)))
        pbf.writePackedSVarint(8, differences(listed.map(({ lat }) => units(lat))))
        pbf.writePackedSVarint(9, differences(listed.map(({ lon }) => units(lon))))
        pbf.writePackedVarint(
          10,
          listed.flatMap(({ tags }) => [...Object.entries(tags).flatMap(([k, v]) => [text(k), text(v)]), 0]),
        )
      },
      null,
    )
  } else
    for (const { id, lon, lat, tags } of listed)
      group.writeMessage(
        1,
        (_, pbf) => {
          pbf.writeSVarintField(1, id)
          writeTags(pbf, tags, text)
          pbf.writeSVarintField(8, units(lat))
          pbf.writeSVarintField(9, units(lon))
        },
        null,
      )
  for (const [id, [refs, tags]] of Object.entries(ways))
    group.writeMessage(
      3,
      (_, pbf) => {
        pbf.writeVarintField(1, Number(id))
        writeTags(pbf, tags, text)
        pbf.writePackedSVarint(8, differences(refs))
      },
      null,
    )
  relations.forEach(({ members, tags }, i) =>
    group.writeMessage(
      4,
      (_, pbf) => {
        pbf.writeVarintField(1, i + 1)
        writeTags(pbf, tags, text)
        pbf.writePackedVarint(
          8,
          members.map(([, , role]) => text(role)),
        )
        pbf.writePackedSVarint(9, differences(members.map(([, ref]) => ref)))
        pbf.writePackedVarint(
          10,
          members.map(([type]) => ['node', 'way', 'relation'].indexOf(type)),
        )
      },
      null,
    ),
  )
  const block = new PbfWriter()
  block.writeMessage(1, (_, pbf) => strings.forEach(value => pbf.writeStringField(1, value)), null)
  block.writeBytesField(2, group.finish())
  block.writeVarintField(17, granularity)
  const header = new PbfWriter()
  for (const feature of features) header.writeStringField(4, feature)
  return Buffer.concat([
    blob('OSMHeader', header.finish(), isPacked),
    blob('OSMData', block.finish(), isPacked),
  ])
}

/** One blob with its header; what it says of its size may be wrong. */
export function blob(type: string, data: Uint8Array, isPacked: boolean, says = data.length): Buffer {
  const body = new PbfWriter()
  if (isPacked) {
    body.writeVarintField(2, says)
    body.writeBytesField(3, deflateSync(data))
  } else body.writeBytesField(1, data)
  const bytes = body.finish()
  const header = new PbfWriter()
  header.writeStringField(1, type)
  header.writeVarintField(3, bytes.length)
  const head = header.finish()
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, bytes])
}

function writeTags(
  pbf: PbfWriter,
  tags: Readonly<Record<string, string>>,
  text: (value: string) => number,
): void {
  const entries = Object.entries(tags)
  pbf.writePackedVarint(
    2,
    entries.map(([key]) => text(key)),
  )
  pbf.writePackedVarint(
    3,
    entries.map(([, value]) => text(value)),
  )
}

function differences(values: readonly number[]): number[] {
  return values.map((value, i) => value - (values[i - 1] ?? 0))
}

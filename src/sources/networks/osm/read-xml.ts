import { Attributes } from '../xml.ts'
import type { XmlElement, XmlHandler } from '../xml.ts'
import type { OsmMember, OsmSink } from './sink.ts'

/** The API takes 2,000 nodes a way and 32,000 members a relation. */
const MOST_PARTS = 100_000

interface Thing {
  readonly kind: 'node' | 'way' | 'relation'
  readonly id: number
  readonly longitude: number
  readonly latitude: number
  readonly nodes: number[]
  readonly members: OsmMember[]
  readonly tags: Record<string, string>
}

/**
 * Hands on what stands in `<osm>` (OSM XML 0.6), without what is marked as deleted.
 * @throws {FeedError} naming line and element
 */
export function osmXmlReader(file: string, sink: OsmSink): XmlHandler {
  let thing: Thing | null = null
  const onOpen = (element: XmlElement): void => {
    const { name, within } = element
    const of = new Attributes(file, element)
    if (within.length === 1) thing = isThing(name) && !isDeleted(of) ? thingOf(name, of) : null
    else if (within.length === 2 && thing !== null) addPart(name, of, thing)
  }
  const onClose = (name: string): void => {
    if (thing === null || name !== thing.kind) return
    const { kind, id, longitude, latitude, nodes, members, tags } = thing
    if (kind === 'node') sink.node(id, longitude, latitude, tags)
    else if (kind === 'way') sink.way(id, nodes, tags)
    else sink.relation(id, members, tags)
    thing = null
  }
  return { onOpen, onClose }
}

function isThing(name: string): name is Thing['kind'] {
  return name === 'node' || name === 'way' || name === 'relation'
}

function isDeleted(of: Attributes): boolean {
  return of.optional('visible') === 'false' || of.optional('action') === 'delete'
}

function thingOf(kind: Thing['kind'], of: Attributes): Thing {
  const isNode = kind === 'node'
  return {
    kind,
    id: idOf(of, 'id'),
    longitude: isNode ? of.number('lon', -180, 180) : 0,
    latitude: isNode ? of.number('lat', -90, 90) : 0,
    nodes: [],
    members: [],
    // A tag may be called like what every object has.
    tags: Object.create(null) as Record<string, string>,
  }
}

function addPart(name: string, of: Attributes, { nodes, members, tags }: Thing): void {
  if (nodes.length + members.length >= MOST_PARTS)
    of.refuse(`there are more than ${MOST_PARTS} of it in one thing.`)
  if (name === 'tag') tags[of.text('k')] = of.optional('v') ?? ''
  else if (name === 'nd') nodes.push(idOf(of, 'ref'))
  else if (name === 'member') {
    const type = of.text('type')
    if (isThing(type)) members.push({ type, ref: idOf(of, 'ref'), role: of.optional('role') ?? '' })
    else of.refuse(`its type is "${type}" and must be node, way or relation.`)
  }
}

/** Editors number what is new below 0. */
function idOf(of: Attributes, name: string): number {
  const id = of.number(name)
  return Number.isSafeInteger(id) ? id : of.refuse(`its ${name} is ${id} and must be a whole number.`)
}

import { createReadStream } from 'node:fs'
import { FeedError } from '../../core/feed-error.ts'
import type { Network } from '../../core/traffic/network.ts'
import { connectedPart } from './connected.ts'
import { roadsOf } from './osm/extract.ts'
import { osmNetwork } from './osm/network.ts'
import { readOsmPbf } from './osm/read-pbf.ts'
import { osmXmlReader } from './osm/read-xml.ts'
import type { OsmSink } from './osm/sink.ts'
import { Findings } from './report.ts'
import type { ImportedNetwork, NetworkFormat } from './report.ts'
import { sumoNetwork } from './sumo/network.ts'
import { requireNet, sumoReader } from './sumo/read.ts'
import { readXml } from './xml.ts'

export type { Finding, ImportedNetwork, NetworkReport } from './report.ts'

/** The bytes of a file, from the beginning, as often as they are asked for. */
export interface NetworkFile {
  /** As errors name it. */
  readonly name: string
  readonly read: () => AsyncIterable<Uint8Array>
}

/**
 * Reads a road network: SUMO's `.net.xml` or OpenStreetMap's `.osm` and `.osm.pbf`. What it is shows in its first bytes, not in its name.
 * @throws {FeedError} naming file, line or element, and the remedy
 */
export async function readNetwork(file: NetworkFile): Promise<ImportedNetwork> {
  const first = await firstBytes(file)
  const isGzip = first[0] === 0x1f && first[1] === 0x8b
  if (isGzip) throw new FeedError(`${file.name} is packed (gzip); unpack it first: gunzip ${file.name}`)
  if (first.length === 0) throw new FeedError(`${file.name} is empty; get or export it again.`)
  const findings = new Findings()
  const ofOsm = async (format: NetworkFormat, read: (sink: OsmSink) => Promise<void>) => {
    const roads = await roadsOf(file.name, read, findings)
    return finished(format, osmNetwork(file.name, roads, findings), findings)
  }
  // The length of a header below 64 KiB, in four bytes, the greatest first: no text begins like this.
  if (first[0] === 0) return ofOsm('osm-pbf', sink => readOsmPbf(file.name, file.read(), sink))
  const root = await rootOf(file)
  if (root === 'osm')
    return ofOsm('osm-xml', sink => readXml(file.name, file.read(), osmXmlReader(file.name, sink)))
  requireNet(file.name, root)
  const reader = sumoReader(file.name)
  await readXml(file.name, file.read(), reader)
  return finished('sumo', sumoNetwork(file.name, reader.result, findings), findings)
}

function finished(format: NetworkFormat, whole: Network, findings: Findings): ImportedNetwork {
  const network = connectedPart(whole, findings)
  return { network, report: findings.report(format, network) }
}

/** Name of the outermost element of an XML file. */
async function rootOf({ name, read }: NetworkFile): Promise<string> {
  let root = ''
  await readXml(name, read(), { onOpen: element => (root ||= element.name), isDone: () => root !== '' })
  return root
}

/** @throws {FeedError} when it cannot be opened, once it is read */
export function networkFile(path: string, name = path): NetworkFile {
  return {
    name,
    async *read() {
      try {
        yield* createReadStream(path) as AsyncIterable<Uint8Array>
      } catch (cause) {
        if (!isSystemError(cause)) throw cause
        throw new FeedError(
          `${name} can't be read (${cause.code}); check that it is there and may be read.`,
          { cause },
        )
      }
    },
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

async function firstBytes({ read }: NetworkFile): Promise<Uint8Array> {
  for await (const piece of read()) if (piece.length > 0) return piece
  return new Uint8Array()
}

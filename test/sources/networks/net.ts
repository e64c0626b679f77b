import type { Finding, ImportedNetwork } from '../../../src/sources/networks/index.ts'
import { readNetwork } from '../../../src/sources/networks/index.ts'

/** What is read of these bytes, in pieces as small as `pieceBytes`. */
export function imported(
  content: string | Uint8Array,
  name = 'city.net.xml',
  pieceBytes = 7,
): Promise<ImportedNetwork> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return readNetwork({
    name,
    async *read() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    },
  })
}

export function of(findings: readonly Finding[], what: RegExp): Finding | undefined {
  return findings.find(finding => what.test(finding.what))
}

/**
 * A crossing C with streets to W, E and S: from W two lanes for cars and one for bicycles, from E and S one lane; a signal for all, and a slip lane from S to the east
 * without one.
 */
export const CROSSING = `<?xml version="1.0" encoding="UTF-8"?>
<net version="1.9">
  <location netOffset="-1000.00,-2000.00" convBoundary="0,0,200,200" origBoundary="0,0,0,0" projParameter="+proj=utm +zone=32 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"/>
  <edge id=":C_0" function="internal">
    <lane id=":C_0_0" index="0" speed="8" length="10.00"/>
    <lane id=":C_0_1" index="1" speed="8" length="14.00"/>
  </edge>
  <edge id=":C_9" function="internal"><lane id=":C_9_0" index="0" speed="8" length="4.00"/></edge>
  <edge id="WC" from="W" to="C" name="High Street" type="highway.primary">
    <lane id="WC_0" index="0" allow="bicycle" speed="5" length="100.00"/>
    <lane id="WC_1" index="1" disallow="tram" speed="13.89" length="100.00"/>
    <lane id="WC_2" index="2" speed="13.89" length="100.00"/>
  </edge>
  <edge id="CW" from="C" to="W" name="High Street"><lane id="CW_0" index="0" speed="13.89" length="100.00"/></edge>
  <edge id="EC" from="E" to="C" name="High Street"><lane id="EC_0" index="0" speed="10" length="80.00"/></edge>
  <edge id="CE" from="C" to="E" name="High Street"><lane id="CE_0" index="0" speed="10" length="80.00"/></edge>
  <edge id="SC" from="S" to="C" name="Low Street"><lane id="SC_0" index="0" speed="10" length="60.00"/></edge>
  <edge id="CS" from="C" to="S" name="Low Street"><lane id="CS_0" index="0" speed="10" length="60.00"/></edge>
  <edge id="path" from="S" to="E"><lane id="path_0" index="0" allow="pedestrian bicycle" speed="3" length="70.00"/></edge>
  <tlLogic id="C" type="static" programID="0" offset="-20">
    <phase duration="20" state="GGGrr"/>
    <phase duration="10" state="GrGrr"/>
    <phase duration="3" state="yryrr"/>
    <phase duration="2" state="rrrrr"/>
    <phase duration="12" state="rrrGr"/>
    <phase duration="3" state="rrryr"/>
    <phase duration="10" state="rGrrr"/>
  </tlLogic>
  <junction id="C" type="traffic_light" x="100" y="100"/>
  <junction id="W" type="dead_end" x="0" y="100"/>
  <junction id="E" type="dead_end" x="200" y="100"/>
  <junction id="S" type="dead_end" x="100" y="0"/>
  <connection from="WC" to="CE" fromLane="1" toLane="0" via=":C_0_0" tl="C" linkIndex="0" dir="s"/>
  <connection from="WC" to="CS" fromLane="2" toLane="0" via=":C_0_1" tl="C" linkIndex="1" dir="r"/>
  <connection from="EC" to="CW" fromLane="0" toLane="0" tl="C" linkIndex="2" dir="s"/>
  <connection from="SC" to="CW" fromLane="0" toLane="0" tl="C" linkIndex="3" dir="l"/>
  <connection from="SC" to="CE" fromLane="0" toLane="0" dir="r"/>
  <connection from="EC" to="CS" fromLane="0" toLane="0" tl="C" linkIndex="4" dir="l"/>
  <connection from=":C_0" to="CS" fromLane="1" toLane="0" via=":C_9_0" dir="r"/>
  <connection from=":C_9" to="CS" fromLane="0" toLane="0" dir="r"/>
</net>
`

import { createHash } from 'node:crypto'
import type { IncidentVersion } from '../../../../src/insight/incidents/identity/version.ts'

const START = Date.parse('2017-05-01T14:00:00Z')

/** A version of a report at 8:00 in Calgary, with what matters to a test. */
export function version(id: string, over: Partial<IncidentVersion> = {}): IncidentVersion {
  const said: Omit<IncidentVersion, 'content'> = {
    id,
    hasSourceId: !id.startsWith('noid/'),
    updatedAtMs: START + 120_000,
    modifiedKnown: true,
    startedAtMs: START,
    utcOffsetMin: -360,
    title: '16 Avenue and Centre Street N',
    description: 'Two vehicle incident.',
    quadrant: 'NE',
    latitude: 51.06,
    longitude: -114.06,
    repaired: false,
    originalStartedAt: null,
    originalModifiedAt: null,
    withdrawn: false,
    ...over,
  }
  return { ...said, content: createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32) }
}

/** Degrees of latitude that are so many metres. */
export const north = (metres: number) => metres / 111_195.1

import { z } from 'zod'
import { text } from '../values/setting-types.ts'

const file = (description: string) => text(null, 'the path of a file, or null', /^[^\0]+$/, { description })

/** What the incident record is compared with. */
export const Incidents = z.strictObject({
  communities: file(
    'Communities, CSV with a column of WKT polygons: each incident gets the one it lies in. Relative to the configuration file',
  ),
  boundary: file(
    'The city’s boundary, CSV with a column of WKT polygons: what lies more than 2 km outside goes to quarantine',
  ),
  signals: file('Traffic signals, CSV: each incident gets the nearest that was in service then'),
})

/** Settings that are paths, as the configuration means them. */
export const INCIDENT_FILES = ['communities', 'boundary', 'signals'] as const

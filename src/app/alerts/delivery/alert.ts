import { z } from 'zod'
import { SEVERITIES } from '../../../core/schema/severity.ts'
import { INCIDENT_TYPES } from '../../../insight/incidents/index.ts'

const text = z.string().nullable()
const Said = { alertId: z.string().regex(/^[0-9a-f]{32}$/), rule: z.string() }

const AlertIncident = z.object({
  incidentId: z.string(),
  type: z.enum(INCIDENT_TYPES),
  severity: z.enum(SEVERITIES),
  title: text,
  description: text,
  startedAtMs: z.number(),
  updatedAtMs: z.number(),
  latitude: z.number(),
  longitude: z.number(),
  community: text,
  quadrant: text,
})

/** What somebody is told, as it waits on disk. `alertId` is the same whenever it is said again. */
export const Alert = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('incident'),
    ...Said,
    change: z.enum(['new', 'raised']),
    arrivedAtMs: z.number(),
    incident: AlertIncident,
  }),
  z.object({
    kind: z.literal('problem'),
    ...Said,
    problem: z.object({ code: z.string(), message: z.string(), sinceMs: z.number() }),
  }),
  /** Somebody wants to see whether alerts of the rule arrive. */
  z.object({ kind: z.literal('test'), ...Said }),
])
export type Alert = Readonly<z.infer<typeof Alert>>

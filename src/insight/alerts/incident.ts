import { checkedQuadrant, classifyIncident } from '../incidents/index.ts'
import type { placeOf } from '../incidents/index.ts'
import type { AlertIncident } from './rule.ts'
import { severityOf } from './severity.ts'

/** A version of a report, as it arrived. */
export interface ArrivedReport extends AlertIncident {
  readonly arrivedAtMs: number
}

/**
 * A row of the stream `incidents`, with what its words and its place say.
 * @param values by column, instants as ISO 8601
 */
export function reportOfRow(
  values: Readonly<Record<string, unknown>>,
  place: ReturnType<typeof placeOf>,
): ArrivedReport {
  const text = (column: string) => (typeof values[column] === 'string' ? values[column] : null)
  const instant = (column: string) => Date.parse(text(column) ?? '')
  const [title, description] = [text('title'), text('description')]
  const [latitude, longitude] = [Number(values['latitude']), Number(values['longitude'])]
  const startedAtMs = instant('started_at')
  const words = classifyIncident(title, description)
  const at = place(latitude, longitude, startedAtMs)
  const witnesses = { said: text('quadrant'), text: words.quadrant, place: at.quadrant }
  return {
    ...{ incidentId: text('incident_id') ?? '', type: words.type, severity: severityOf(words) },
    ...{ title, description, startedAtMs, updatedAtMs: instant('updated_at'), latitude, longitude },
    ...{ community: at.community, quadrant: checkedQuadrant(witnesses).quadrant },
    arrivedAtMs: instant('arrived_at'),
  }
}

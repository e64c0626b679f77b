import { printableLine } from '../../../core/text/printable.ts'
import type { Alert } from './alert.ts'

export interface Mail {
  readonly subject: string
  readonly text: string
}

const at = (ms: number) => new Date(ms).toISOString()

/** An alert as a JSON object; what it is not about is null. */
export function jsonOf(alert: Alert, city: string): Readonly<Record<string, unknown>> {
  const { alertId, rule, kind } = alert
  return {
    ...{ alert_id: alertId, city, rule, kind },
    change: alert.kind === 'incident' ? alert.change : null,
    incident: alert.kind === 'incident' ? incidentOf(alert) : null,
    problem:
      alert.kind === 'problem'
        ? {
            code: alert.problem.code,
            message: alert.problem.message,
            since: at(alert.problem.sinceMs),
          }
        : null,
  }
}

/** The same as a GeoJSON Feature (RFC 7946); what has no place has no geometry. */
export function featureOf(alert: Alert, city: string): Readonly<Record<string, unknown>> {
  const { incident, ...properties } = jsonOf(alert, city)
  if (alert.kind !== 'incident')
    return { type: 'Feature', id: alert.alertId, geometry: null, properties: { ...properties, incident } }
  const { latitude, longitude } = alert.incident
  return {
    type: 'Feature',
    id: alert.alertId,
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: { ...properties, ...incidentOf(alert) },
  }
}

function incidentOf({ incident, arrivedAtMs }: Extract<Alert, { kind: 'incident' }>): object {
  const { incidentId, type, severity, title, description, startedAtMs, updatedAtMs } = incident
  const { latitude, longitude, community, quadrant } = incident
  return {
    ...{ incident_id: incidentId, type, severity, title, description },
    ...{ started_at: at(startedAtMs), updated_at: at(updatedAtMs), arrived_at: at(arrivedAtMs) },
    ...{ latitude, longitude, community, quadrant },
  }
}

/** What it is about, on one line. */
export function headlineOf(alert: Alert): string {
  if (alert.kind === 'test') return `test of the rule ${alert.rule}`
  if (alert.kind === 'problem') return lineOf(alert.problem.message)
  const { type, severity, title, incidentId } = alert.incident
  const raised = alert.change === 'raised' ? 'now ' : ''
  return lineOf(`${raised}${severity}: ${type}, ${title ?? incidentId}`)
}

/** The same as a mail. @param zone of the times in it */
export function mailOf(alert: Alert, city: string, zone: string): Mail {
  const subject = `${lineOf(city)}: ${headlineOf(alert)}`
  const foot = `\n\nRule: ${alert.rule}\nAlert: ${alert.alertId}\n`
  if (alert.kind === 'test')
    return { subject, text: `This is a test: alerts of the rule ${alert.rule} come here.${foot}` }
  const local = (ms: number) =>
    `${new Date(ms).toLocaleString('en-CA', { timeZone: zone, hourCycle: 'h23' })} (${zone})`
  if (alert.kind === 'problem')
    return { subject, text: `${alert.problem.message}\n\nSince: ${local(alert.problem.sinceMs)}${foot}` }
  const { title, description, startedAtMs, latitude, longitude, community, quadrant } = alert.incident
  const place = [community, quadrant].filter(one => one !== null).join(', ')
  const lines = [
    title,
    description,
    '',
    `Type: ${alert.incident.type}`,
    `Severity: ${alert.incident.severity}${alert.change === 'raised' ? ' (it was less before)' : ''}`,
    `Started: ${local(startedAtMs)}`,
    `Place: ${place === '' ? '' : `${place}, `}${latitude}, ${longitude}`,
    `Map: https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`,
    `Incident: ${alert.incident.incidentId}`,
  ]
  return { subject, text: `${lines.filter(line => line !== null).join('\n')}${foot}` }
}

const MAX_LINE_CHARS = 200

/** Nothing in it can end a header or a line. */
function lineOf(text: string): string {
  const characters = Array.from(printableLine(text))
  const isLong = characters.length > MAX_LINE_CHARS
  return isLong ? `${characters.slice(0, MAX_LINE_CHARS - 1).join('')}…` : characters.join('')
}

/** An incident as feeds tell it. */
export interface RecentIncident {
  readonly incident_id: string
  readonly type: string
  readonly severity: string
  readonly title: string | null
  readonly description: string | null
  /** ISO 8601, UTC. */
  readonly started_at: string
  readonly updated_at: string
  readonly latitude: number
  readonly longitude: number
  readonly community: string | null
  readonly quadrant: string | null
}

/** A GeoJSON FeatureCollection (RFC 7946). */
export function incidentCollection(incidents: readonly RecentIncident[]): object {
  return {
    type: 'FeatureCollection',
    features: incidents.map(incident => {
      const { latitude, longitude, ...properties } = incident
      return {
        type: 'Feature',
        id: incident.incident_id,
        geometry: { type: 'Point', coordinates: [longitude, latitude] },
        properties,
      }
    }),
  }
}

/** RSS 2.0 with GeoRSS points. It changes only when an incident does, so that its entity tag holds. */
export function incidentRss(incidents: readonly RecentIncident[], city: string): string {
  const newest = incidents.reduce((most, { updated_at: at }) => (at > most ? at : most), '')
  const name = `${city}: traffic incidents`
  const head = [
    element('title', name),
    element('link', '/v1/incidents.geojson'),
    element('description', `Recent traffic incidents of ${city}`),
    ...(newest === '' ? [] : [element('lastBuildDate', new Date(newest).toUTCString())]),
  ]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rss version="2.0" xmlns:georss="http://www.georss.org/georss"><channel>',
    ...head,
    ...incidents.map(itemOf),
    '</channel></rss>',
    '',
  ].join('\n')
}

function itemOf(incident: RecentIncident): string {
  const { incident_id: id, type, severity, title, description, started_at: at } = incident
  const { latitude, longitude, community } = incident
  const parts = [
    element('title', `${severity}: ${type}, ${title ?? id}`),
    element('description', description ?? ''),
    `<guid isPermaLink="false">${escaped(id)}</guid>`,
    element('pubDate', new Date(at).toUTCString()),
    element('category', type),
    ...(community === null ? [] : [element('category', community)]),
    element('georss:point', `${latitude} ${longitude}`),
  ]
  return `<item>${parts.join('')}</item>`
}

function element(name: string, text: string): string {
  return `<${name}>${escaped(text)}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** What XML 1.0 (2.2) has no place for, not even escaped. */
const NO_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

function escaped(text: string): string {
  return text.replace(NO_XML, '\uFFFD').replace(/[&<>"]/g, one => ENTITIES[one] ?? one)
}

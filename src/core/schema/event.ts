/** Words of events that the stream, the calendars in and the calendars out share. */
export const EVENT_KINDS = ['concert', 'match', 'parade', 'roadwork', 'school', 'holiday', 'other'] as const
export type EventKind = (typeof EVENT_KINDS)[number]

export const EVENT_STATUSES = ['planned', 'confirmed', 'cancelled'] as const
export type EventStatus = (typeof EVENT_STATUSES)[number]

export const ROAD_EFFECTS = ['none', 'busy', 'partly_closed', 'closed'] as const
export type RoadEffect = (typeof ROAD_EFFECTS)[number]

/** Most characters of an event's texts. */
export const EVENT_CHARS = {
  event_id: 256,
  title: 256,
  place: 512,
  venue_id: 128,
  description: 8192,
  url: 2048,
} as const

/** Properties of an iCalendar event that the standard has no name for. */
export const CALENDAR_PROPERTIES = {
  kind: 'X-ARTERIAL-KIND',
  venue: 'X-ARTERIAL-VENUE-ID',
  doorsOpen: 'X-ARTERIAL-DOORS-OPEN',
  attendance: 'X-ARTERIAL-ATTENDANCE',
  roadEffect: 'X-ARTERIAL-ROAD-EFFECT',
  /** GeoJSON LineString. */
  line: 'X-ARTERIAL-LINE',
} as const

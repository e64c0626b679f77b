import { FeedError } from '../../core/feed-error.ts'
import type { FeedAbout, FeedFormat } from '../../core/feed-format.ts'
import { EVENT_KINDS } from '../../core/schema/event.ts'
import type { EventKind } from '../../core/schema/event.ts'
import { HOUR_MS } from '../../core/time/spans.ts'
import { eventsOfCalendar } from '../../sources/calendars/index.ts'
import type { EventLine } from '../../sources/calendars/index.ts'
import { wholeFormat } from '../../sources/poll/index.ts'
import { fieldDevicesOfFeed, workZonesOfFeed } from '../../sources/workzones/index.ts'
import type { FieldDeviceLine, WorkZoneLine } from '../../sources/workzones/index.ts'

/** Formats of standards, whose readers are connectors of their own. */
export const standardFormats: readonly FeedFormat[] = [
  wholeFormat<EventLine>({
    name: 'ics',
    says: 'iCalendar, events of a calendar',
    stream: 'events',
    // Rules are followed so far ahead of now, which moves. A bit less than a day: of a daily feed it is each answer.
    rereadMs: 23 * HOUR_MS,
    readText: (text, about, previous) =>
      eventsOfCalendar(text, { ...optionsOf(about, previous), ...kindOf(about), cityZone: about.zone }),
  }),
  wholeFormat<WorkZoneLine>({
    name: 'wzdx',
    says: 'WZDx, work zones and detours',
    stream: 'work-zones',
    readText: (text, about, previous) => workZonesOfFeed(text, optionsOf(about, previous)),
  }),
  wholeFormat<FieldDeviceLine>({
    name: 'wzdx-devices',
    says: 'WZDx, devices in the field',
    stream: 'field-devices',
    readText: (text, about, previous) => fieldDevicesOfFeed(text, optionsOf(about, previous)),
  }),
]

function optionsOf<L>({ arrivedAtMs, constants }: FeedAbout, previous: readonly L[]) {
  const idPrefix = String(constants['id_prefix'] ?? '')
  return { nowMs: arrivedAtMs, idPrefix, previous, withdrawMissing: true }
}

function kindOf({ constants }: FeedAbout): { kind?: EventKind } {
  const { kind: given } = constants
  if (given === undefined) return {}
  const kind = EVENT_KINDS.find(one => one === given)
  if (kind === undefined)
    throw new FeedError(`the constant kind "${given}" is unknown; it is one of ${EVENT_KINDS.join(', ')}`)
  return { kind }
}

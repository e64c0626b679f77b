export { daysFromCivil, localToUtcMs, utcToLocal } from './local.ts'
export type { LocalTime } from './local.ts'
export { offsetMinutesAt, offsetMsAt, zoneOffsets, zoneTransitions } from './zone.ts'
export type { Zone, ZoneTransition } from './zone.ts'

export { beforeAfter } from './before-after.ts'
export type { BeforeAfter, TreatedPlace } from './before-after.ts'
export { conditionRates } from './condition-rates.ts'
export type { ConditionRate, ConditionRates, ConditionUnit } from './condition-rates.ts'
export { referenceGroup } from './reference-group.ts'
export type { ReferenceGroup, ReferencePlace } from './reference-group.ts'
export { REPORTS_ARE_NOT_CRASHES } from './reports.ts'
export { DAY_CONDITIONS, dayConditionOf } from './weather-days.ts'
export type { DayCondition, WeatherDay } from './weather-days.ts'
export { weatherUnits } from './weather-units.ts'
export type { HourWeather, MeantHours, WeatherUnits } from './weather-units.ts'
export { ratesDuring } from './works-and-events.ts'
export type {
  ActivePlace,
  DuringRate,
  DuringRates,
  MatchOptions,
  PlacedIncident,
} from './works-and-events.ts'

/** Why a row of a source of incidents is no record, by code, in words: readers and the stream's quarantine share them. */
export const INCIDENT_REFUSALS = {
  not_utf8: 'the row is not UTF-8',
  json_syntax: 'the element is no JSON object',
  cell_count: 'the row has more or fewer cells than the header',
  start_missing: 'it has no start',
  start_invalid: 'its start is no time',
  modified_invalid: 'its modification is no time',
  place_missing: 'it has no coordinates',
  place_invalid: 'its coordinates are no latitude and longitude in degrees',
  outside_city: 'it lies more than 2 km outside the city boundary',
} as const

/** Most characters of a report's texts. */
export const INCIDENT_CHARS = {
  incident_id: 256,
  title: 1024,
  description: 8192,
  quadrant: 32,
  original: 128,
} as const

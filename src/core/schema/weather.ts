import type { Field, Fields } from '../stream/index.ts'

/** What the weather looks like. */
export const CONDITIONS = ['clear', 'cloudy', 'rain', 'heavy_rain', 'snow', 'fog'] as const
export type Condition = (typeof CONDITIONS)[number]

/** What is on the road. */
export const ROAD_STATES = ['dry', 'moist', 'wet', 'ice', 'snow', 'slush'] as const

const celsius = { unit: '°C', times: 5 / 9, plus: -160 / 9 } as const
const kilometres = (unit: string) => ({ unit, times: 1.609344 })

const fahrenheit = (says: string, min: number, max: number, column: string): Field => ({
  type: 'number',
  says,
  min,
  max,
  unit: '°F',
  decimals: 2,
  column,
  metric: celsius,
})

const degrees = (says: string, most: number): Field => ({
  type: 'number',
  says,
  min: -most,
  max: most,
  unit: '°',
  decimals: null,
})

/** Where something is, on WGS 84. */
export const placeFields = {
  latitude: degrees('Latitude, WGS 84', 90),
  longitude: degrees('Longitude, WGS 84', 180),
} as const satisfies Fields

/**
 * What an observation of the weather and a forecast of it both say. The bounds leave out what no instrument on the ground has
 * ever shown (a margin beyond the records that the World Meteorological Organization keeps), because a value beyond is a fault.
 */
export const weatherMeasures = {
  temperature_f: fahrenheit('Temperature of the air', -140, 150, 'temperature_c'),
  humidity: {
    type: 'number',
    says: 'Relative humidity as a share',
    min: 0,
    max: 1,
    unit: null,
    decimals: 4,
  },
  precipitation_rate: {
    type: 'number',
    says: 'Rain, or water of melted snow',
    min: 0,
    max: 100,
    unit: 'in/h',
    decimals: 3,
    column: 'precipitation_mm_h',
    metric: { unit: 'mm/h', times: 25.4 },
  },
  visibility_miles: {
    type: 'number',
    says: 'How far one sees',
    min: 0,
    max: 200,
    unit: 'mi',
    decimals: 3,
    column: 'visibility_km',
    metric: kilometres('km'),
  },
  wind_speed_mph: {
    type: 'number',
    says: 'Speed of the wind, without gusts',
    min: 0,
    max: 300,
    unit: 'mph',
    decimals: 2,
    column: 'wind_speed_kmh',
    metric: kilometres('km/h'),
  },
  condition: { type: 'choice', says: 'What it looks like', values: CONDITIONS, filter: true },
  ...placeFields,
  dew_point_f: fahrenheit('Dew point', -150, 110, 'dew_point_c'),
  pressure_hpa: {
    type: 'number',
    says: 'Pressure of the air, at the station or reduced to the sea as its provider does',
    min: 450,
    max: 1100,
    unit: 'hPa',
    decimals: 2,
  },
  road_state: { type: 'choice', says: 'What is on the road', values: ROAD_STATES },
  road_temperature_f: fahrenheit('Temperature of the road’s surface', -140, 220, 'road_temperature_c'),
  snow_depth_in: {
    type: 'number',
    says: 'Depth of the snow on the ground',
    min: 0,
    max: 600,
    unit: 'in',
    decimals: 1,
    column: 'snow_depth_mm',
    metric: { unit: 'mm', times: 25.4 },
  },
} as const satisfies Fields

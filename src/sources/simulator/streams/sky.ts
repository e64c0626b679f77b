import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/time/spans.ts'
import type { UtcOffset } from '../calendar/index.ts'
import type { City } from '../city.ts'
import { smoothUniform, uniform } from '../random.ts'
import { weatherKinds } from '../weather.ts'

/** What the instruments of one place show, in metric units. */
export interface Sky {
  readonly condition: 'clear' | 'cloudy' | 'rain' | 'heavy_rain' | 'snow' | 'fog'
  readonly temperatureC: number
  readonly dewPointC: number
  /** 0–1. */
  readonly humidity: number
  /** Of melted snow where it snows. */
  readonly precipitationMmH: number
  readonly visibilityKm: number
  readonly windKmh: number
  readonly pressureHpa: number
  readonly roadState: 'dry' | 'moist' | 'wet' | 'ice' | 'snow' | 'slush'
  readonly roadTemperatureC: number
  readonly snowDepthMm: number
}

/** How good the weather is: index into WEATHER_KINDS. */
export type KindAt = (atMs: number) => number

/** Streams of random numbers. */
const DRAW = { air: 0x5a1, wind: 0x5a2, pressure: 0x5a3, rain: 0x5a4, fog: 0x5a5, place: 0x5a6 } as const
const RAIN = 2
/** By kind, as in WEATHER_KINDS. */
const SPREAD_C = [9, 5.5, 1.3, 0.6] as const
const WIND_KMH = [4, 7, 13, 26] as const
const PRESSURE_HPA = [4, 0, -6, -12] as const
const VISIBILITY_KM = [16, 14, 7, 2.6] as const
const RAIN_MM_H = [0, 0, 1.6, 9] as const
/** Rain falls as snow up to so much. */
const SNOW_BELOW_C = 0.5
/** A millimetre of water is so much snow on the ground. */
const SNOW_PER_WATER = 8
const SNOW_HOURS = 36
const SNOW_MELT_MM_H = 5
/** Fog lies where it does in the early morning of one night in ten, never in rain. */
const FOG_CHANCE = 0.1
/** The weather is remembered by so many steps, so many times. */
const BLOCK_STEPS = 512
const MOST_BLOCKS = 64

/** The kind of weather that also slows the traffic, by instant. */
export function kindsOf({ config: { seed, weatherIntervalS } }: City): KindAt {
  const blocks = new Map<number, Uint8Array>()
  return atMs => {
    const step = Math.floor(atMs / (weatherIntervalS * 1000))
    const block = Math.floor(step / BLOCK_STEPS)
    let kinds = blocks.get(block)
    if (kinds === undefined) {
      kinds = weatherKinds(seed, block * BLOCK_STEPS, BLOCK_STEPS, weatherIntervalS)
      if (blocks.size >= MOST_BLOCKS) blocks.clear()
      blocks.set(block, kinds)
    }
    return kinds[step - block * BLOCK_STEPS] ?? 0
  }
}

/**
 * What a station (0, 1, …) shows at an instant: one weather for the whole city, with a little of each place. The year and the
 * day give a temperature that fits the latitude; rain falls as snow in frost; fog here is thin and slows nobody.
 */
export function skyAt(city: City, offset: UtcOffset, kindAt: KindAt, station: number, atMs: number): Sky {
  const { seed } = city.config
  const kind = kindAt(atMs)
  const localMs = atMs + offset(atMs)
  const hour = (localMs / HOUR_MS) % 24
  const clouds = cloudsAt(kindAt, atMs)
  const place = uniform(seed + DRAW.place, station, 1) - 0.5
  const temperatureC = temperatureAt(city, localMs, clouds, atMs) + place * 1.2
  const fog = kind < RAIN && fogAt(seed, localMs, hour)
  const spread = fog ? 0.2 : mix(SPREAD_C, clouds) + Math.max(0, 2.5 * warmth(hour)) * (1 - clouds / 3)
  const dewPointC = temperatureC - spread
  const snows = kind >= RAIN && temperatureC <= SNOW_BELOW_C
  const gusts = smoothUniform(seed + DRAW.rain, station, atMs / (15 * MINUTE_MS))
  const precipitationMmH = (RAIN_MM_H[kind] ?? 0) * (0.5 + gusts) * (snows ? 0.5 : 1)
  const roadTemperatureC =
    temperatureC + (warmth(hour) > 0 ? 7 : 2) * warmth(hour) * (1 - clouds / 3) + place * 0.4
  return {
    condition: snows ? 'snow' : fog ? 'fog' : conditionOf(kind),
    temperatureC,
    dewPointC,
    humidity: Math.min(1, Math.max(0.05, vapour(dewPointC) / vapour(temperatureC))),
    precipitationMmH,
    visibilityKm: (fog ? 0.9 : (VISIBILITY_KM[kind] ?? 16) * (snows ? 0.4 : 1)) * (0.85 + 0.3 * gusts),
    windKmh:
      mix(WIND_KMH, clouds) * (0.5 + smoothUniform(seed + DRAW.wind, station, atMs / (20 * MINUTE_MS))),
    pressureHpa:
      1014 +
      mix(PRESSURE_HPA, clouds) +
      14 * (smoothUniform(seed + DRAW.pressure, 0, atMs / (2 * DAY_MS)) - 0.5),
    roadState: roadStateAt(kindAt, atMs, snows, roadTemperatureC),
    roadTemperatureC,
    snowDepthMm: temperatureC > 8 ? 0 : snowDepthAt(city, offset, kindAt, atMs),
  }
}

/** Annual mean, the year's and the day's wave, and what blows in for days. Rough figures for any latitude, not a climate. */
function temperatureAt({ config }: City, localMs: number, clouds: number, atMs: number): number {
  const { latitude, seed } = config
  const day = (localMs / DAY_MS) % 365.2425
  const warmest = latitude >= 0 ? 200 : 17
  const year = 0.29 * Math.abs(latitude) * Math.cos((2 * Math.PI * (day - warmest)) / 365.2425)
  const daily = (4.5 - clouds) * warmth((localMs / HOUR_MS) % 24)
  const blown = 11 * (smoothUniform(seed + DRAW.air, 0, atMs / (3 * DAY_MS)) - 0.5)
  return 27 - 0.0087 * latitude * latitude + year + daily + blown - (clouds > 1.5 ? clouds - 1.5 : 0)
}

/** −1 at three in the night, 1 at three in the afternoon. */
function warmth(hour: number): number {
  return Math.cos((2 * Math.PI * (hour - 15)) / 24)
}

/** 0–3: the mean kind of the last hour, so that measures glide where the kind jumps. */
function cloudsAt(kindAt: KindAt, atMs: number): number {
  return (kindAt(atMs) * 2 + kindAt(atMs - 20 * MINUTE_MS) + kindAt(atMs - 50 * MINUTE_MS)) / 4
}

function fogAt(seed: number, localMs: number, hour: number): boolean {
  const day = Math.floor(localMs / DAY_MS)
  return hour > 3.5 && hour < 8.5 && uniform(seed + DRAW.fog, day, 1) < FOG_CHANCE
}

function conditionOf(kind: number): Sky['condition'] {
  return (['clear', 'cloudy', 'rain', 'heavy_rain'] as const)[kind] ?? 'clear'
}

function roadStateAt(kindAt: KindAt, atMs: number, snows: boolean, roadC: number): Sky['roadState'] {
  if (snows) return roadC <= -1 ? 'snow' : roadC <= 1 ? 'slush' : 'wet'
  if (kindAt(atMs) >= RAIN) return roadC < -0.5 ? 'ice' : 'wet'
  const rained = [15, 30, 45, 60].some(minutes => kindAt(atMs - minutes * MINUTE_MS) >= RAIN)
  if (!rained) return 'dry'
  return roadC < -0.5 ? 'ice' : 'moist'
}

/** What fell in the last day and a half less what melted. */
function snowDepthAt(city: City, offset: UtcOffset, kindAt: KindAt, atMs: number): number {
  let depthMm = 0
  const last = Math.floor(atMs / HOUR_MS)
  for (let hour = last - SNOW_HOURS; hour <= last; hour++) {
    const thenMs = hour * HOUR_MS
    const kind = kindAt(thenMs)
    const airC = temperatureAt(city, thenMs + offset(thenMs), cloudsAt(kindAt, thenMs), thenMs)
    if (kind >= RAIN && airC <= SNOW_BELOW_C) depthMm += (RAIN_MM_H[kind] ?? 0) * 0.5 * SNOW_PER_WATER
    else if (airC > 0) depthMm = Math.max(0, depthMm - SNOW_MELT_MM_H * airC)
  }
  return depthMm
}

/** The table's value at a kind between two kinds. */
function mix(table: readonly number[], kind: number): number {
  const left = Math.floor(kind)
  const from = table[left] ?? 0
  return from + ((table[left + 1] ?? from) - from) * (kind - left)
}

/** Saturation pressure of water vapour, hPa (Magnus formula; O. Alduchov, R. Eskridge 1996). */
function vapour(celsius: number): number {
  return 6.1094 * Math.exp((17.625 * celsius) / (243.04 + celsius))
}

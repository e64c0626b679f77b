import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time/spans.ts'
import { calendarOf } from './calendar/index.ts'
import type { Calendar, Effects } from './calendar/index.ts'
import type { City, Site } from './city.ts'
import { BLOCK_M, DISTRICTS } from './city.ts'
import type { Demand } from './demand.ts'
import { demandAt } from './demand.ts'
import type { TrafficModel, TrafficState } from './model.ts'
import { smoothUniform, uniform } from './random.ts'
import { slowdowns } from './slowdowns.ts'
import type { Weather } from './weather.ts'
import { weatherAt } from './weather.ts'

/** Saturation flow of one lane at green, veh/h (HCM 2000, base value 1,900 less the usual adjustments). */
const SATURATION_VPH = 1800
/** Analysis period of the delay formula, h. */
const PERIOD_H = 0.25
/** Demand far over capacity makes people go elsewhere. */
const MAX_RATIO = 1.45
/** Vehicle and detector together, km. */
const DETECTED_KM = 0.0065
const KM_PER_MILE = 1.609344
const YELLOW_S = 4
const ALL_RED_S = 1
/** By district, as in DISTRICTS. */
const CYCLE_S = [90, 80, 70, 60] as const
const FREE_FLOW_MPH = [27, 31, 36, 42] as const
const BUS_SHARE = [0.04, 0.03, 0.02, 0.01] as const
/** Freight goes where the industry is: trucks against the city's mean. */
const TRUCK_FACTOR = [0.7, 0.8, 2, 0.9] as const

/** Streams of random numbers. */
const DRAW = { site: 11, wave: 12, count: 13, wait: 14, speed: 15, kinds: 16 } as const
/** Demand rises and falls around its profile in waves of so many minutes. */
const WAVE_MS = 20 * 60_000

/** What stays the same about one sensor. */
interface Approach {
  readonly site: number
  readonly district: number
  /** Its demand against that of its district's average approach. */
  readonly factor: number
  /** −1…1: more traffic in the evening or in the morning. */
  readonly tilt: number
  readonly lanes: number
  readonly cycleS: number
  readonly greenShare: number
  readonly greenStartS: number
  /** How well arrivals meet the green; 1 = at random. */
  readonly progression: number
  readonly freeFlowMph: number
}

/** What is the same for the whole city in one minute. */
interface Moment {
  minute: number
  readonly demand: Demand[]
  weather: Weather
  truckShare: number
  effects: Effects
}

/**
 * Traffic after daily profiles: demand by hour and district and what the calendar adds near a venue; slowdowns, roadworks and
 * weather take their part of the capacity, and wait, speed, occupancy and queue all follow from the ratio of the two, so that they agree with each other:
 * wait from the delay formula of signals, speed as distance over driving and waiting time, occupancy from flow over
 * speed, queue from flow times wait (Little's law).
 *
 * @param utcOffsetMs local time minus UTC at an instant, ms
 *
 * Source: Transportation Research Board, Highway Capacity Manual 2000, eqs. 16-9 to 16-12 (control delay) and 15-6
 * (travel speed). Left out: residual queues from one period into the next (d3), turning movements.
 */
export function profileTraffic(
  city: City,
  utcOffsetMs: (utcMs: number) => number,
  calendar: Pick<Calendar, 'effectsAt'> = calendarOf(city, utcOffsetMs),
): TrafficModel {
  const { seed, weatherIntervalS, intervalS } = city.config
  const approaches = city.sensors.map((_, i) => approachOf(city, i))
  const lossAt = slowdowns(seed, city.gridSize)
  const moment: Moment = {
    minute: NaN,
    demand: DISTRICTS.map(() => ({ base: 0, morning: 0, evening: 0 })),
    weather: weatherAt(seed, 0, weatherIntervalS),
    truckShare: 0,
    effects: { surge: new Map(), loss: new Map() },
  }
  let weatherUntilMs = -Infinity
  let weatherFromMs = Infinity

  function moveTo(atMs: number): void {
    if (atMs < weatherFromMs || atMs >= weatherUntilMs) {
      weatherFromMs = Math.floor(atMs / (weatherIntervalS * 1000)) * weatherIntervalS * 1000
      weatherUntilMs = weatherFromMs + weatherIntervalS * 1000
      moment.weather = weatherAt(seed, atMs, weatherIntervalS)
    }
    const minute = Math.floor(atMs / MINUTE_MS)
    if (minute === moment.minute) return
    moment.minute = minute
    moment.effects = calendar.effectsAt(minute * MINUTE_MS)
    setLocalTime(moment, minute * MINUTE_MS + utcOffsetMs(minute * MINUTE_MS))
  }

  return {
    stateAt(sensor, atMs, into) {
      moveTo(atMs)
      const approach = approaches[sensor]
      if (approach === undefined) throw new RangeError(`the city has no sensor ${sensor}`)
      const { surge, loss } = moment.effects
      const wave = smoothUniform(seed + DRAW.wave, sensor, atMs / WAVE_MS)
      const demand = demandOf(approach, moment, wave) + (surge.get(approach.site) ?? 0)
      const open = (1 - lossAt(approach.site, atMs)) * (1 - (loss.get(approach.site) ?? 0))
      flow(
        approach,
        demand,
        1 - open,
        moment.weather,
        {
          seed,
          sensor,
          second: Math.floor(atMs / 1000),
          intervalS,
        },
        into,
      )
      splitKinds(into, approach, moment, uniform(seed + DRAW.kinds, sensor, Math.floor(atMs / 1000)))
    },
  }
}

function approachOf(city: City, sensor: number): Approach {
  const site = sensor % city.sites.length
  const place = city.sites[site] as Site
  const number = Math.floor(sensor / city.sites.length)
  const draw = (what: number) => uniform(city.config.seed + DRAW.site, sensor, what)
  const drawSite = (what: number) => uniform(city.config.seed + DRAW.site, site, 100 + what)
  const cycleS = CYCLE_S[place.district] ?? 90
  const mainShare = 0.44 + 0.08 * drawSite(0)
  const shift = drawSite(1) * cycleS
  // Sensors with an odd number watch the main street, the others the street that crosses it.
  const main = number % 2 === 0
  const lostS = 2 * (YELLOW_S + ALL_RED_S)
  return {
    site,
    district: place.district,
    factor: 0.68 + 0.62 * draw(2),
    tilt: city.gridSize > 1 ? (2 * place.column) / (city.gridSize - 1) - 1 : 0,
    lanes: place.lanes,
    cycleS,
    greenShare: main ? mainShare : 1 - mainShare - lostS / cycleS,
    greenStartS: main ? shift : shift + mainShare * cycleS + YELLOW_S + ALL_RED_S,
    progression: 0.7 + 0.35 * draw(3),
    freeFlowMph: (FREE_FLOW_MPH[place.district] ?? 30) * (0.92 + 0.16 * draw(4)),
  }
}

function setLocalTime(moment: Moment, localMs: number): void {
  const day = Math.floor(localMs / DAY_MS)
  const hour = (localMs - day * DAY_MS) / HOUR_MS
  // 1970-01-01 was a Thursday.
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1
  moment.demand.forEach((demand, district) => demandAt(district, hour, weekday, demand))
  // Freight drives at night, when the others sleep.
  moment.truckShare = hour < 5 || hour >= 22 ? 0.14 : 0.07
}

function demandOf(approach: Approach, { demand }: Moment, wave: number): number {
  const { base, morning, evening } = demand[approach.district] ?? { base: 0, morning: 0, evening: 0 }
  const tilt = 0.2 * approach.tilt
  return approach.factor * (base + morning * (1 - tilt) + evening * (1 + tilt)) * (0.85 + 0.3 * wave)
}

interface Reading {
  readonly seed: number
  readonly sensor: number
  readonly second: number
  readonly intervalS: number
}

function flow(
  approach: Approach,
  demand: number,
  loss: number,
  weather: Weather,
  { seed, sensor, second, intervalS }: Reading,
  into: TrafficState,
): void {
  const left = weather.capacityFactor * (1 - loss)
  const capacityVph = approach.lanes * SATURATION_VPH * approach.greenShare * left
  const ratio = Math.min(demand / left, MAX_RATIO)
  const servedVph = Math.min(ratio, 1) * capacityVph

  const phaseS = modulo(second - approach.greenStartS, approach.cycleS)
  const greenS = approach.greenShare * approach.cycleS
  into.signal = phaseS < greenS ? 'green' : phaseS < greenS + YELLOW_S ? 'yellow' : 'red'

  const vehicles = drawCount((servedVph * intervalS) / 3600, uniform(seed + DRAW.count, sensor, second))
  into.vehicles = vehicles
  if (vehicles === 0) {
    into.speedMph = null
    into.waitS = null
    into.occupancy = 0
    into.queueVeh = 0
    return
  }
  const noise = 0.88 + 0.24 * uniform(seed + DRAW.wait, sensor, second)
  const waitS = delayS(approach, ratio, capacityVph) * noise
  const speedMph = travelSpeedMph(approach.freeFlowMph * weather.speedFactor, waitS)
  const speedNoise = 0.96 + 0.08 * uniform(seed + DRAW.speed, sensor, second)
  const densityPerKm = (vehicles * 3600) / intervalS / approach.lanes / (speedMph * KM_PER_MILE)
  // The queue grows over red and melts over green; over the cycle it is flow times wait.
  const queueShape =
    into.signal === 'green'
      ? 1.3 - (0.9 * phaseS) / greenS
      : 0.5 + (0.9 * (phaseS - greenS)) / (approach.cycleS - greenS)
  into.waitS = waitS
  into.speedMph = speedMph * speedNoise
  into.occupancy = Math.min(0.95, densityPerKm * DETECTED_KM)
  into.queueVeh = Math.round((servedVph / 3600) * waitS * queueShape)
}

/** Mean control delay of an approach, s. */
function delayS({ cycleS, greenShare, progression }: Approach, ratio: number, capacityVph: number): number {
  const red = 1 - greenShare
  const uniformS = (0.5 * cycleS * red * red) / (1 - Math.min(1, ratio) * greenShare)
  const over = ratio - 1
  const incrementalS =
    900 * PERIOD_H * (over + Math.sqrt(over * over + (8 * 0.5 * ratio) / (capacityVph * PERIOD_H)))
  return uniformS * progression + incrementalS
}

function travelSpeedMph(freeFlowMph: number, waitS: number): number {
  const blockMiles = BLOCK_M / 1000 / KM_PER_MILE
  return blockMiles / (blockMiles / freeFlowMph + waitS / 3600)
}

/** A count around a mean (Poisson; from a dozen on its normal approximation). */
function drawCount(mean: number, draw: number): number {
  if (mean >= 12) {
    // Three digits of the draw are three draws; their sum is close enough to normal, and bounded.
    const first = draw * 64
    const second = (first % 1) * 64
    const normal = (Math.floor(first) + Math.floor(second) + (second % 1) * 64) / 32 - 3
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal))
  }
  let chance = Math.exp(-mean)
  let sum = chance
  let count = 0
  while (draw > sum && count < 60) {
    count++
    chance *= mean / count
    sum += chance
  }
  return count
}

function splitKinds(into: TrafficState, approach: Approach, moment: Moment, draw: number): void {
  const { vehicles } = into
  const wet = moment.weather.kind === 'rain' || moment.weather.kind === 'storm'
  // A share of a small count is rounded up as often as it needs to be right in the mean.
  into.trucks = Math.min(
    vehicles,
    Math.floor(vehicles * moment.truckShare * (TRUCK_FACTOR[approach.district] ?? 1) + draw),
  )
  into.buses = Math.min(
    vehicles - into.trucks,
    Math.floor(vehicles * (BUS_SHARE[approach.district] ?? 0.02) + ((draw * 64) % 1)),
  )
  into.motorcycles = Math.min(
    vehicles - into.trucks - into.buses,
    Math.floor(vehicles * (wet ? 0.005 : 0.03) + ((draw * 4096) % 1)),
  )
  into.cars = vehicles - into.trucks - into.buses - into.motorcycles
}

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b
}

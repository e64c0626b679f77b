import { draw, nearlyNormal, PURPOSE } from '../draws.ts'
import type { Mover } from '../lanes.ts'
import { LEAST_SPACING_M } from '../lanes.ts'

export const CLASSES = ['car', 'truck', 'motorcycle', 'bus'] as const
export type VehicleClass = (typeof CLASSES)[number]

interface Kind {
  readonly lengthM: number
  readonly spacingM: number
  readonly reactionS: number
  readonly speedFactor: number
}

/**
 * Trucks and buses have the lengths of AASHTO's SU-30 and CITY-BUS (Green Book 2018, table 2-4: 9.1 and 12.2 m); 4.8 m for a car and 2.2 m for a motorcycle are ours. With a
 * car's spacing and reaction and 50 km/h a queue discharges 1,900 vehicles an hour and lane (HCM 2000, ch. 16, base saturation flow), and
 * the backward wave has 20 km/h; in a queue a truck counts as 1.8 cars, a bus as 2.
 */
const KINDS: Readonly<Record<VehicleClass, Kind>> = {
  car: { lengthM: 4.8, spacingM: 7.5, reactionS: 1.355, speedFactor: 1 },
  truck: { lengthM: 9.1, spacingM: 13, reactionS: 2.4, speedFactor: 0.93 },
  motorcycle: { lengthM: 2.2, spacingM: 4.5, reactionS: 1, speedFactor: 1.02 },
  bus: { lengthM: 12.2, spacingM: 15.5, reactionS: 2.6, speedFactor: 0.92 },
}

/** How much drivers differ: deviation of free speeds on a street, and of reactions, as a share of the mean. */
const SPEED_DEVIATION = 0.08
const REACTION_DEVIATION = 0.12

/** Shares of trucks, motorcycles and buses; the rest are cars. */
export type ClassShares = Readonly<Record<Exclude<VehicleClass, 'car'>, number>>

/** Everything that one vehicle keeps from where it starts to where it leaves. */
export interface Driver extends Mover {
  readonly class: number
  readonly lengthM: number
  /** Of the free-flow speed of a link. */
  readonly speedFactor: number
}

/**
 * The `n`-th driver of an origin: always the same one.
 * @param spread 0: all of a class are alike; 1: as on a street
 */
export function driverOf(
  seed: number,
  origin: number,
  n: number,
  shares: ClassShares,
  spread: number,
): Driver {
  const u = draw(seed, origin, PURPOSE.class, n)
  const { truck, motorcycle, bus } = shares
  const name =
    u < truck ? 'truck' : u < truck + motorcycle ? 'motorcycle' : u < truck + motorcycle + bus ? 'bus' : 'car'
  const kind = KINDS[name]
  const speed = 1 + spread * SPEED_DEVIATION * nearlyNormal(seed, origin, PURPOSE.speed, n)
  const reaction = 1 + spread * REACTION_DEVIATION * nearlyNormal(seed, origin, PURPOSE.headway, n)
  return {
    class: CLASSES.indexOf(name),
    lengthM: kind.lengthM,
    spacingM: Math.max(LEAST_SPACING_M, kind.spacingM),
    reactionS: kind.reactionS * reaction,
    speedFactor: kind.speedFactor * speed,
  }
}

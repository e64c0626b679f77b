import { HOUR_MS } from '../../../core/time/spans.ts'
import type { UtcOffset } from '../calendar/index.ts'
import type { City } from '../city.ts'
import type { TrafficState } from '../model.ts'
import { gridNetwork } from '../physical/network/grid-network.ts'
import { streetsOf } from '../physical/network/streets.ts'
import type { Signals } from '../physical/signals/signals.ts'
import type { SiteInterval } from '../physical/site-meters.ts'
import { SiteMeters } from '../physical/site-meters.ts'
import { Traffic } from '../physical/traffic.ts'
import { CLASSES } from '../physical/vehicles/drivers.ts'
import { quickestRoutes } from '../physical/vehicles/routes.ts'
import type { LinkInterval } from './link-meters.ts'
import { LinkMeters } from './link-meters.ts'
import { cityTrips } from './trips.ts'

const KMH_PER_MPH = 1.609344
/** NEMA's number of the main street's through phase: the one that is coordinated. */
const COORDINATED_PHASES = [2, 6] as const

/** What the whole city did since it was asked last. */
export interface CityInterval {
  readonly started: number
  readonly arrived: number
  readonly onTheWay: number
  /** They want to start, and their street is full. */
  readonly waitingToStart: number
  /** From the wish to start to the arrival, mean of those who arrived; null where nobody did. */
  readonly tripS: number | null
}

/** The city of the grid with single vehicles in it, from an empty one on; its time goes forward only. */
export class PhysicalCity {
  /** Of its clock. */
  readonly startMs: number
  readonly traffic: Traffic
  readonly #sites: SiteMeters
  readonly #links: LinkMeters
  #started = 0
  #arrived = 0
  #tripS = 0

  /** @param fromMs about then it begins: at the whole hour before, so that signals keep the clock's minutes */
  constructor(city: City, offset: UtcOffset, fromMs: number) {
    this.startMs = Math.floor(fromMs / HOUR_MS) * HOUR_MS
    const { seed } = city.config
    const streets = streetsOf(gridNetwork(city))
    this.traffic = new Traffic({
      streets,
      routes: quickestRoutes(streets, seed),
      demand: cityTrips(city, streets, this.startMs, offset),
      events: {
        onEntry: (lane, atS) => {
          this.#sites.onEntry(lane, atS)
          this.#links.onEntry(lane, atS)
        },
        onCrossing: (lane, n, vehicle, atS) => {
          this.#sites.onCrossing(lane, n, vehicle, atS)
          this.#links.onCrossing(lane, n, vehicle, atS)
        },
        onStart: () => void this.#started++,
        onEnd: (vehicle, atS) => {
          this.#arrived++
          this.#tripS += atS - vehicle.wantedS
        },
      },
    })
    this.#sites = new SiteMeters(streets, this.traffic.lanes, CLASSES.length)
    this.#links = new LinkMeters(streets, this.traffic.lanes, CLASSES.length)
  }

  /** Lets everything happen that happens before an instant. */
  runTo(atMs: number): void {
    this.traffic.run(this.#secondsAt(atMs))
  }

  /** What a sensor saw of its intersection since it was read last, up to now. */
  readSite(site: number, into: TrafficState): void {
    const nowS = this.traffic.nowS
    const seen = this.#sites.read(site, nowS)
    const ofClass = (name: (typeof CLASSES)[number]) => seen.byClass[CLASSES.indexOf(name)] ?? 0
    into.vehicles = seen.count
    into.cars = ofClass('car')
    into.trucks = ofClass('truck')
    into.motorcycles = ofClass('motorcycle')
    into.buses = ofClass('bus')
    into.speedMph = seen.speedKmh === null ? null : seen.speedKmh / KMH_PER_MPH
    into.occupancy = seen.occupancy
    into.waitS = waitOf(seen)
    into.queueVeh = seen.queue
    into.signal = coordinated(this.traffic.signals, site, nowS)
  }

  /** What really happened on a link since it was read last, up to now. */
  readLink(link: number): LinkInterval {
    return this.#links.read(link, this.traffic.nowS)
  }

  readCity(): CityInterval {
    const interval = {
      started: this.#started,
      arrived: this.#arrived,
      onTheWay: this.traffic.onTheWay,
      waitingToStart: this.traffic.wanting,
      tripS: this.#arrived > 0 ? this.#tripS / this.#arrived : null,
    }
    this.#started = 0
    this.#arrived = 0
    this.#tripS = 0
    return interval
  }

  #secondsAt(atMs: number): number {
    return (atMs - this.startMs) / 1000
  }
}

/** A vehicle at its free speed has none but for the last bits. */
function waitOf({ delayS }: SiteInterval): number | null {
  return delayS === null ? null : Math.max(0, delayS)
}

/** What the main street's through traffic is shown; null while it is dark or flashes. */
function coordinated(signals: Signals, node: number, atS: number): TrafficState['signal'] {
  const phases = signals.planOf(node)?.phases ?? []
  const phase = phases.find(({ number }) => COORDINATED_PHASES.some(one => one === number)) ?? phases[0]
  const movement = phase?.movements[0]
  const colour = movement === undefined ? 'green' : signals.colourAt(movement, atS)
  return colour === 'dark' || colour === 'flashing' ? null : colour
}

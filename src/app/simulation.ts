import { setTimeout as wait } from 'node:timers/promises'
import type { Config } from '../core/config/index.ts'
import type { LogWriter } from '../core/log.ts'
import type { Sensor } from '../core/schema/sensor.ts'
import { offsetMsAt, zoneOffsets } from '../core/time/index.ts'
import type { SensorVersion } from '../lake/readings/sensor-register.ts'
import {
  buildCity,
  calendarOf,
  profileTraffic,
  runSimulator,
  snapshotsOf,
  streamGenerator,
  worldOf,
} from '../sources/simulator/index.ts'
import type { City, DrawSnapshot, Present, SimulatedWorld, TrafficModel } from '../sources/simulator/index.ts'
import type { ProblemBoard } from './problems.ts'

/** The city of a configuration: the same traffic, weather and calendar wherever it is asked. */
export interface SimulatedCity {
  readonly city: City
  readonly model: TrafficModel
  readonly world: SimulatedWorld
  readonly drawSnapshot: DrawSnapshot
}

export interface SimulationDeps {
  readonly simulated: SimulatedCity
  /** Names of the streams that are loaded; the city says nothing of others. */
  readonly streams: ReadonlySet<string>
  /** What the lake holds of them. */
  readonly present: Present
  readonly config: Config
  readonly log: LogWriter
  readonly resumeFromMs: number | null
  readonly register: readonly SensorVersion[]
  readonly problems: ProblemBoard
  readonly now: () => number
  readonly onProgress: (line: string) => void
}

export function simulatedCity(config: Config): SimulatedCity {
  const zone = zoneOffsets(config.city.timeZone)
  const offset = (utcMs: number) => offsetMsAt(zone, utcMs)
  const city = buildCity({
    latitude: config.city.latitude,
    longitude: config.city.longitude,
    gridSize: config.simulation.gridSize,
    intervalS: config.simulation.intervalS,
    weatherIntervalS: config.simulation.weatherIntervalS,
    seed: config.simulation.seed,
    readingsPerMinute: config.simulation.readingsPerMinute,
  })
  const calendar = calendarOf(city, offset)
  const model = profileTraffic(city, offset, calendar)
  const world = worldOf(city, model, offset, calendar)
  return { city, model, world, drawSnapshot: snapshotsOf(world, model) }
}

/** Runs the simulated city into the log. `filled` resolves when the past is filled and it goes live. */
export function startSimulation(deps: SimulationDeps): { filled: Promise<void>; stop: () => Promise<void> } {
  const { config, simulated, log, problems, now, onProgress } = deps
  const { city, model, world } = simulated
  const stop = new AbortController()
  let live = () => {}
  const filled = new Promise<void>(resolve => (live = resolve))
  let told = 0
  const running = runSimulator({
    city,
    model,
    streams: streamGenerator(world, deps.streams),
    present: deps.present,
    log,
    now,
    sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
    signal: stop.signal,
    resumeFromMs: deps.resumeFromMs,
    backfillHours: config.simulation.backfillHours,
    registered: registered(deps.register),
    onProgress: ({ phase, readings, done }) => {
      problems.set('simulator', null)
      if (phase === 'live') live()
      else if (done - told >= 0.25) {
        told = done
        onProgress(
          `Filling the past: ${Math.round(done * 100)} % (${readings.toLocaleString('en')} readings)`,
        )
      }
    },
    onProblem: problem => problems.set('simulator', problem.message),
  })
  // A simulator that dies of a bug takes the program with it: nothing would move any more.
  void running.then(live)
  return {
    filled,
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

function registered(versions: readonly SensorVersion[]): Map<string, Sensor> {
  const sensors = new Map<string, Sensor>()
  for (const { change } of versions)
    if (change.op === 'put') sensors.set(change.sensor.sensor_id, change.sensor)
  return sensors
}

import { resolve } from 'node:path'
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { loadConfig } from '../../../../core/config/index.ts'
import { UsageError } from '../../../../core/errors.ts'
import type { RunPlan, RunState } from '../../../simulate/run-state.ts'
import { configSources, note } from '../../client/connect.ts'
import { InterruptedError } from '../../interrupt.ts'
import { command, instant, span } from '../../options.ts'
import { number } from '../../output.ts'
import { progress } from '../../progress.ts'
import type { Shell } from '../../shell.ts'
import { version } from '../../version.ts'

interface SimulateFlags {
  readonly from?: string
  readonly to?: string
  readonly out: string
  readonly seed?: number
  readonly size?: number
  readonly interval?: number
  readonly truthInterval: number
  readonly sensorFaults: number
  readonly overwrite?: boolean
  readonly resume?: boolean
  readonly config?: string
  readonly json?: boolean
}

/** Ways are kept from every link to every intersection: their memory grows with the fourth power. */
const MOST_STREETS = 40
const TRUTH_INTERVAL_S = 300
const MOST_INTERVAL_S = 3600
const MOST_SEED = 2 ** 31 - 1

export function simulateCommand(shell: Shell): Command {
  return command(
    'simulate',
    'simulate a span of a city of single vehicles into files, with the truth beside the readings',
    [
      'simulate --from 2026-11-24 --to 2026-11-25 --out tuesday',
      'simulate --from 2026-11-24T12:00:00Z --to 2026-11-24T15:00:00Z --seed 7 --size 6x6 --interval 1m --out morning',
      'simulate --resume --out tuesday',
    ],
  )
    .requiredOption('--out <dir>', 'folder for readings.ndjson, truth.ndjson and run.json')
    .option('--from <instant>', 'begin, a whole second', instant)
    .option('--to <instant>', 'end, no longer in it', instant)
    .option('--seed <n>', 'the same seed gives the same bytes (default: simulation.seed)', seed)
    .option(
      '--size <n>x<n>',
      `streets each way, at most ${MOST_STREETS}x${MOST_STREETS} (default: simulation.gridSize)`,
      size,
    )
    .option('--interval <span>', 'each sensor sends so often (default: simulation.intervalS)', interval)
    .option('--truth-interval <span>', 'the truth is told so often', span, TRUTH_INTERVAL_S)
    .option('--sensor-faults <share>', 'share of sensors that begin to fail in a day, 0 to 1', share, 0)
    .option('--overwrite', 'replace what a simulation left in the folder')
    .option('--resume', 'go on with the simulation that was stopped in the folder')
    .option('--config <file>', 'configuration file')
    .option('--json', 'one JSON document on stdout')
    .action((flags: SimulateFlags) => run(shell, flags))
}

async function run(shell: Shell, flags: SimulateFlags): Promise<void> {
  const [{ prepareFolder, simulate }, { readRunState }] = await Promise.all([
    import('../../../simulate/simulate.ts'),
    import('../../../simulate/run-state.ts'),
  ])
  const folder = resolve(shell.cwd, flags.out)
  const before = flags.resume === true ? goesOn(flags, folder, await readRunState(folder)) : null
  if (before?.state === 'complete') {
    told(shell, flags, before)
    return
  }
  const plan = before?.plan ?? planOf(shell, flags)
  if (before === null) await prepareFolder(folder, flags.overwrite === true)
  const bar = progress(shell.stderr)
  const state = await simulate({
    ...{ folder, plan, before, signal: shell.signal },
    onProgress: ({ done, untilMs, readings }) =>
      bar.update(done, `${minute(new Date(untilMs).toISOString())} · ${number(readings)} readings`),
  })
  bar.end(`${number(state.readings.lines)} readings until ${minute(state.until)}`)
  if (state.state === 'complete') {
    told(shell, flags, state)
    return
  }
  note(
    shell,
    `Stopped: the files are whole until ${state.until}. \`arterial simulate --resume --out ${flags.out}\` goes on.`,
  )
  throw new InterruptedError()
}

function told(shell: Shell, flags: SimulateFlags, state: RunState): void {
  const { readings, truth, plan } = state
  const text = `${number(readings.lines)} readings and ${number(truth.lines)} lines of truth from ${plan.from} to ${plan.to} are in ${flags.out}.`
  shell.stdout.write(flags.json === true ? `${JSON.stringify(state)}\n` : `${text}\n`)
}

function planOf(shell: Shell, flags: SimulateFlags): RunPlan {
  const { from, to, truthInterval } = flags
  if (from === undefined || to === undefined)
    throw new UsageError(
      '--from and --to say which span is simulated, such as --from 2026-11-24 --to 2026-11-25.',
    )
  for (const [flag, at] of [
    ['--from', from],
    ['--to', to],
  ] as const)
    if (Date.parse(at) % 1000 !== 0) throw new UsageError(`${flag} ${at} is no whole second.`)
  if (Date.parse(to) <= Date.parse(from)) throw new UsageError(`--to ${to} must be after --from ${from}.`)
  const { city, simulation } = loadConfig(
    configSources(shell, flags.config === undefined ? {} : { config: flags.config }),
  )
  const gridSize = flags.size ?? simulation.gridSize
  if (gridSize > MOST_STREETS)
    throw new UsageError(
      `simulation.gridSize ${gridSize} is too large to simulate single vehicles; --size takes up to ${MOST_STREETS}x${MOST_STREETS}.`,
    )
  return {
    version: version(),
    ...{ from, to, seed: flags.seed ?? simulation.seed, grid_size: gridSize },
    ...{ interval_s: flags.interval ?? simulation.intervalS, truth_interval_s: truthInterval },
    sensor_faults: flags.sensorFaults,
    ...{ latitude: city.latitude, longitude: city.longitude, time_zone: city.timeZone },
  }
}

/** A run is gone on with as it was begun. */
function goesOn(flags: SimulateFlags, folder: string, state: RunState): RunState {
  const given = (['from', 'to', 'seed', 'size', 'interval', 'overwrite', 'config'] as const).filter(
    name => flags[name] !== undefined,
  )
  if (given.length > 0)
    throw new UsageError(
      `--resume goes on as the run in ${folder} was begun; leave out ${given.map(name => `--${name}`).join(', ')}.`,
    )
  if (state.plan.version !== version())
    throw new UsageError(
      `The run in ${folder} is of version ${state.plan.version}, this is ${version()}, whose city may drive differently; begin anew with --from, --to and --overwrite.`,
    )
  return state
}

function size(text: string): number {
  const [, rows, columns] = /^(\d{1,3})x(\d{1,3})$/i.exec(text) ?? []
  const streets = Number(rows)
  if (rows !== columns || !(streets >= 1 && streets <= MOST_STREETS))
    throw new InvalidArgumentError(
      `It must be as many streets as avenues, from 1x1 to ${MOST_STREETS}x${MOST_STREETS}, such as 10x10.`,
    )
  return streets
}

function seed(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > MOST_SEED)
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${MOST_SEED}.`)
  return value
}

function interval(text: string): number {
  const seconds = span(text)
  if (seconds > MOST_INTERVAL_S)
    throw new InvalidArgumentError('It must be a duration from 1s to 1h, such as 30s.')
  return seconds
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It must be a number from 0 to 1, such as 0.05.')
  return value
}

function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}

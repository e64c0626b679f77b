import { join } from 'node:path'
import type { Config } from '../../core/config/index.ts'
import { HOUR_MS } from '../../core/time/spans.ts'
import type { Stream } from '../../core/stream/index.ts'
import { placeOf } from '../../insight/incidents/index.ts'
import type { PlaceContext } from '../../insight/incidents/index.ts'
import type { AlertList } from '../../serve/alerts/index.ts'
import type { OpenLake } from '../lake.ts'
import type { IncidentRule } from '../../insight/alerts/index.ts'
import type { ProblemBoard } from '../problems.ts'
import type { ShutdownSteps } from '../shutdown-steps.ts'
import { AlertDesk } from './desk.ts'
import type { Alert } from './delivery/alert.ts'
import { DeliveryBook } from './delivery/delivery-book.ts'
import { Dispatcher } from './delivery/dispatcher.ts'
import type { Send } from './delivery/dispatcher.ts'
import { mail } from './delivery/mail.ts'
import { ProblemWatch } from './problem-watch.ts'
import { watchIncidents } from './incident-watch.ts'
import { incidentRules, problemRules } from './rules.ts'
import { webhook } from './delivery/webhook.ts'

export interface AlertsDeps {
  readonly config: Pick<Config, 'alerts' | 'city' | 'simulation'>
  /** Of the data folder. */
  readonly folder: string
  readonly problems: ProblemBoard
  readonly lake: Pick<OpenLake, 'engine' | 'loader' | 'log'>
  readonly streams: readonly Stream[]
  readonly places: PlaceContext
  readonly now: () => number
}

export interface Alerts extends AlertList {
  /** From here on something is told; until then only tests are. */
  readonly start: (undo: ShutdownSteps) => Promise<void>
}

const LOOK_EVERY_MS = 5_000
/** The stream of incident reports. */
const REPORTS = 'incidents'

/**
 * Alerts as the settings want them. In the demo nothing but a test is ever told: nobody is to be called out to a simulated crash.
 * @throws {ConfigError} when a rule can't be
 */
export async function openAlerts(deps: AlertsDeps): Promise<Alerts> {
  const { config, folder, problems, places, now } = deps
  const { alerts: settings } = config
  const rules = incidentRules(
    settings.rules,
    places.communities.map(({ name }) => name),
  )
  const senders = sendersOf(config, now)
  const dir = join(folder, 'alerts')
  const book = await DeliveryBook.open({ dir: join(dir, 'deliveries'), keep: settings.keepDeliveries, now })
  const desk = new AlertDesk({ settings, book, senders, now })
  const tell = () => problems.set('alerts', problemOf(book))
  const dispatcher = new Dispatcher({
    ...{ book, targets: senders, now, onTried: tell },
    plan: { giveUpMs: settings.giveUpHours * HOUR_MS, random: Math.random },
    onFault: (target, error) =>
      problems.set('alerts', `Alerts can't be sent to ${target}: ${messageOf(error)}`),
  })
  const note = async (alerts: readonly Alert[]) => {
    if (alerts.length === 0) return
    await desk.note(alerts)
    dispatcher.wake()
  }
  return {
    rules: () => desk.rules(),
    deliveries: () => desk.deliveries(),
    test: (rule, signal) => desk.test(rule, signal),
    async start(undo) {
      if (config.simulation.mode !== 'off') return
      await desk.giveUpOrphans()
      tell()
      dispatcher.start()
      undo.push(() => dispatcher.stop())
      startProblemWatch(deps, dir, note, undo)
      startIncidentWatch(deps, dir, rules, note, undo)
    },
  }
}

type Note = (alerts: readonly Alert[]) => Promise<void>

function startProblemWatch(
  { config, problems, now }: AlertsDeps,
  dir: string,
  note: Note,
  undo: ShutdownSteps,
): void {
  const watch = new ProblemWatch({
    path: join(dir, 'problems.json'),
    rules: problemRules(config.alerts.rules),
    problems: () => problems.list(),
    note: alerts => note(alerts.map(alert => ({ kind: 'problem', ...alert }))),
    now,
  })
  const look = async () => {
    try {
      await watch.look()
      problems.set('alerts_of_problems', null)
    } catch (error) {
      problems.set('alerts_of_problems', `Problems can't be told to anybody: ${messageOf(error)}`)
    }
  }
  undo.push(repeat(look, LOOK_EVERY_MS))
}

/** Also without rules it remembers what it saw: a rule that is added later is told of nothing that was there before. */
function startIncidentWatch(
  { config, problems, lake, streams, places, now }: AlertsDeps,
  dir: string,
  rules: readonly IncidentRule[],
  note: Note,
  undo: ShutdownSteps,
): void {
  const stream = streams.find(({ name }) => name === REPORTS)
  if (stream === undefined) return
  const watch = watchIncidents({
    ...{ rules, maxAgeHours: config.alerts.maxAgeHours, place: placeOf(places), dir, stream, now },
    ...{ engine: lake.engine, loader: lake.loader, synced: lake.log.synced },
    note: alerts => note(alerts.map(alert => ({ kind: 'incident', ...alert }))),
    onProblem: message =>
      problems.set(
        'alerts_of_incidents',
        message === null ? null : `Incidents can't be told to anybody: ${message}`,
      ),
  })
  watch.start()
  undo.push(() => watch.stop())
}

function sendersOf({ alerts, city }: AlertsDeps['config'], now: () => number): ReadonlyMap<string, Send> {
  const { allowAddresses: allow, proxy } = alerts
  const outbound = { allow, proxy: proxy === null ? null : { url: proxy } }
  return new Map(
    alerts.targets.map(({ name, kind, url, secret, format }) => [
      name,
      kind === 'email'
        ? mail(alerts, { city })
        : webhook({ url: url ?? '', secret, format }, { city: city.name, outbound, now }),
    ]),
  )
}

/** What failed once or twice is tried again by itself. */
const TRIES_TO_TELL = 3

function problemOf(book: DeliveryBook): string | null {
  const [damaged] = book.damaged
  if (damaged !== undefined)
    return `${book.damaged.length} deliveries of alerts can't be read and were put aside (alerts/deliveries/${damaged}).`
  const failing = book
    .list()
    .filter(({ state, attempts }) => state === 'waiting' && attempts >= TRIES_TO_TELL)
  const [first] = failing
  if (first === undefined) return null
  return `${failing.length} alert(s) are not delivered; ${first.target}: ${first.tries.at(-1)?.says ?? ''}. \`arterial alerts deliveries\` lists all.`
}

/** Again and again, with a rest between. @returns stops it */
function repeat(step: () => Promise<void>, restMs: number): () => Promise<void> {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  const again = () => {
    running = step().then(() => {
      if (!isStopped) timer = setTimeout(again, restMs).unref()
    })
  }
  again()
  return () => {
    isStopped = true
    clearTimeout(timer)
    return running
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

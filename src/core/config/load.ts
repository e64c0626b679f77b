import { existsSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import type { z } from 'zod'
import { ConfigError } from '../errors.ts'
import { calendarMistakes, DEMO_CALENDAR } from './sections/calendar.ts'
import { allowedAt, FIELDS, keysAt } from './fields.ts'
import { environmentLayer, fileLayer, flagLayer, show, unknownKey } from './layers.ts'
import type { Given } from './layers.ts'
import { backupMistakes } from './sections/backup.ts'
import { biMistakes } from './sections/addresses/bi.ts'
import { alertMistakes } from './sections/alerts.ts'
import { INCIDENT_FILES } from './sections/incidents.ts'
import { feedMistakes } from './sections/polling.ts'
import { kafkaMistakes } from './sections/brokers/kafka.ts'
import { mqttMistakes } from './sections/brokers/mqtt.ts'
import { jobMistakes } from './sections/jobs.ts'
import { locationMistakes } from './sections/location.ts'
import { outputMistakes } from './sections/outputs.ts'
import { describeMistake } from './config-error.ts'
import type { Mistake } from './config-error.ts'
import { ConfigSchema } from './schema.ts'
import { resolveInside, resolveReference, Secret } from './values/secret.ts'
import { readYamlFile } from './yaml-file.ts'

/** The settings in force, frozen: sizes in bytes, durations in the unit of their name, `forever` as null, `data.dir` absolute. */
export type Config = z.output<typeof ConfigSchema>

export interface ConfigSources {
  /** Path of the file; undefined: ARTERIAL_CONFIG, else `arterial.yaml` of the home folder, if there is one. */
  readonly file?: string | undefined
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv
  /** By path, e.g. `{'server.port': 0}`; undefined means not given. */
  readonly flags?: Readonly<Record<string, unknown>>
  /** The folder the program was called from. @default process.cwd() */
  readonly cwd?: string
}

export interface Loaded {
  /** Null when there are mistakes. */
  readonly config: Config | null
  readonly mistakes: readonly Mistake[]
  /** Absolute path of the file that was read; null when there is none. */
  readonly file: string | null
  /** What was given, by path; what is not in here has its default. */
  readonly given: ReadonlyMap<string, Given>
}

/** Settings that name a file or a folder: in the file relative to it, else to where the command is called. */
const PATHS = [
  ...INCIDENT_FILES.map(key => `incidents.${key}`),
  'backup.folder',
  'tables.folder',
  'follow.folder',
  'bi.certFile',
  'bi.keyFile',
]
const CHECKOUT = resolve(import.meta.dirname, '../../..')
/** A real city until `city.name` says what it is called. */
const UNNAMED = 'Unnamed city'
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

/**
 * File, then environment, then flags, through one schema.
 * @throws {ConfigError} naming every mistake at once
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const { config, mistakes } = inspectConfig(sources)
  if (config) return config
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`
  throw new ConfigError(`The configuration has ${count}:\n${mistakes.map(describeMistake).join('\n')}`)
}

/** The same without throwing, and with where each value came from. */
export function inspectConfig(sources: ConfigSources = {}): Loaded {
  const { env = process.env, cwd = process.cwd() } = sources
  const { file, home } = findFile(sources.file ?? env['ARTERIAL_CONFIG'], cwd)
  const base = file ? dirname(file) : home
  const layers = [environmentLayer(env), flagLayer(sources.flags ?? {})]
  if (file) layers.unshift(fileLayer(readYamlFile(file)))

  const mistakes = layers.flatMap(layer => layer.mistakes)
  const given = new Map(layers.flatMap(layer => [...layer.values]))
  const input = file ? {} : { simulation: { mode: 'profile' } }
  const nested: Record<string, Record<string, unknown>> = input
  for (const { path, section, key, meta } of FIELDS) {
    const one = given.get(path)
    if (!one) continue
    const value = meta.secret
      ? secretValue(path, one, env, home, mistakes)
      : meta.secretsInside
        ? withSecrets(path, one, env, home, mistakes)
        : one.value
    ;(nested[section] ??= {})[key] = value
  }
  for (const path of PATHS) {
    const one = given.get(path)
    const [section = '', key = ''] = path.split('.')
    if (typeof one?.value === 'string' && one.value !== '')
      (nested[section] ??= {})[key] = resolve(one.from === 'file' ? base : cwd, one.value)
  }
  ;(nested['data'] ??= {})['dir'] = dataFolder(given.get('data.dir'), base, cwd)
  ;(nested['jobs'] ??= {})['pipelines'] = pipelinePaths(given.get('jobs.pipelines'), base, cwd)

  // The demo's name on real traffic would mislead whoever looks at both.
  if (nested['simulation']?.['mode'] !== 'profile') nested['city'] = { name: UNNAMED, ...nested['city'] }
  else if (!['country', 'state', 'region'].some(key => given.has(`calendar.${key}`)))
    nested['calendar'] = { ...nested['calendar'], ...DEMO_CALENDAR }

  const parsed = ConfigSchema.safeParse(nested)
  if (!parsed.success)
    mistakes.push(...parsed.error.issues.flatMap(issue => issueMistakes(issue, nested, given)))
  mistakes.push(...crossChecks(nested, given))
  const config = parsed.success && mistakes.length === 0 ? deepFreeze(parsed.data) : null
  return { config, mistakes, file, given }
}

/**
 * Where `arterial.yaml` and `./data` are looked for: the folder of the call, if it has a file; else the checkout when the call came
 * from inside it; else the folder of the call.
 */
function findFile(named: string | undefined, cwd: string): { file: string | null; home: string } {
  if (named) return { file: resolve(cwd, named), home: dirname(resolve(cwd, named)) }
  const inside = cwd === CHECKOUT || cwd.startsWith(CHECKOUT + sep)
  for (const folder of inside ? [cwd, CHECKOUT] : [cwd]) {
    const file = join(folder, 'arterial.yaml')
    if (existsSync(file)) return { file, home: folder }
  }
  return { file: null, home: inside ? CHECKOUT : cwd }
}

function dataFolder(given: Given | undefined, home: string, cwd: string): unknown {
  if (!given) return resolve(home, 'data')
  if (typeof given.value !== 'string' || given.value === '') return given.value
  return resolve(given.from === 'file' ? home : cwd, given.value)
}

/** Files and folders of pipelines, absolute; unless they are named, those of the folder that is there. */
function pipelinePaths(given: Given | undefined, home: string, cwd: string): unknown {
  if (!given) return [join(home, 'config/pipelines')].filter(existsSync)
  if (!Array.isArray(given.value)) return given.value
  const base = given.from === 'file' ? home : cwd
  return given.value.map((path: unknown) =>
    typeof path === 'string' && path !== '' ? resolve(base, path) : path,
  )
}

/** A secret stands in a file only as a reference; an environment variable may be the secret itself. */
function secretValue(
  path: string,
  given: Given,
  env: NodeJS.ProcessEnv,
  home: string,
  mistakes: Mistake[],
): Secret | null {
  const { value, from, where } = given
  if (value === null) return null
  const found = typeof value === 'string' ? resolveReference(value, env, home) : null
  if (found instanceof Secret) return found
  if (found) {
    mistakes.push({ path, where, message: `${found.problem}; allowed: ${allowedAt(path.split('.'))}` })
    return null
  }
  if (from === 'environment' && typeof value === 'string') return new Secret(value)
  mistakes.push({
    path,
    where,
    message: `a secret must not stand here; allowed: ${allowedAt(path.split('.'))}`,
  })
  return null
}

function withSecrets(
  path: string,
  { value, where }: Given,
  env: NodeJS.ProcessEnv,
  home: string,
  mistakes: Mistake[],
): unknown {
  return resolveInside(
    value,
    text => resolveReference(text, env, home),
    (inner, problem) =>
      mistakes.push({
        path: pathText([path, ...inner.map(key => (/^\d+$/.test(key) ? Number(key) : key))]),
        where,
        message: problem,
      }),
  )
}

function issueMistakes(
  issue: z.core.$ZodIssue,
  nested: unknown,
  given: ReadonlyMap<string, Given>,
): Mistake[] {
  const where = placeOf(issue.path, given)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => {
      const known = keysAt(issue.path).map(name => pathText([...issue.path, name]))
      return unknownKey(pathText([...issue.path, key]), known, where)
    })
  }
  const value = valueAt(nested, issue.path)
  const problem = value === undefined ? 'is missing' : `${show(value)} is not allowed`
  return [{ path: pathText(issue.path), where, message: `${problem}; allowed: ${allowedAt(issue.path)}` }]
}

/** Rules between fields; each looks only at what is well formed in itself. */
function crossChecks(
  nested: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>,
  given: ReadonlyMap<string, Given>,
): Mistake[] {
  const mistakes: Mistake[] = []
  const { shape } = ConfigSchema.shape.server.unwrap()
  const host = shape.host.safeParse(nested['server']?.['host']).data
  const tokens = shape.tokens.safeParse(nested['server']?.['tokens']).data
  if (host !== undefined && !LOOPBACK.test(host) && tokens?.length === 0) {
    mistakes.push({
      path: 'server.host',
      where: placeOf(['server', 'host'], given),
      message: `"${host}" is reached from other machines, which needs server.tokens (arterial token create makes one); allowed without: 127.0.0.1, ::1, localhost`,
    })
  }
  const names = tokens?.map(token => token.name) ?? []
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) {
    const where = placeOf(['server', 'tokens'], given)
    mistakes.push({
      path: 'server.tokens',
      where,
      message: `the name "${twice}" is used twice; allowed: a name of its own each`,
    })
  }
  const limits = ConfigSchema.shape.limits.safeParse(nested['limits']).data
  if (limits && limits.maxLineBytes > limits.maxBodyBytes) {
    mistakes.push({
      path: 'limits.maxLineBytes',
      where: placeOf(['limits', 'maxLineBytes'], given),
      message: `${limits.maxLineBytes} bytes are more than limits.maxBodyBytes; allowed: at most ${limits.maxBodyBytes}`,
    })
  }
  mistakes.push(...publicMistakes(nested, given))
  return [...mistakes, ...sectionMistakes(nested, given)]
}

/** The rules that sections have of their own. */
function sectionMistakes(
  nested: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>,
  given: ReadonlyMap<string, Given>,
): Mistake[] {
  const ofLists = [
    ...feedMistakes(nested['polling']?.['feeds']),
    ...kafkaMistakes(nested['kafka']),
    ...mqttMistakes(nested['mqtt']),
    ...jobMistakes(nested['jobs']?.['datasets']),
    ...outputMistakes(nested['outputs']?.['databases']),
    ...alertMistakes(nested['alerts']),
    ...['landing', 'backup', 'tables', 'follow'].flatMap(section =>
      locationMistakes(section, nested[section]),
    ),
    ...backupMistakes(nested['backup']),
    ...calendarMistakes(nested['calendar']),
    ...biMistakes(nested['bi'], nested['server']),
  ]
  return ofLists.map(one => ({ ...one, where: placeOf(one.path.replace(/\[.*/, '').split('.'), given) }))
}

/** One port is one door: the public one is never in front of the other by mistake. */
function publicMistakes(
  nested: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>,
  given: ReadonlyMap<string, Given>,
): Mistake[] {
  const own = ConfigSchema.shape.public.safeParse(nested['public'] ?? {}).data?.port ?? null
  const server = ConfigSchema.shape.server.safeParse(nested['server'] ?? {}).data?.port
  if (own === null || own === 0 || own !== server) return []
  const message = `${own} is server.port too; allowed: a port of its own, or null`
  return [{ path: 'public.port', where: placeOf(['public', 'port'], given), message }]
}

function placeOf(path: readonly PropertyKey[], given: ReadonlyMap<string, Given>): string {
  return given.get(path.slice(0, 2).map(String).join('.'))?.where ?? 'default'
}

/** `server.tokens[0].name` */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  )
}

function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key], tree)
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Secret)) {
    Object.values(value).forEach(deepFreeze)
    Object.freeze(value)
  }
  return value
}

import { z } from 'zod'
import { isVisible } from '../text/printable.ts'
import { Alerts } from './sections/alerts.ts'
import { Backup } from './sections/backup.ts'
import { Bi } from './sections/addresses/bi.ts'
import { Calendar } from './sections/calendar.ts'
import { Incidents } from './sections/incidents.ts'
import { Kafka } from './sections/brokers/kafka.ts'
import { Mqtt } from './sections/brokers/mqtt.ts'
import { Public } from './sections/addresses/public.ts'
import { Polling } from './sections/polling.ts'
import { Jobs } from './sections/jobs.ts'
import { LandingSection } from './sections/landing.ts'
import { Outputs } from './sections/outputs.ts'
import { Follow } from './sections/follow.ts'
import { Tables } from './sections/tables.ts'
import {
  allowList,
  choice,
  decimal,
  hours,
  keep,
  seconds,
  secret,
  size,
  text,
  whole,
  wholeOrNull,
  word,
} from './values/setting-types.ts'

const zone = z.string().refine(isTimeZone).prefault('America/New_York').meta({
  allowed: 'an IANA time zone, such as America/New_York',
  description: 'Zone of local hours, weekdays and of timestamps without a zone',
})

const City = z.strictObject({
  name: word('Demo City', '1 to 128 visible characters', /^[^\p{Cc}\p{Cf}\u2028\u2029]{1,128}$/u, {
    description: 'Shown on the page',
    fallback: '`Demo City` in the demo, else `Unnamed city`',
  }),
  latitude: decimal(40.7128, -90, 90, {
    unit: '°',
    description: 'Centre of the map and of the simulated city',
  }),
  longitude: decimal(-74.006, -180, 180, {
    unit: '°',
    description: 'Centre of the map and of the simulated city',
  }),
  timeZone: zone,
  units: choice(['metric', 'us'], 'metric', {
    description: 'Units the page shows first; storage is always metric',
  }),
  freeFlowKmh: decimal(50, 5, 200, {
    unit: 'km/h',
    description: 'Free-flow speed of a district until three nights have been measured',
  }),
  districtFreeFlowKmh: z
    .record(
      z.string().min(1).max(128).refine(isVisible),
      z.number().min(5).max(200).meta({ allowed: 'a number from 5 to 200', description: 'km/h' }),
    )
    .prefault({})
    .meta({
      allowed: 'a map of district names (1 to 128 visible characters) to speeds from 5 to 200 km/h',
      text: 'map',
      unit: 'km/h',
      description: 'The same for single districts, e.g. {downtown: 40}',
    }),
})

const Simulation = z.strictObject({
  mode: choice(['profile', 'off'], 'off', {
    description: 'profile: a simulated city; off: real readings. Each keeps a data folder of its own',
    fallback: 'profile without a configuration file, else off',
    flag: '--simulate',
  }),
  gridSize: whole(10, 1, 100, {
    description: 'Streets in each direction; its square is the number of intersections',
  }),
  intervalS: seconds(30, 1, 3600, { description: 'Each sensor sends so often' }),
  weatherIntervalS: seconds(300, 10, 86_400, { description: 'The weather may change so often' }),
  seed: whole(42, 0, 2 ** 31 - 1, { description: 'The same seed gives the same city and the same traffic' }),
  readingsPerMinute: wholeOrNull(1, 100_000_000, {
    description: 'Scales the number of sensors to this load; null: one sensor an intersection',
    flag: '--readings-per-minute',
  }),
  backfillHours: hours(24, 0, 24 * 366, { description: 'The first start fills so much of the past' }),
})

const Token = z.strictObject({
  name: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/)
    .meta({ allowed: '1 to 64 printable characters without spaces', description: 'Whose it is' }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .transform(hex => hex.toLowerCase())
    .meta({ allowed: '64 hexadecimal digits', description: 'SHA-256 of the token' }),
  scopes: z
    .array(z.enum(['read', 'write', 'admin']))
    .min(1)
    .meta({ allowed: 'a list of read, write and admin', description: 'What it may do' }),
})

const Server = z.strictObject({
  host: word(
    '127.0.0.1',
    'a host name or address; another than loopback only with server.tokens',
    /^[\w.:%-]{1,253}$/,
    {
      description: 'Address to listen on',
      flag: '--host',
    },
  ),
  port: whole(8080, 0, 65_535, { description: 'Port to listen on; 0 picks a free one', flag: '--port' }),
  allowedHosts: z
    .array(
      z
        .string()
        .regex(/^[\w.:[\]-]{1,253}$/)
        .meta({ allowed: 'a host name, with :port where it has one' }),
    )
    .prefault([])
    .meta({
      allowed: 'a list of host names',
      text: 'list',
      description:
        'Names under which the server is reached, beside its own address; other Host headers are refused',
    }),
  tokens: z.array(Token).prefault([]).meta({
    allowed: 'a list of {name, sha256, scopes}; `arterial token create` makes one',
    text: 'list',
    description: 'Access tokens; without any, only this machine may ask',
  }),
})

const Data = z.strictObject({
  dir: word('./data', 'a folder', /^[^\0]+$/, {
    description:
      'Log and lake; a sub-folder for the demo and one for the real city. Relative to the configuration file, else to the folder the command is called from',
    flag: '--data',
  }),
})

const Lake = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .refine(url => new URL(url).password === '' && new URL(url).username === '')
    .nullable()
    .prefault(null)
    .meta({
      allowed: 'an http or https URL without user and password, or null',
      description: 'ClickHouse server; null: the engine built in',
    }),
  user: word('default', '1 to 128 characters', /^.{1,128}$/u, {
    description: 'User on the ClickHouse server',
  }),
  password: secret({ description: 'Password on the ClickHouse server' }),
  maxMemoryBytes: size('2GiB', '256MiB', { description: 'Bound of the built-in engine’s memory' }),
  readers: whole(2, 2, 32, {
    description:
      'Users’ SQL statements that run at a time, one of them a quick one; each in a process of its own beside the built-in engine, and one more stands by. Each may take limits.sqlMaxMemoryBytes and some 500 MiB',
  }),
})

const Limits = z.strictObject({
  oldest: z.iso.date().prefault('2000-01-01').meta({
    allowed: 'a date, such as 2000-01-01',
    description: 'Readings from before this day (UTC) go to quarantine',
  }),
  maxFutureS: seconds(300, 0, 86_400, {
    description: 'Readings further ahead of their arrival go to quarantine',
  }),
  maxSensors: whole(2_000_000, 1, 100_000_000, {
    description: 'Readings of sensors beyond this number go to quarantine',
  }),
  maxLineBytes: size('16MiB', '1KiB', {
    description: 'A longer line is kept as a file of its own and goes to quarantine',
  }),
  maxBodyBytes: size('1GiB', '1KiB', {
    description: 'A request with a larger body, unpacked, is refused (413)',
  }),
  maxBodyRecords: whole(10_000_000, 1, 1_000_000_000, {
    description: 'A request with more records is refused (413)',
  }),
  backlogRecords: whole(5_000_000, 1, 1_000_000_000, {
    description:
      'With more records not yet loaded, the doors answer 429; each sender has its share, of which half is left to newcomers',
  }),
  backlogBytes: size('4GiB', '1MiB', { description: 'With more bytes not yet loaded, the doors answer 429' }),
  minFreeDiskBytes: size('512MiB', '0B', {
    description: 'With less space on the disk, the doors answer 503',
  }),
  sqlTimeoutS: seconds(30, 1, 3600, { description: 'A user’s SQL statement may take so long' }),
  sqlMaxRows: whole(100_000, 1, 100_000_000, { description: 'Rows a user’s SQL statement may answer' }),
  sqlMaxMemoryBytes: size('512MiB', '16MiB', { description: 'Memory a user’s SQL statement may take' }),
})

const Retention = z.strictObject({
  log: keep({ description: 'Log, and with it bronze, which is the log seen as a table' }),
  silver: keep({
    description:
      'silver.readings by day, and observations of other streams by day or month; of things, such as events and cameras, every version stays',
  }),
  gold: keep({ description: 'The gold tables, by day or month; at least as long as silver' }),
  quarantine: keep({ description: 'quarantine.lines of all streams and oversize files, by day' }),
})

const Cameras = z.strictObject({
  allowAddresses: allowList({
    description:
      'Cameras in private networks are asked for pictures only if they are in this list; public ones always',
  }),
  cacheS: seconds(10, 1, 3600, { description: 'A camera is asked for a new picture at most so often' }),
  standIn: z
    .array(
      z
        .string()
        .min(1)
        .max(128)
        .refine(isVisible)
        .meta({ allowed: 'the id of a camera, or "*" for every camera' }),
    )
    .prefault([])
    .meta({
      allowed: 'a list of ids of cameras, or ["*"] for every camera',
      text: 'list',
      description:
        'Cameras whose counts stand in for the loops of their intersection while none of these reports',
    }),
})

const MapSection = z.strictObject({
  tileStyle: text(null, 'an http or https URL, or null', /^https?:\/\/\S+$/, {
    description: 'MapLibre style under the city; null: only the city’s own streets, which works offline',
  }),
})

const LogSection = z.strictObject({
  format: choice(['text', 'json'], 'text', {
    description: 'The server’s log on stderr: lines for people, or a JSON object a line',
    flag: '--log-format',
  }),
  level: choice(['debug', 'info', 'warn', 'error'], 'info', {
    description: 'debug has every request; info what the server does; warn and error only what went wrong',
    flag: '--log-level',
  }),
})

/** `arterial.yaml`: every field is optional. Ages count from the newest data, not from the clock. */
export const ConfigSchema = z.strictObject({
  city: City.prefault({}).meta({ description: 'The city' }),
  simulation: Simulation.prefault({}).meta({ description: 'The simulated city of the demo' }),
  server: Server.prefault({}).meta({ description: 'The page and the API' }),
  data: Data.prefault({}).meta({ description: 'Where everything is kept' }),
  lake: Lake.prefault({}).meta({ description: 'The SQL engine' }),
  limits: Limits.prefault({}).meta({ description: 'What is refused, and when' }),
  retention: Retention.prefault({}).meta({ description: 'How long each layer is kept' }),
  log: LogSection.prefault({}).meta({ description: 'The server’s log' }),
  cameras: Cameras.prefault({}).meta({ description: 'Pictures of cameras' }),
  polling: Polling.prefault({}).meta({
    description: 'Addresses that are asked for data, see [polling](../polling.md)',
  }),
  kafka: Kafka.prefault({}).meta({
    description: 'Topics of Kafka and Event Hubs that are read, see [Kafka](../kafka.md)',
  }),
  mqtt: Mqtt.prefault({}).meta({
    description: 'Topics of MQTT brokers that are read, see [MQTT](../mqtt.md)',
  }),
  jobs: Jobs.prefault({}).meta({
    description: 'What is done on a schedule, see [jobs](../jobs.md)',
  }),
  landing: LandingSection.prefault({}).meta({
    description: 'Where what jobs receive is kept, see [jobs](../jobs.md#what-is-kept-landing)',
  }),
  backup: Backup.prefault({}).meta({
    description: 'Where `arterial backup` puts copies, see [storage](../storage.md)',
  }),
  outputs: Outputs.prefault({}).meta({
    description: 'Other databases that are kept equal to tables of the lake, see [outputs](../outputs.md)',
  }),
  tables: Tables.prefault({}).meta({
    description: 'Where the lake is published as open tables (Delta Lake), see [open tables](../tables.md)',
  }),
  follow: Follow.prefault({}).meta({
    description:
      'Open tables of another Arterial that this one is a copy of, see [a copy to be read](../follow.md)',
  }),
  calendar: Calendar.prefault({}).meta({
    description: 'Holidays and school days, see [events](../events.md)',
  }),
  incidents: Incidents.prefault({}).meta({
    description: 'The incident record, see [incidents](../incidents.md)',
  }),
  alerts: Alerts.prefault({}).meta({
    description: 'Who is told of new incidents and of problems, see [alerts](../alerts.md)',
  }),
  public: Public.prefault({}).meta({
    description:
      'An address for citizens, who may read the incident record, see [the public address](../public.md)',
  }),
  bi: Bi.prefault({}).meta({
    description: 'An address for BI tools, see [connect a BI tool](../bi.md)',
  }),
  map: MapSection.prefault({}).meta({ description: 'The map of the page' }),
})

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

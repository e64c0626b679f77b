import { printableLine } from '../../core/text/printable.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
export type LogFormat = 'text' | 'json'

/** Takes entries of the log as Pino writes them, one JSON object a line. */
export interface LogSink {
  write(entry: string): void
}

/** The program's own log, in the same format and to the same place as that of its server. */
export interface LineLog {
  readonly sink: LogSink
  /** @param more further fields of the entry */
  say(level: LogLevel, message: string, more?: Readonly<Record<string, unknown>>): void
}

/** What Pino adds to each entry, and nobody asks of one process's log. */
const UNSAID = ['pid', 'hostname', 'reqId']
/** Pino's numbers. */
const NUMBERS: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 }

/** @param least entries below this level are left out @param write takes whole lines */
export function lineLog(
  format: LogFormat,
  least: LogLevel,
  write: (line: string) => void,
  now: () => number = Date.now,
): LineLog {
  const sink: LogSink = { write: entry => write(format === 'json' ? entry : textOf(entry)) }
  return {
    sink,
    say(level, message, more = {}) {
      if (NUMBERS[level] < NUMBERS[least]) return
      sink.write(`${JSON.stringify({ level: NUMBERS[level], time: now(), msg: message, ...more })}\n`)
    },
  }
}

/** `2026-03-01T06:00:00.000Z WARN  the words  path=/v1/sql`; what has lines of its own, as a stack, follows indented. */
function textOf(entry: string): string {
  let fields: Record<string, unknown>
  try {
    fields = JSON.parse(entry) as Record<string, unknown>
  } catch {
    return entry
  }
  const { level, time, msg, err, ...rest } = fields
  const name = LOG_LEVELS.find(one => NUMBERS[one] === level) ?? 'error'
  const at = new Date(typeof time === 'number' ? time : 0).toISOString()
  const words = typeof msg === 'string' ? msg : ''
  const more = Object.entries(rest)
    .filter(([key]) => !UNSAID.includes(key))
    .map(([key, value]) => `${key}=${valueOf(value)}`)
  const stack = stackOf(err)
    .split('\n')
    .filter(line => line !== '')
    .map(line => `    ${printableLine(line)}\n`)
  const head = [`${at} ${name.toUpperCase().padEnd(5)} ${printableLine(words)}`, ...more].join('  ')
  return `${head}\n${stack.join('')}`
}

function valueOf(value: unknown): string {
  return typeof value === 'string' ? printableLine(value) : JSON.stringify(value)
}

function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { stack, message } = error as { stack?: unknown; message?: unknown }
  return typeof stack === 'string' ? stack : typeof message === 'string' ? message : ''
}

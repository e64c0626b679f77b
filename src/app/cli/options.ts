import { Command, InvalidArgumentError, Option } from 'commander'
import { parseSpanS } from '../../core/config/index.ts'

/** A command whose help ends in examples. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .addHelpText('after', `\nExamples:\n${examples.map(line => `  $ arterial ${line}`).join('\n')}`)
}

/** The flags of a command that talks to a running system. */
export function withServerFlags(target: Command): Command {
  return withFolderFlags(target)
    .option('--url <address>', 'talk to the server there (or ARTERIAL_URL)')
    .option('--token <token>', 'access token for it (better: ARTERIAL_TOKEN)')
    .option('--json', 'one JSON document on stdout')
}

/** The flags that say which data and which settings. */
export function withFolderFlags(target: Command): Command {
  return target
    .option('--data <dir>', 'data folder')
    .option('--config <file>', 'configuration file')
    .addOption(new Option('--simulate <mode>', 'the demo or the real city').choices(['profile', 'off']))
}

export function positive(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 on.')
  return value
}

export function positiveDecimal(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}

export function portNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.')
  }
  return value
}

/** A day (its start in UTC) or an instant with its zone, as the API takes it. */
export function instant(text: string): string {
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/i.test(whole) || Number.isNaN(Date.parse(whole))) {
    throw new InvalidArgumentError(
      'It must be a day or an instant with its zone, such as 2026-03-01 or 2026-03-01T06:00:00Z.',
    )
  }
  return new Date(whole).toISOString()
}

/** A day, as a calendar has it. */
export function day(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
  if (!isDay || new Date(text).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('It must be a day, such as 2026-11-01.')
  return text
}

/** `name=value`, collected. */
export function pair(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^(\w{1,64})=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('It must be name=value, the name of letters, digits and _.')
  }
  return { ...before, [name]: value }
}

/** Seconds of `300`, `30s`, `5m`. */
export function span(text: string): number {
  const seconds = parseSpanS(text)
  if (seconds === null || !Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
    throw new InvalidArgumentError('It must be a duration from 1s to 1d, such as 30s or 5m.')
  }
  return seconds
}

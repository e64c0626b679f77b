import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { inspectConfig } from '../../../core/config/index.ts'
import { UsageError } from '../../../core/errors.ts'
import { FeedError } from '../../../core/feed-error.ts'
import { zoneOffsets } from '../../../core/time/index.ts'
import { presets } from '../../../sources/poll/index.ts'
import type { Shell } from '../shell.ts'

export interface PresetWishes {
  readonly preset: string
  /** @default the city's */
  readonly zone?: string
  readonly config?: string
  /** Of fields that the file does not say, e.g. station_id. */
  readonly set?: Readonly<Record<string, string>>
}

/**
 * The records of a file in a provider's format.
 * @throws {UsageError} when it can't be read, is in another format, or the format is for another stream
 */
export async function readPresetFile(
  shell: Pick<Shell, 'env' | 'cwd'>,
  stream: string,
  path: string,
  { preset, zone, config, set = {} }: PresetWishes,
): Promise<readonly object[]> {
  const format = presets.find(one => one.name === preset)
  if (format?.stream !== stream)
    throw new UsageError(`the preset ${preset} is for ${format?.stream ?? 'nothing'}, not for ${stream}`)
  const constants = Object.fromEntries(
    Object.entries(set).map(([field, value]) => [
      field,
      /^-?\d+(\.\d+)?$/.test(value) && field !== 'station_id' ? Number(value) : value,
    ]),
  )
  try {
    const body = await readFile(path)
    const records = format.read(body, {
      arrivedAtMs: Date.now(),
      zone: zoneOf(zone, config, shell),
      constants,
    })
    if (records.length === 0) throw new FeedError('holds nothing to import')
    return records
  } catch (cause) {
    if (cause instanceof FeedError)
      throw new UsageError(`${basename(path)} ${cause.message.replace(/^the answer /, '')}.`, { cause })
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new UsageError(`${path} can't be read (${code}).`, { cause })
  }
}

function zoneOf(
  zone: string | undefined,
  file: string | undefined,
  { env, cwd }: Pick<Shell, 'env' | 'cwd'>,
): string {
  const used = zone ?? inspectConfig({ file, env, cwd }).config?.city.timeZone ?? 'UTC'
  zoneOffsets(used)
  return used
}

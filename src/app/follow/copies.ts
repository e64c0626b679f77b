import { followsTables } from '../../core/config/index.ts'
import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import type { Origin } from '../../core/log.ts'

/** Where a copy's lines come from stands in its log as topics of brokers do: this, and the publisher. */
export const COPIED = 'delta/'

interface Log {
  readonly origins: readonly Origin[]
}

/** Whether what the log has, or is to have, is another server's. */
export function isCopy({ follow }: Pick<Config, 'follow'>, { origins }: Log): boolean {
  return followsTables(follow) || origins.some(({ topic }) => topic.startsWith(COPIED))
}

/** @throws {ConfigError} where a copy would become a city of its own without anybody having said so */
export function refuseOrphan(config: Pick<Config, 'follow'>, log: Log): void {
  if (followsTables(config.follow) || !isCopy(config, log)) return
  throw new ConfigError(
    'follow: the data folder is a copy of another server, but the settings name no tables to follow; start it with --lake delta:<folder> or follow.folder, or name another folder with --data',
  )
}

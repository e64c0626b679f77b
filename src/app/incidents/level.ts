import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenLake } from '../lake.ts'
import type { HostedRecord } from './record.ts'

export interface LevelDeps {
  readonly log: Pick<OpenLake['log'], 'synced'>
  readonly loader: Pick<OpenLake['loader'], 'visible'>
  /** The incident record that is made of what is loaded. @default there is none */
  readonly incidents?: Pick<HostedRecord, 'level'>
}

const LOOK_MS = 50

/** Resolves when everything that stands in the log now is in the tables and in the incident record. */
export async function levelWithLog(
  { log, loader, incidents }: LevelDeps,
  signal: AbortSignal,
): Promise<void> {
  const target = log.synced
  while (loader.visible < target) await sleep(LOOK_MS, undefined, { signal })
  await incidents?.level(target, signal)
}

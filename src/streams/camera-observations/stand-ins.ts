import { readFileSync } from 'node:fs'

/** Instead of a camera's id: every camera. */
export const EVERY_CAMERA = '*'

const VIEW = readFileSync(new URL('./sql/metrics_with_stand_ins.sql', import.meta.url), 'utf8')

/** What is needed of the engine. */
export interface StandInWriter {
  exec(
    sql: string,
    options: { readonly session: 'load'; readonly params?: Readonly<Record<string, unknown>> },
  ): Promise<unknown>
}

/**
 * Lets what these cameras count stand in gold.intersection_metrics where no loop of their intersection reported. After the views were
 * made, at each start: without any camera the view stays as it is, and costs nothing.
 */
export async function openStandIns(engine: StandInWriter, cameraIds: readonly string[]): Promise<void> {
  await engine.exec('TRUNCATE TABLE lake.camera_stand_ins', { session: 'load' })
  if (cameraIds.length === 0) return
  await engine.exec('INSERT INTO lake.camera_stand_ins (camera_id) SELECT arrayJoin({ids:Array(String)})', {
    session: 'load',
    params: { ids: cameraIds },
  })
  await engine.exec(VIEW, { session: 'load' })
}

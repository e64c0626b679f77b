import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Alert } from '../../../../src/app/alerts/delivery/alert.ts'
import { alertIdOf } from '../../../../src/insight/alerts/index.ts'

export const testAlert = (rule: string, n = 0): Alert => ({
  kind: 'test',
  alertId: alertIdOf(['test', rule, n]),
  rule,
})

export const incidentAlert: Extract<Alert, { kind: 'incident' }> = {
  kind: 'incident',
  alertId: alertIdOf(['incident', 'crashes', 'i1', 'severe']),
  rule: 'crashes',
  change: 'new',
  arrivedAtMs: Date.parse('2026-03-01T12:05:00Z'),
  incident: {
    incidentId: 'i1',
    type: 'pedestrian',
    severity: 'severe',
    title: 'Macleod Trail and 25 Avenue SE',
    description: 'Incident involving a pedestrian.\nBlocking the right lane',
    startedAtMs: Date.parse('2026-03-01T12:00:00Z'),
    updatedAtMs: Date.parse('2026-03-01T12:01:00Z'),
    latitude: 51.03,
    longitude: -114.06,
    community: 'MISSION',
    quadrant: 'SE',
  },
}

export const problemAlert: Extract<Alert, { kind: 'problem' }> = {
  kind: 'problem',
  alertId: alertIdOf(['problem', 'system', 'jobs']),
  rule: 'system',
  problem: { code: 'jobs', message: 'The job calgary is late', sinceMs: Date.parse('2026-03-01T12:00:00Z') },
}

/** A folder that is gone after the test. */
export async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'arterial-alerts-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

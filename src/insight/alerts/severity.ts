import type { Severity } from '../../core/schema/severity.ts'
import type { IncidentWords } from '../incidents/index.ts'

/** Somebody without a car around him, or many cars. */
const HURT: ReadonlySet<string> = new Set(['pedestrian', 'cyclist', 'motorcycle', 'multi-vehicle'])
const CRASH: ReadonlySet<string> = new Set(['two-vehicle', 'single-vehicle'])

/**
 * How bad an incident is by what its report says; sources give no severity. Severe: people outside a car, several cars, or a road
 * that is closed. Moderate: any other crash, and what blocks more than the shoulder. What is open again is no worse than its kind.
 */
export function severityOf({
  type,
  lanes,
  isReopened,
}: Pick<IncidentWords, 'type' | 'lanes' | 'isReopened'>): Severity {
  if (HURT.has(type) || (!isReopened && lanes.includes('all'))) return 'severe'
  const blocks = !isReopened && lanes.some(part => part !== 'shoulder')
  return CRASH.has(type) || blocks ? 'moderate' : 'minor'
}

import type { Config } from '../../core/config/index.ts'
import { LoadRules } from '../../core/schema/rules.ts'
import type { Engine } from '../engine/index.ts'
import type { Rules } from '../readings/scan/index.ts'

/** Rules with the position from which they hold. */
export interface RuleVersion {
  readonly position: number
  readonly rules: LoadRules
}

/** The changes a `rules` frame holds. The program wrote them itself: a line that does not parse is a bug, and throws. */
export function parseRules(lines: Buffer, position: number): RuleVersion[] {
  return lines
    .toString('utf8')
    .split('\n')
    .filter(line => line !== '')
    .map((line, i) => ({ position: position + i, rules: LoadRules.parse(JSON.parse(line)) }))
}

/** The rules that the settings name. */
export function configuredRules({
  limits,
  city,
  simulation,
}: Pick<Config, 'limits' | 'city' | 'simulation'>): ReturnType<typeof prepareRules> {
  return {
    rules: {
      oldestMs: Date.parse(limits.oldest),
      maxFutureMs: limits.maxFutureS * 1000,
      maxSensors: limits.maxSensors,
      visibleIds: true,
    },
    zone: city.timeZone,
    intervalS: simulation.intervalS,
  }
}

/** The same as a Preparer starts with them. */
export function prepareRules(rules: LoadRules): { rules: Rules; zone: string; intervalS: number } {
  return { rules: scanRules(rules), zone: rules.zone, intervalS: rules.interval_s }
}

export function scanRules(rules: LoadRules): Rules {
  return {
    oldestMs: rules.oldest_ms,
    maxFutureMs: rules.max_future_ms,
    maxSensors: rules.max_sensors,
    visibleIds: rules.visible_ids === true,
  }
}

/** The same as they are noted in the log. */
export function loadRules({ rules, zone, intervalS }: ReturnType<typeof prepareRules>): LoadRules {
  return {
    zone,
    oldest_ms: rules.oldestMs,
    max_future_ms: rules.maxFutureMs,
    max_sensors: rules.maxSensors,
    interval_s: intervalS,
    ...(rules.visibleIds ? { visible_ids: true } : {}),
  }
}

/** Every version of the rules the lake has loaded by, oldest first. */
export async function ruleVersions(engine: Engine): Promise<RuleVersion[]> {
  const rows = await engine.query<Omit<LoadRules, 'visible_ids'> & { position: number; visible: boolean }>(
    `SELECT toInt64(r.position) AS position, zone, oldest_ms, max_future_ms, toInt64(max_sensors) AS max_sensors, interval_s,
            visible_ids AS visible
     FROM lake.rule_versions AS r ORDER BY position`,
    { session: 'load', settings: { output_format_json_quote_64bit_integers: 0 } },
  )
  return rows.map(({ position, visible, ...rules }) => ({
    position,
    rules: visible ? { ...rules, visible_ids: true } : rules,
  }))
}

/** The rules for the reading at a position: those changed to last before it. */
export function rulesAt(versions: readonly RuleVersion[], position: number): LoadRules | undefined {
  return versions.findLast(version => version.position < position)?.rules
}

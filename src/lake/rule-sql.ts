import { BASE_DIGITS } from '../core/segment-names.ts'
import { DELAY_GRADES, WORST_DELAY_GRADE } from '../core/traffic/delay-grades.ts'
import { HIGHEST_SPEED_MPH } from '../core/traffic/highest-speed.ts'
import { NIGHT_END_HOUR } from '../core/traffic/night.ts'

/** Of `local_hour`. */
export const IS_NIGHT = `local_hour < ${NIGHT_END_HOUR}`

/** Of `mean_wait_s`. */
export const DELAY_GRADE = `multiIf(mean_wait_s IS NULL, NULL, ${DELAY_GRADES.map(
  ([grade, upperEndS]) => `mean_wait_s <= ${upperEndS}, '${grade}'`,
).join(', ')}, '${WORST_DELAY_GRADE}')`

const RULES: Readonly<Record<string, string>> = {
  '@is_night': IS_NIGHT,
  '@delay_grade': DELAY_GRADE,
  '@highest_speed_mph': String(HIGHEST_SPEED_MPH),
  '@base_digits': String(BASE_DIGITS),
}

/** Puts the rules that SQL shares with all other code in the place of their names. */
export function withRules(sql: string): string {
  return sql.replace(/@\w+/g, name => RULES[name] ?? name)
}

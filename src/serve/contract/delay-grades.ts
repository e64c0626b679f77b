/** The delay grades, for the page. */
export { DELAY_GRADES, WORST_DELAY_GRADE } from '../../core/traffic/delay-grades.ts'

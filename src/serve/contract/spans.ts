/** Lengths of time, for the page. */
export { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time/spans.ts'

/** Stands by every figure that compares places or times by their incidents. */
export const REPORTS_ARE_NOT_CRASHES =
  'These are reports of incidents, not crashes: they include stalls and closures, miss what nobody reported, and change when the way of reporting does.'

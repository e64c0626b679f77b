/** What a step may do beside running a job: what each is, and whether it does it for a day. */
export const STEP_KINDS = {
  'tables-publish': { says: 'brings open tables level with the lake', takesDay: false },
  'tables-optimise': { says: 'puts small files of open tables together', takesDay: false },
  'tables-vacuum': {
    says: 'removes files of open tables that no version of the last 7 days has',
    takesDay: false,
  },
  'tables-verify': { says: 'reads every file of open tables and compares it with the lake', takesDay: false },
  'lake-verify': {
    says: 'recomputes the lake from the log and compares; nothing is loaded meanwhile',
    takesDay: false,
  },
  'lake-rebuild': {
    says: 'runs the readings of the day through the present rules again; nothing is loaded meanwhile',
    takesDay: true,
  },
  retention: { says: 'drops what is older than the settings keep', takesDay: false },
  train: {
    says: 'learns the incident risk from the record as it is now, and judges it by the last year',
    takesDay: false,
  },
  report: { says: 'writes the report of the day', takesDay: true },
} as const satisfies Record<string, { readonly says: string; readonly takesDay: boolean }>

export type StepKind = keyof typeof STEP_KINDS

export function isStepKind(text: string): text is StepKind {
  return Object.hasOwn(STEP_KINDS, text)
}

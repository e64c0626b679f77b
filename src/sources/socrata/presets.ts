import type { SodaFormat } from './dataset.ts'

/** A dataset that is known: its address, when its publisher brings it up to date, and what its reader cannot do without. */
export interface SocrataPreset {
  readonly name: string
  readonly says: string
  readonly address: string
  readonly format: SodaFormat
  /** Reader of its rows, by the name that `app/` gives it. */
  readonly reader: string
  readonly cron: string
  readonly zone: string
  /** A row that is missing from all of its rows was deleted at the source; false where old rows leave by themselves. */
  readonly isRecord: boolean
  /** Columns it cannot be read without; of each list one is enough. */
  readonly needs: readonly (readonly string[])[]
  /** Those of them that it reads as times and numbers. */
  readonly typed: readonly string[]
}

const CALGARY = 'https://data.calgary.ca/resource'
const NEEDS = [['incident_info'], ['start_dt', 'start_dt_utc'], ['longitude'], ['latitude']]
const TYPED = ['start_dt', 'start_dt_utc', 'longitude', 'latitude']

export const socrataPresets: readonly SocrataPreset[] = [
  {
    name: 'calgary-traffic-incidents',
    says: 'City of Calgary, Traffic Incidents: the record, replaced as a whole twice a month',
    address: `${CALGARY}/35ra-9556`,
    format: 'json',
    reader: 'calgary-incidents',
    cron: '0 17 1,15 * *',
    zone: 'America/Edmonton',
    isRecord: true,
    needs: NEEDS,
    typed: TYPED,
  },
  {
    name: 'calgary-live-incidents',
    says: 'City of Calgary, Traffic Incidents now: old ones leave it by themselves',
    address: `${CALGARY}/4jah-h97u`,
    format: 'json',
    reader: 'calgary-incidents',
    cron: '*/5 * * * *',
    zone: 'America/Edmonton',
    isRecord: false,
    needs: NEEDS,
    typed: TYPED,
  },
]

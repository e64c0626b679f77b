/** The database of the views made for BI tools. */
export const BI_DATABASE = 'bi'

/** What BI tools ask of the engine's own tables is answered by these. */
export const SCHEMA_VIEWS = {
  databases: `${BI_DATABASE}.schema_databases`,
  tables: `${BI_DATABASE}.schema_tables`,
  columns: `${BI_DATABASE}.schema_columns`,
  settings: `${BI_DATABASE}.schema_settings`,
  functions: `${BI_DATABASE}.schema_functions`,
  data_type_families: `${BI_DATABASE}.schema_types`,
  one: `${BI_DATABASE}.schema_one`,
} as const

/** Views to join others with. */
export const DIMENSIONS = { dates: `${BI_DATABASE}.dates`, districts: `${BI_DATABASE}.districts` } as const

/** Rows as they came, and what is wrong with them: nothing for a chart. */
const LEFT_OUT = /^(bronze|quarantine)\.|conflicts$|_versions$/
/** Where two tables have one name, the first of these has it plain. */
const ORDER = ['gold', 'silver', 'lake']

/**
 * The views for BI tools by the table each is made of: `gold.hourly_summary` is `bi.hourly_summary`.
 * @param listed `database.table` that may be read
 */
export function biViewNames(listed: Iterable<string>): ReadonlyMap<string, string> {
  const tables = [...listed].filter(table => !LEFT_OUT.test(table)).sort((a, b) => rank(a) - rank(b))
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const table of tables) {
    const [database = '', name = ''] = table.split('.')
    const own = taken.has(name) ? `${name}_${database}` : name
    taken.add(own)
    names.set(table, `${BI_DATABASE}.${own}`)
  }
  return names
}

/** A view with what it holds. */
export interface BiView {
  readonly table: string
  readonly says: string
}

/** The views that people read, in any SQL: those made of the listed tables, and those to join with. */
export function biViews(listed: readonly BiView[]): BiView[] {
  const names = biViewNames(listed.map(({ table }) => table))
  return [
    ...listed.flatMap(({ table, says }) => {
      const view = names.get(table)
      return view === undefined
        ? []
        : [{ table: view, says: `${says}: ${table} in plain types, with the city’s clock` }]
    }),
    {
      table: DIMENSIONS.dates,
      says: 'one row per day of the city from 2000 to 2099, with weekend and holiday: to join others with',
    },
    { table: DIMENSIONS.districts, says: 'one row per district: to join others with' },
  ]
}

/** Every table that BI tools may read: those of SQL, the views made for them, and what tells of these. */
export function biTables(listed: Iterable<string>): ReadonlySet<string> {
  const all = [...listed]
  return new Set([
    ...all,
    ...biViewNames(all).values(),
    ...Object.values(DIMENSIONS),
    ...Object.values(SCHEMA_VIEWS),
  ])
}

function rank(table: string): number {
  const at = ORDER.indexOf(table.split('.')[0] ?? '')
  return at < 0 ? ORDER.length : at
}

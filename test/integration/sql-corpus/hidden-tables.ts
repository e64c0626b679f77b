import { fixed, type Escape, type Family } from './escape.ts'

/** Tables that exist and are on no list: of the engine, and behind the lake's views. */
export const hiddenTables = [
  ...[
    'tables',
    'columns',
    'databases',
    'parts',
    'processes',
    'settings',
    'functions',
    'disks',
    'users',
    'grants',
  ],
  ...[
    'metrics',
    'events',
    'clusters',
    'macros',
    'one',
    'numbers',
    'contributors',
    'build_options',
    'server_settings',
  ],
  ...[
    'storage_policies',
    'table_functions',
    'data_type_families',
    'merges',
    'mutations',
    'query_cache',
    'warnings',
  ],
].map(name => `system.${name}`)
const others = [
  'information_schema.tables',
  'INFORMATION_SCHEMA.COLUMNS',
  'gold.hourly_summary_state',
  'bronze.segments',
  'quarantine.internal',
]
const all = [...hiddenTables, ...others]

const forEach = (what: string, make: (table: string) => string, tables = all): Escape[] =>
  tables.map(table => fixed(`${what}: ${table}`, make(table)))

const some = [
  'system.tables',
  'system.parts',
  'system.one',
  'information_schema.tables',
  'gold.hourly_summary_state',
  'bronze.segments',
  'quarantine.internal',
]
const quoted = (table: string) =>
  table
    .split('.')
    .map(part => `\`${part}\``)
    .join('.')
const bare = (table: string) => table.split('.')[1] ?? ''

export const hiddenFamilies: readonly Family[] = [
  {
    name: 'a hidden table behind a WITH of its dotted name',
    secondWall: null,
    escapes: forEach(
      'WITH',
      table => `WITH \`${table}\` AS (SELECT * FROM ${table}) SELECT * FROM \`${table}\``,
    ),
  },
  {
    name: 'a hidden table behind a WITH of another dotted name',
    secondWall: null,
    escapes: [
      ...forEach(
        'as a listed table',
        table =>
          `WITH \`gold.hourly_summary\` AS (SELECT * FROM ${table}) SELECT * FROM \`gold.hourly_summary\``,
        some,
      ),
      ...forEach(
        'in double quotes',
        table => `WITH "${table}" AS (SELECT * FROM ${table}) SELECT * FROM "${table}"`,
        some,
      ),
      ...forEach(
        'nested',
        table =>
          `WITH a AS (WITH \`${table}\` AS (SELECT * FROM ${table}) SELECT * FROM \`${table}\`) SELECT * FROM a`,
        some,
      ),
      ...forEach(
        'recursive',
        table => `WITH RECURSIVE \`${table}\` AS (SELECT * FROM ${table}) SELECT * FROM \`${table}\``,
        some,
      ),
      ...forEach(
        'materialized',
        table => `WITH \`${table}\` AS MATERIALIZED (SELECT * FROM ${table}) SELECT * FROM \`${table}\``,
        some,
      ),
      ...forEach(
        'unused by name',
        table => `WITH \`${table}\` AS (SELECT 1) SELECT count() FROM ${table}`,
        some,
      ),
    ],
  },
  {
    name: 'a hidden table by its name',
    secondWall: null,
    escapes: [
      ...forEach('plain', table => `SELECT * FROM ${table}`),
      ...forEach('quoted', table => `SELECT count() FROM ${quoted(table)}`, some),
      ...forEach(
        'with a comment in the name',
        table => `SELECT count() FROM ${table.replace('.', '/**/./**/')}`,
        some,
      ),
      ...forEach('as IN’s right side', table => `SELECT 1 IN ${table}`, some),
      ...forEach('in brackets after IN', table => `SELECT 1 IN (${table})`, [
        'system.one',
        'gold.hourly_summary_state',
      ]),
      ...forEach('in a scalar subquery', table => `SELECT (SELECT count() FROM ${table})`, some),
      ...forEach('in EXISTS', table => `SELECT exists(SELECT 1 FROM ${table})`, some),
      ...forEach(
        'in a JOIN',
        table => `SELECT count() FROM gold.hourly_summary AS a CROSS JOIN ${table} AS b`,
        some,
      ),
      ...forEach('behind UNION', table => `SELECT 1 UNION ALL SELECT count() FROM ${table}`, some),
      ...forEach(
        'in an unused column',
        table => `SELECT a FROM (SELECT 1 AS a, (SELECT count() FROM ${table}) AS b)`,
        some,
      ),
      ...forEach('FROM first', table => `FROM ${table} SELECT count()`, some),
      ...forEach('described', table => `DESCRIBE TABLE ${table}`, [
        'gold.hourly_summary_state',
        'bronze.segments',
        'quarantine.internal',
      ]),
      ...forEach('shown', table => `SHOW CREATE TABLE ${table}`, [
        'gold.hourly_summary_state',
        'bronze.segments',
        'quarantine.internal',
      ]),
    ],
  },
  {
    name: 'a hidden table, asked whether it is there',
    secondWall: 'the engine tells that a table exists to whom may not read it',
    escapes: forEach('EXISTS', table => `EXISTS TABLE ${table}`, some),
  },
  {
    name: 'a hidden table by names that mean two things',
    secondWall: null,
    escapes: [
      fixed('a WITH of the same bare name', 'WITH one AS (SELECT 1) SELECT * FROM system.one'),
      fixed(
        'a table renamed by an inner WITH',
        'WITH t AS (SELECT 1 AS x) SELECT (WITH system.one AS t SELECT dummy FROM t)',
      ),
      fixed(
        'a table renamed like a listed one',
        'WITH `gold.hourly_summary` AS (SELECT 1 AS x) SELECT (WITH system.one AS `gold.hourly_summary` SELECT dummy FROM `gold.hourly_summary`)',
      ),
      fixed(
        'a database renamed',
        'WITH t AS (SELECT 1 AS x) SELECT (WITH system AS gold SELECT dummy FROM gold.one)',
      ),
      fixed(
        'a table seen inside a WITH of its name',
        'WITH internal AS (SELECT * FROM internal) SELECT * FROM internal',
      ),
      fixed(
        'a table seen inside a recursive WITH of its name',
        'WITH RECURSIVE internal AS (SELECT * FROM internal) SELECT * FROM internal',
      ),
      fixed(
        'a WITH of another branch',
        'SELECT * FROM (WITH hourly_summary_state AS (SELECT 1) SELECT * FROM hourly_summary_state) a, hourly_summary_state',
      ),
      fixed(
        'a WITH of a later member',
        'SELECT 1 UNION ALL (WITH secret AS (SELECT 1 AS x) SELECT x FROM secret) UNION ALL SELECT * FROM secret',
      ),
      ...forEach('without its database', table => `SELECT * FROM ${bare(table)}`, [
        'gold.hourly_summary_state',
        'quarantine.internal',
      ]),
      fixed(
        'a column called as a table',
        'SELECT system.tables AS `silver.readings`, (SELECT count() FROM `silver.readings`)',
      ),
      fixed(
        'a column called as a database',
        'SELECT system.tables AS silver, (SELECT count() FROM silver.tables)',
      ),
      fixed(
        'a WITH expression called as a database',
        'WITH (SELECT 1) AS system SELECT count() FROM system.tables',
      ),
      fixed(
        'a table alias called as a database',
        'SELECT count() FROM gold.hourly_summary AS system, system.tables',
      ),
      fixed('a table name as parameter', 'SELECT * FROM {t:Identifier}'),
      fixed('a database name as parameter', 'SELECT * FROM {t:Identifier}.tables'),
    ],
  },
]

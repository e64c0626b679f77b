import { fixed, type Escape, type Family } from './escape.ts'
import { hiddenLakeTables } from './small-lake.ts'

/** Tables of the engine. */
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
const engineTables = [...hiddenTables, 'information_schema.tables', 'INFORMATION_SCHEMA.COLUMNS']
/** Whoever may nothing may not read these either; the rest of the engine's tables the engine shows to everybody. */
const guarded = ['system.users', 'system.grants']
const open = engineTables.filter(table => !guarded.includes(table))
const someOpen = ['system.tables', 'system.parts', 'system.one', 'information_schema.tables']
const ofLake = [...hiddenLakeTables, 'gold.hourly_summary_state', 'bronze.segments']
const seenByAll =
  'the engine lets everybody read most of its own tables; in a reader they tell of the reader only'

const quoted = (table: string) =>
  table
    .split('.')
    .map(part => `\`${part}\``)
    .join('.')
const bare = (table: string) => table.split('.')[1] ?? ''

type Shape = readonly [what: string, make: (table: string) => string]

const behindWith: readonly Shape[] = [
  ['of its dotted name', t => `WITH \`${t}\` AS (SELECT * FROM ${t}) SELECT * FROM \`${t}\``],
  [
    'of a listed table’s name',
    t => `WITH \`gold.hourly_summary\` AS (SELECT * FROM ${t}) SELECT * FROM \`gold.hourly_summary\``,
  ],
  ['in double quotes', t => `WITH "${t}" AS (SELECT * FROM ${t}) SELECT * FROM "${t}"`],
  ['nested', t => `WITH a AS (WITH \`${t}\` AS (SELECT * FROM ${t}) SELECT * FROM \`${t}\`) SELECT * FROM a`],
  ['recursive', t => `WITH RECURSIVE \`${t}\` AS (SELECT * FROM ${t}) SELECT * FROM \`${t}\``],
  ['materialized', t => `WITH \`${t}\` AS MATERIALIZED (SELECT * FROM ${t}) SELECT * FROM \`${t}\``],
]

const byName: readonly Shape[] = [
  ['plain', t => `SELECT * FROM ${t}`],
  ['quoted', t => `SELECT count() FROM ${quoted(t)}`],
  ['with a comment in the name', t => `SELECT count() FROM ${t.replace('.', '/**/./**/')}`],
  ['as IN’s right side', t => `SELECT 1 IN ${t}`],
  ['in brackets after IN', t => `SELECT 1 IN (${t})`],
  ['in a scalar subquery', t => `SELECT (SELECT count() FROM ${t})`],
  ['in EXISTS', t => `SELECT exists(SELECT 1 FROM ${t})`],
  ['in a JOIN', t => `SELECT count() FROM gold.hourly_summary AS a CROSS JOIN ${t} AS b`],
  ['behind UNION', t => `SELECT 1 UNION ALL SELECT count() FROM ${t}`],
  ['in an unused column', t => `SELECT a FROM (SELECT 1 AS a, (SELECT count() FROM ${t}) AS b)`],
  ['FROM first', t => `FROM ${t} SELECT count()`],
  ['in EXPLAIN', t => `EXPLAIN SELECT * FROM ${t}`],
]

const told: readonly Shape[] = [
  ['sampled', t => `SELECT * FROM ${t} SAMPLE 1`],
  ['FINAL', t => `SELECT * FROM ${t} FINAL`],
  ['by an index', t => `SELECT * FROM mergeTreeIndex(${t.replace('.', ', ')})`],
]

const shaped = (shapes: readonly Shape[], tables: readonly string[]): Escape[] =>
  shapes.flatMap(([what, make]) => tables.map(table => fixed(`${what}: ${table}`, make(table))))

export const hiddenFamilies: readonly Family[] = [
  { name: 'a hidden table of the lake behind a WITH', secondWall: null, escapes: shaped(behindWith, ofLake) },
  { name: 'a hidden table of the lake by its name', secondWall: null, escapes: shaped(byName, ofLake) },
  { name: 'a hidden table of the lake, told of', secondWall: null, escapes: shaped(told, ofLake) },
  {
    name: 'a table of the engine that tells of users',
    secondWall: null,
    escapes: shaped([...behindWith, ...byName.filter(([what]) => what !== 'in EXPLAIN')], guarded),
  },
  {
    name: 'a table of the engine behind a WITH',
    secondWall: seenByAll,
    escapes: [...shaped(behindWith.slice(0, 1), open), ...shaped(behindWith.slice(1), someOpen)],
  },
  {
    name: 'a table of the engine by its name',
    secondWall: seenByAll,
    escapes: [...shaped(byName.slice(0, 1), open), ...shaped(byName.slice(1), someOpen)],
  },
  {
    name: 'a hidden table that a WITH of its name stands for',
    secondWall: 'the name means the WITH: nothing is read',
    escapes: shaped(
      [['unused by name', t => `WITH \`${t}\` AS (SELECT 1) SELECT count() FROM ${t}`]],
      [...ofLake, ...someOpen],
    ),
  },
  {
    name: 'a hidden table of the lake, its name and columns',
    secondWall:
      'a reader may see that its tables are there, and their columns: by them the guard knows what is hidden',
    escapes: shaped(
      [
        ['EXISTS', t => `EXISTS TABLE ${t}`],
        ['shown', t => `SHOW CREATE TABLE ${t}`],
        ['described', t => `DESCRIBE TABLE ${t}`],
      ],
      ofLake,
    ),
  },
  {
    name: 'a table of the engine, asked whether it is there',
    secondWall: null,
    escapes: shaped([['EXISTS', t => `EXISTS TABLE ${t}`]], someOpen),
  },
  {
    name: 'a hidden table by names that mean two things',
    secondWall: 'system.one is seen by all; where the name means another thing, nothing is read',
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
      ...shaped(
        [['without its database', t => `SELECT * FROM ${bare(t)}`]],
        ['gold.hourly_summary_state', 'quarantine.internal'],
      ),
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

import { secretFile as file, web, type Family, type Place } from './escape.ts'

/** Table functions, with arguments that would be right. */
const sources: readonly (readonly [name: string, args: (place: Place) => string])[] = [
  ['file', file],
  ['file', p => `${file(p)}, 'LineAsString'`],
  ['fileCluster', p => `'default', ${file(p)}`],
  ['filesystem', p => `'${p.folder}'`],
  ['url', p => `${web(p)}, RawBLOB`],
  ['url', p => `${web(p)}, 'RawBLOB', 'x String'`],
  ['urlCluster', p => `'default', ${web(p)}, 'RawBLOB'`],
  ['s3', p => `${web(p)}, NOSIGN, 'RawBLOB'`],
  ['s3Cluster', p => `'default', ${web(p)}, NOSIGN, 'RawBLOB'`],
  ['gcs', p => `${web(p)}, NOSIGN, 'RawBLOB'`],
  ['oss', p => `${web(p)}, NOSIGN, 'RawBLOB'`],
  ['cosn', p => `${web(p)}, NOSIGN, 'RawBLOB'`],
  ['azureBlobStorage', p => `${web(p)}, 'c', 'b', 'n', 'a2V5', 'CSV'`],
  ['hdfs', p => `'hdfs://127.0.0.1:${p.port}/x', 'CSV', 'x String'`],
  ['remote', p => `'127.0.0.1:${p.port}', system.one`],
  ['remote', p => `'127.0.0.1:${p.port}', 'system', 'one', 'u', 'p'`],
  ['remoteSecure', p => `'127.0.0.1:${p.port}', system.one`],
  ['cluster', () => 'default, system.one'],
  ['clusterAllReplicas', () => "'default', system.one"],
  ['mysql', p => `'127.0.0.1:${p.port}', 'd', 't', 'u', 'p'`],
  ['postgresql', p => `'127.0.0.1:${p.port}', 'd', 't', 'u', 'p'`],
  ['mongodb', p => `'127.0.0.1:${p.port}', 'd', 't', 'u', 'p', 'x String'`],
  ['redis', p => `'127.0.0.1:${p.port}', 'k', 'k String, v String'`],
  ['sqlite', p => `${file(p)}, 't'`],
  ['odbc', () => "'DSN=x', 'd', 't'"],
  ['jdbc', () => "'jdbc:x', 'd', 't'"],
  ['executable', () => "'id', TSV, 'x String'"],
  ['eval', () => "'SELECT 1'"],
  ['deltaLake', p => `${web(p)}, NOSIGN`],
  ['deltaLakeLocal', file],
  ['iceberg', p => `${web(p)}, NOSIGN`],
  ['icebergLocal', file],
  ['hudi', p => `${web(p)}, NOSIGN`],
  ['paimonLocal', file],
  ['ytsaurus', p => `${web(p)}, '//t', 'token', 'x String'`],
  ['arrowstream', file],
  ['merge', () => "'bronze', '.*'"],
  ['merge', () => "'system', '^tables$'"],
  ['dictionary', () => "'d'"],
  ['loop', () => 'gold.hourly_summary_state'],
  ['mergeTreeIndex', () => 'gold, hourly_summary_state'],
  ['mergeTreeProjection', () => 'gold, hourly_summary_state, p'],
  ['mergeTreeAnalyzeIndexes', () => 'gold, hourly_summary_state'],
  ['timeSeriesData', () => 'gold.hourly_summary_state'],
  ['prometheusQuery', () => "'gold', 'x', 'up', now()"],
  ['viewExplain', () => "'EXPLAIN', '', (SELECT * FROM system.tables)"],
  ['view', () => 'SELECT * FROM gold.hourly_summary_state'],
]

/** Those that only compute: refused, as the list has what is needed; harmless to an engine. */
const harmless: readonly (readonly [name: string, args: string])[] = [
  ['input', "'x String'"],
  ['viewIfPermitted', "SELECT * FROM gold.hourly_summary_state ELSE null('x String')"],
  ['format', "CSV, 'x String', 'a'"],
  ['values', "'x UInt8', 1"],
  ['null', "'x String'"],
  ['generateRandom', "'x String', 1, 10, 2"],
  ['fuzzJSON', "'{}', 1"],
  ['fuzzQuery', "'SELECT 1'"],
  ['zeros', '10'],
  ['zeros_mt', '10'],
  ['primes', '10'],
]

export const sourceFamilies: readonly Family[] = [
  {
    name: 'table functions that read elsewhere',
    secondWall: null,
    escapes: sources.map(([name, args]) => ({
      what: name,
      sql: p => `SELECT * FROM ${name}(${args(p)}) LIMIT 1`,
    })),
  },
  {
    name: 'table functions in a WITH, a JOIN and a subquery',
    secondWall: null,
    escapes: sources
      .filter((_, i) => i % 4 === 0)
      .flatMap(([name, args]) => [
        {
          what: `${name} in a WITH`,
          sql: (p: Place) => `WITH t AS (SELECT * FROM ${name}(${args(p)})) SELECT count() FROM t`,
        },
        {
          what: `${name} in a JOIN`,
          sql: (p: Place) => `SELECT count() FROM gold.hourly_summary CROSS JOIN ${name}(${args(p)})`,
        },
        { what: `${name} in EXPLAIN`, sql: (p: Place) => `EXPLAIN SELECT * FROM ${name}(${args(p)})` },
      ]),
  },
  {
    name: 'table functions that are on no list',
    secondWall: 'they read nothing',
    escapes: harmless.map(([name, args]) => ({
      what: name,
      sql: () => `SELECT * FROM ${name}(${args}) LIMIT 1`,
    })),
  },
]

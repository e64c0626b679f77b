import { BI_DATABASE, biTables, SCHEMA_VIEWS } from './names.ts'
import { literal } from './quoting.ts'

/** Settings that a statement of a BI tool may have; whatever else is asked for is refused, or left out where it changes no answer. */
export const BI_SETTINGS = {
  date_time_output_format: 'simple',
  join_use_nulls: '0',
  session_timezone: '',
  output_format_json_quote_64bit_integers: '0',
  output_format_json_quote_decimals: '0',
  output_format_json_quote_denormals: '0',
  output_format_json_named_tuples_as_objects: '1',
  output_format_arrow_string_as_string: '1',
  output_format_parquet_string_as_string: '1',
  output_format_binary_write_json_as_string: '0',
  format_csv_delimiter: ',',
} as const

export const lastView = `CREATE OR REPLACE VIEW ${SCHEMA_VIEWS.one} AS SELECT toUInt8(0) AS dummy`

const NO_UUID = `toUUID('00000000-0000-0000-0000-000000000000')`

/** Views that tell of the listed tables and views what the engine's own tables would tell of all. */
export function schemaViews(listed: Iterable<string>): readonly string[] {
  const shown = [...biTables(listed)].filter(table => !Object.values<string>(SCHEMA_VIEWS).includes(table))
  const databases = [...new Set(shown.map(table => table.split('.')[0] ?? ''))].sort()
  const isShown = `concat(database, '.', NAME) IN (${shown.map(literal).join(', ')})`
  return [
    `CREATE OR REPLACE VIEW ${SCHEMA_VIEWS.databases} AS
     SELECT arrayJoin(CAST([${databases.map(literal).join(', ')}], 'Array(String)')) AS name, 'Atomic' AS engine, '' AS data_path,
       '' AS metadata_path, ${NO_UUID} AS uuid, '' AS engine_full,
       if(name = '${BI_DATABASE}', 'Views for BI tools', '') AS comment, toUInt8(0) AS is_external`,
    `CREATE OR REPLACE VIEW ${SCHEMA_VIEWS.tables} AS
     SELECT database, name, ${NO_UUID} AS uuid, 'View' AS engine, toUInt8(0) AS is_temporary,
       CAST([], 'Array(String)') AS data_paths, '' AS metadata_path, CAST(0, 'DateTime') AS metadata_modification_time,
       CAST([], 'Array(String)') AS dependencies_database, CAST([], 'Array(String)') AS dependencies_table,
       '' AS create_table_query, '' AS engine_full, '' AS as_select, '' AS partition_key, '' AS sorting_key, '' AS primary_key,
       '' AS sampling_key, '' AS storage_policy, CAST(NULL, 'Nullable(UInt64)') AS total_rows,
       CAST(NULL, 'Nullable(UInt64)') AS total_bytes, CAST(NULL, 'Nullable(UInt64)') AS lifetime_rows, comment,
       toUInt8(0) AS has_own_data, database AS schema
     FROM system.tables WHERE ${isShown.replace('NAME', 'name')}`,
    `CREATE OR REPLACE VIEW ${SCHEMA_VIEWS.columns} AS
     SELECT database, table, name, type, position, '' AS default_kind, '' AS default_expression,
       CAST(0, 'UInt64') AS data_compressed_bytes, CAST(0, 'UInt64') AS data_uncompressed_bytes, CAST(0, 'UInt64') AS marks_bytes, comment,
       toUInt8(0) AS is_in_partition_key, toUInt8(0) AS is_in_sorting_key, toUInt8(0) AS is_in_primary_key,
       toUInt8(0) AS is_in_sampling_key, '' AS compression_codec, character_octet_length, numeric_precision,
       numeric_precision_radix, numeric_scale, datetime_precision
     FROM system.columns WHERE ${isShown.replace('NAME', 'table')}`,
    `CREATE OR REPLACE VIEW ${SCHEMA_VIEWS.settings} AS
     SELECT s.1 AS name, s.2 AS value, toUInt8(0) AS changed, '' AS description, CAST(NULL, 'Nullable(String)') AS min,
       CAST(NULL, 'Nullable(String)') AS max, toUInt8(0) AS readonly, 'String' AS type, s.2 AS default, '' AS alias_for,
       toUInt8(0) AS is_obsolete, 'Production' AS tier
     FROM (SELECT arrayJoin([${Object.entries(BI_SETTINGS)
       .map(([name, value]) => `(${literal(name)}, ${literal(value)})`)
       .join(', ')}]) AS s)`,
    `CREATE OR REPLACE VIEW ${SCHEMA_VIEWS.functions} AS
     SELECT name, is_aggregate, case_insensitive, alias_to, '' AS create_query, 'System' AS origin, '' AS description, '' AS syntax,
       '' AS arguments, '' AS returned_value, '' AS examples, '' AS introduced_in, '' AS categories
     FROM system.functions`,
    `CREATE OR REPLACE VIEW ${SCHEMA_VIEWS.data_type_families} AS
     SELECT name, case_insensitive, alias_to FROM system.data_type_families`,
    lastView,
  ]
}

import { analyst } from './analyst.ts'

/**
 * What honest analysts ask, with what stands in the first column of the first row (where that tells something). Parameters
 * are s = a text with every quote, n = 7, l = ['a'], d = 'd1'.
 */
export const honest: readonly (readonly [sql: string, first?: unknown])[] = [
  ...analyst,
  ['SELECT 1', 1],
  ['select count(*) from gold.hourly_summary;', 400],
  ['-- how many\nSELECT count() /* all */ FROM silver.readings', 5000],
  ['SELECT district, avg(mean_speed_kmh) FROM gold.hourly_summary GROUP BY district ORDER BY district', 'd0'],
  [
    'WITH busy AS (SELECT district, sum(readings) AS n FROM gold.hourly_summary GROUP BY district) SELECT district FROM busy ORDER BY n DESC LIMIT 1',
    'd3',
  ],
  ['WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b', 2],
  ['WITH a(x) AS (SELECT 5) SELECT x FROM a UNION ALL SELECT x FROM a', 5],
  ['WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT max(x) FROM n', 5],
  ['WITH 3 AS three, (SELECT max(readings) FROM gold.hourly_summary) AS most SELECT three + most', 402],
  [
    'SELECT s.district, count() FROM silver.readings AS r JOIN lake.sensors AS s USING (sensor_id) GROUP BY s.district ORDER BY 1',
    'd0',
  ],
  [
    "SELECT count() FROM silver.readings r LEFT JOIN lake.sensors s ON r.sensor_id = s.sensor_id WHERE s.district = 'd1'",
    1000,
  ],
  [
    'SELECT r.sensor_id FROM silver.readings r ASOF JOIN gold.hourly_summary g ON g.district = r.sensor_id AND r.measured_at >= g.window_start LIMIT 1',
    undefined,
  ],
  [
    'SELECT row_number() OVER (PARTITION BY district ORDER BY window_start) FROM gold.hourly_summary LIMIT 1',
    1,
  ],
  [
    'SELECT avg(readings) OVER w FROM gold.hourly_summary WINDOW w AS (ORDER BY window_start, district ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) LIMIT 1',
    0,
  ],
  ['SELECT lagInFrame(readings, 1) OVER (ORDER BY readings) FROM gold.hourly_summary LIMIT 1', 0],
  ['SELECT round(quantile(0.85)(speed_kmh)) FROM silver.readings', 62],
  ['SELECT length(quantiles(0.5, 0.85, 0.95)(speed_kmh)) FROM silver.readings', 3],
  ['SELECT countIf(speed_kmh IS NULL) FROM silver.readings', 715],
  ['SELECT uniqExact(sensor_id), count(DISTINCT sensor_id) FROM silver.readings', 5],
  [
    'SELECT toStartOfFifteenMinutes(measured_at) AS t, sum(vehicles) FROM silver.readings GROUP BY t ORDER BY t LIMIT 1',
    '2026-06-01 00:00:00',
  ],
  [
    "SELECT count() FROM silver.readings WHERE measured_at >= toDateTime('2026-06-01 00:00:00') AND measured_at < now() AND sensor_id IN ('S-1', 'S-2')",
    2000,
  ],
  [
    "SELECT count() FROM silver.readings WHERE sensor_id IN (SELECT sensor_id FROM lake.sensors WHERE district = 'd0')",
    2000,
  ],
  [
    'WITH d AS (SELECT sensor_id FROM lake.sensors) SELECT count() FROM silver.readings WHERE sensor_id IN d',
    5000,
  ],
  ['SELECT arrayMap(x -> upper(x), tags) FROM lake.sensors ORDER BY sensor_id LIMIT 1', ['LOOP', '0']],
  ['SELECT tag FROM lake.sensors ARRAY JOIN tags AS tag ORDER BY tag DESC LIMIT 1', 'loop'],
  [
    "SELECT arrayFilter((x, i) -> i > 1, tags, arrayEnumerate(tags)) FROM lake.sensors WHERE sensor_id = 'S-3'",
    ['3'],
  ],
  ['SELECT * EXCEPT (readings) FROM gold.hourly_summary ORDER BY 1, 2 LIMIT 1', '2026-06-01 00:00:00'],
  [
    'SELECT * REPLACE (upper(district) AS district) FROM gold.hourly_summary ORDER BY 1, 2 LIMIT 1',
    '2026-06-01 00:00:00',
  ],
  ['SELECT avg(mean_speed_kmh) AS "mean speed (km/h)" FROM gold.hourly_summary', 66.5],
  [
    "SELECT CASE WHEN readings > 5 THEN 'many' ELSE 'few' END FROM gold.hourly_summary ORDER BY readings DESC LIMIT 1",
    'many',
  ],
  ["SELECT position FROM bronze.lines WHERE line LIKE '%sensor%'", 0],
  ['SELECT JSONExtractString(\'{"a":"x;y"}\', \'a\')', 'x;y'],
  ["SELECT extract('INT-0305', '(\\\\d+)'), 'it''s', $$a 'text'$$", '0305'],
  ['SELECT {s:String}, {n:UInt16} + 1, {l:Array(String)}', 'x\n\'"\\ — ü'],
  ['SELECT count() FROM gold.hourly_summary WHERE district = {d:String} OR readings < {n:UInt64}', 105],
  ['SELECT number FROM numbers(3) ORDER BY number DESC', 2],
  ["SELECT c2 FROM (VALUES (1, 'a'), (2, 'b')) ORDER BY c1", 'a'],
  ['SELECT h.readings AS readings FROM gold.hourly_summary AS h ORDER BY readings DESC LIMIT 1', 399],
  ['SELECT readings AS sensors FROM gold.hourly_summary ORDER BY sensors LIMIT 1', 0],
  [
    'SELECT readings FROM gold.hourly_summary WHERE readings = ALL (SELECT max(readings) FROM gold.hourly_summary)',
    399,
  ],
  ['SELECT grouping(district) FROM gold.hourly_summary GROUP BY ROLLUP(district) ORDER BY 1 LIMIT 1', 0],
  ['(SELECT 1) UNION DISTINCT (SELECT 1)', 1],
  ['SELECT 1 EXCEPT SELECT 2', 1],
  ['SELECT district, count() FROM gold.hourly_summary GROUP BY ROLLUP(district) ORDER BY 2 DESC LIMIT 1', ''],
  ['SELECT greatCircleDistance(-74.006, 40.7128, -73.9, 40.7) > 8000', 1],
  ['DESCRIBE gold.hourly_summary', 'window_start'],
  ['DESC TABLE silver.readings', 'sensor_id'],
  ['DESCRIBE (SELECT readings AS r FROM gold.hourly_summary)', 'r'],
  ['EXISTS gold.hourly_summary', 1],
  ["SHOW TABLES FROM gold LIKE '%summary'", 'hourly_summary'],
  ['SHOW DATABASES', 'bronze'],
  ['EXPLAIN SELECT district FROM gold.hourly_summary WHERE readings > 3', undefined],
  ['EXPLAIN indexes = 1 SELECT district FROM gold.hourly_summary WHERE readings > 3', undefined],
]

/** What a traffic analyst asks: each only has to be answered. */
export const analyst: readonly (readonly [sql: string])[] = [
  [
    'SELECT toStartOfHour(measured_at) AS hour, count() AS n FROM silver.readings GROUP BY hour ORDER BY hour',
  ],
  [
    'SELECT toHour(measured_at) AS h, avg(speed_kmh) AS mean, quantile(0.85)(speed_kmh) AS v85 FROM silver.readings WHERE speed_kmh IS NOT NULL GROUP BY h ORDER BY h',
  ],
  [
    'SELECT sensor_id, quantiles(0.15, 0.5, 0.85)(speed_kmh) FROM silver.readings GROUP BY sensor_id ORDER BY sensor_id',
  ],
  [
    'SELECT sensor_id, median(speed_kmh), stddevPop(speed_kmh), min(speed_kmh), max(speed_kmh) FROM silver.readings GROUP BY 1 ORDER BY 1',
  ],
  [
    'SELECT district, round(avg(mean_speed_kmh), 1) AS "mean speed (km/h)" FROM gold.hourly_summary GROUP BY district ORDER BY 2 DESC',
  ],
  [
    "SELECT district, sum(readings) AS n FROM gold.hourly_summary WHERE window_start >= '2026-06-01 06:00:00' AND window_start < '2026-06-01 10:00:00' GROUP BY district",
  ],
  [
    "SELECT count() FROM silver.readings WHERE measured_at BETWEEN '2026-06-01 00:00:00' AND '2026-06-01 01:00:00'",
  ],
  ['SELECT countIf(speed_kmh < 30) / count() AS slow_share FROM silver.readings'],
  ['SELECT count() FILTER (WHERE vehicles > 5) AS busy, count() AS n FROM silver.readings'],
  [
    'SELECT sensor_id, sum(vehicles) AS passed, rank() OVER (ORDER BY sum(vehicles) DESC) AS place FROM silver.readings GROUP BY sensor_id',
  ],
  [
    'SELECT sensor_id, measured_at, speed_kmh, lagInFrame(speed_kmh) OVER (PARTITION BY sensor_id ORDER BY measured_at) AS before FROM silver.readings LIMIT 20',
  ],
  [
    'SELECT sensor_id, measured_at, avg(speed_kmh) OVER (PARTITION BY sensor_id ORDER BY measured_at ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) AS smooth FROM silver.readings LIMIT 20',
  ],
  [
    'SELECT district, window_start, readings, sum(readings) OVER (PARTITION BY district ORDER BY window_start) AS so_far FROM gold.hourly_summary ORDER BY district, window_start LIMIT 5',
  ],
  [
    'SELECT district, readings, row_number() OVER w AS n, first_value(readings) OVER w AS first FROM gold.hourly_summary WINDOW w AS (PARTITION BY district ORDER BY window_start) LIMIT 3',
  ],
  [
    'SELECT district, readings FROM gold.hourly_summary QUALIFY row_number() OVER (PARTITION BY district ORDER BY readings DESC) = 1 ORDER BY district',
  ],
  [
    'SELECT window_start, dense_rank() OVER (ORDER BY readings DESC) AS r, ntile(4) OVER (ORDER BY readings) AS quarter FROM gold.hourly_summary LIMIT 5',
  ],
  [
    'SELECT readings - leadInFrame(readings) OVER (ORDER BY window_start ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS change FROM gold.hourly_summary LIMIT 5',
  ],
  [
    'SELECT avg(readings) OVER (ORDER BY window_start RANGE BETWEEN 3600 PRECEDING AND CURRENT ROW) FROM gold.hourly_summary LIMIT 5',
  ],
  [
    'SELECT percent_rank() OVER (ORDER BY readings), cume_dist() OVER (ORDER BY readings) FROM gold.hourly_summary LIMIT 2',
  ],
  ['SELECT exponentialMovingAverage(3)(readings, toUnixTimestamp(window_start)) FROM gold.hourly_summary'],
  [
    'SELECT s.district, avg(r.speed_kmh) FROM silver.readings AS r INNER JOIN lake.sensors AS s ON r.sensor_id = s.sensor_id GROUP BY s.district',
  ],
  [
    'SELECT sensors.district, count() FROM silver.readings AS readings JOIN lake.sensors AS sensors ON readings.sensor_id = sensors.sensor_id GROUP BY sensors.district',
  ],
  ['SELECT count() FROM lake.sensors FULL OUTER JOIN silver.readings USING (sensor_id)'],
  ['SELECT count() FROM lake.sensors AS s ANTI LEFT JOIN silver.readings AS r ON s.sensor_id = r.sensor_id'],
  ['SELECT count() FROM lake.sensors AS s SEMI LEFT JOIN silver.readings AS r ON s.sensor_id = r.sensor_id'],
  [
    'SELECT count() FROM silver.readings AS a ASOF JOIN silver.readings AS b ON a.sensor_id = b.sensor_id AND a.measured_at >= b.measured_at',
  ],
  [
    'SELECT a.district, b.district FROM lake.sensors AS a CROSS JOIN lake.sensors AS b WHERE a.sensor_id < b.sensor_id ORDER BY 1, 2 LIMIT 3',
  ],
  [
    'SELECT count() FROM gold.hourly_summary AS a JOIN gold.hourly_summary AS b ON a.district = b.district AND a.window_start = b.window_start',
  ],
  ['SELECT count() FROM silver.readings GLOBAL ANY LEFT JOIN lake.sensors USING sensor_id'],
  ['SELECT tag, count() FROM lake.sensors ARRAY JOIN tags AS tag GROUP BY tag ORDER BY 2 DESC, 1'],
  [
    'SELECT sensor_id, tag, i FROM lake.sensors LEFT ARRAY JOIN tags AS tag, arrayEnumerate(tags) AS i ORDER BY sensor_id, i',
  ],
  ['SELECT arrayJoin(tags) AS tag, uniqExact(sensor_id) FROM lake.sensors GROUP BY tag ORDER BY tag'],
  ["SELECT count() FROM lake.sensors WHERE has(tags, 'loop')"],
  ["SELECT count() FROM lake.sensors WHERE hasAny(tags, ['loop', 'radar'])"],
  ['SELECT count() FROM lake.sensors WHERE hasAll(tags, {l:Array(String)})'],
  ['SELECT arrayMap(x -> x * 2, [1, 2, 3]) AS doubled, arrayFilter(x -> x % 2, [1, 2, 3]) AS odd'],
  ['SELECT arraySum(x -> x.1 * x.2, arrayZip([1, 2], [3, 4]))'],
  ['SELECT arrayReverseSort(groupArray(readings))[1] FROM gold.hourly_summary'],
  ['SELECT district, groupArray(3)(readings) FROM gold.hourly_summary GROUP BY district ORDER BY district'],
  ["SELECT arrayStringConcat(arraySort(groupUniqArray(district)), ', ') FROM gold.hourly_summary"],
  ['SELECT topK(3)(district) FROM gold.hourly_summary'],
  ['SELECT argMax(district, readings), argMin(district, readings) FROM gold.hourly_summary'],
  [
    'SELECT arrayCumSum(groupArray(readings)) FROM (SELECT readings FROM gold.hourly_summary ORDER BY window_start LIMIT 5)',
  ],
  ['SELECT arrayDifference([1, 4, 9]), arraySlice([1, 2, 3], 2), arrayDistinct([1, 1, 2]), length([1, 2])'],
  [
    'SELECT arrayExists(x -> x > 2, [1, 2, 3]), arrayAll(x -> x > 0, [1, 2, 3]), arrayCount(x -> x > 1, [1, 2, 3])',
  ],
  ['SELECT arrayFirst(x -> x > 1, [1, 2, 3]), arrayMax([1, 5, 3]), arrayAvg([1, 2, 3]), indexOf([4, 5], 5)'],
  ["SELECT mapKeys(m), mapValues(m) FROM (SELECT map('a', 1, 'b', 2) AS m)"],
  ['SELECT sumMap(map(district, readings)) FROM gold.hourly_summary'],
  ["SELECT tuple(1, 'a').2, (1, 2, 3).1"],
  [
    'WITH hourly AS (SELECT toStartOfHour(measured_at) AS hour, avg(speed_kmh) AS v FROM silver.readings GROUP BY hour) SELECT hour, v, v - avg(v) OVER () AS off FROM hourly ORDER BY hour',
  ],
  [
    'WITH a AS (SELECT district, sum(readings) AS n FROM gold.hourly_summary GROUP BY district), total AS (SELECT sum(n) AS t FROM a) SELECT district, n / t AS share FROM a, total ORDER BY share DESC',
  ],
  ['WITH readings AS (SELECT * FROM silver.readings WHERE vehicles > 3) SELECT count() FROM readings'],
  [
    "WITH sensors AS (SELECT sensor_id FROM lake.sensors WHERE district = 'd1') SELECT count() FROM silver.readings WHERE sensor_id IN sensors",
  ],
  [
    "WITH toDateTime('2026-06-01 00:00:00') AS day_start SELECT count() FROM silver.readings WHERE measured_at >= day_start",
  ],
  [
    'WITH (SELECT avg(speed_kmh) FROM silver.readings) AS overall SELECT sensor_id, avg(speed_kmh) - overall FROM silver.readings GROUP BY sensor_id ORDER BY sensor_id',
  ],
  [
    'WITH x AS (SELECT 1 AS n), y AS (SELECT n + 1 AS m FROM x), z AS (SELECT m * 2 AS k FROM y) SELECT k FROM z',
  ],
  [
    "WITH RECURSIVE days AS (SELECT toDate('2026-06-01') AS d UNION ALL SELECT d + 1 FROM days WHERE d < '2026-06-07') SELECT count() FROM days",
  ],
  [
    'WITH busy AS MATERIALIZED (SELECT district FROM gold.hourly_summary GROUP BY district HAVING sum(readings) > 100) SELECT count() FROM busy',
  ],
  ['SELECT district FROM gold.hourly_summary GROUP BY district HAVING count() > 10 ORDER BY district'],
  [
    'SELECT district, toHour(window_start) AS h, sum(readings) FROM gold.hourly_summary GROUP BY CUBE(district, h) ORDER BY 1, 2 LIMIT 5',
  ],
  [
    'SELECT district, toHour(window_start) AS h, sum(readings) FROM gold.hourly_summary GROUP BY GROUPING SETS ((district), (h), ()) ORDER BY 3 DESC LIMIT 5',
  ],
  ['SELECT district, sum(readings) FROM gold.hourly_summary GROUP BY district WITH TOTALS ORDER BY district'],
  ['SELECT district, sum(readings) FROM gold.hourly_summary GROUP BY ALL ORDER BY ALL'],
  ['SELECT DISTINCT district FROM gold.hourly_summary ORDER BY district'],
  [
    'SELECT DISTINCT ON (district) district, readings FROM gold.hourly_summary ORDER BY district, readings DESC',
  ],
  ['SELECT district, readings FROM gold.hourly_summary ORDER BY readings DESC LIMIT 1 BY district'],
  ['SELECT readings FROM gold.hourly_summary ORDER BY readings LIMIT 5 OFFSET 5'],
  ['SELECT readings FROM gold.hourly_summary ORDER BY readings DESC LIMIT 3 WITH TIES'],
  [
    'SELECT mean_speed_kmh FROM gold.hourly_summary ORDER BY mean_speed_kmh DESC NULLS LAST FETCH FIRST 3 ROWS ONLY',
  ],
  ['SELECT toDate(measured_at) AS day, count() FROM silver.readings GROUP BY day ORDER BY day WITH FILL'],
  [
    "SELECT number, 'x' AS s FROM numbers(3) ORDER BY number WITH FILL FROM 0 TO 6 STEP 2 INTERPOLATE (s AS s)",
  ],
  [
    "SELECT count() FROM silver.readings WHERE sensor_id IN (SELECT sensor_id FROM lake.sensors WHERE district = 'd0')",
  ],
  ["SELECT count() FROM silver.readings WHERE (sensor_id, vehicles) IN (('S-1', 1), ('S-2', 2))"],
  ["SELECT count() FROM silver.readings WHERE sensor_id NOT IN ('S-1')"],
  [
    'SELECT count() FROM lake.sensors AS s WHERE exists(SELECT 1 FROM silver.readings AS r WHERE r.sensor_id = s.sensor_id)',
  ],
  ['SELECT count() FROM silver.readings WHERE speed_kmh > (SELECT avg(speed_kmh) FROM silver.readings)'],
  [
    'SELECT readings FROM gold.hourly_summary WHERE readings >= ANY (SELECT readings FROM gold.hourly_summary) LIMIT 1',
  ],
  [
    'SELECT * FROM (SELECT district, max(readings) AS most FROM gold.hourly_summary GROUP BY district) AS t WHERE t.most > 396 ORDER BY t.district',
  ],
  ["SELECT x FROM (SELECT 'a' AS x UNION ALL SELECT 'b') ORDER BY x"],
  ['SELECT district FROM gold.hourly_summary INTERSECT SELECT district FROM lake.sensors ORDER BY district'],
  ['SELECT sensor_id FROM lake.sensors EXCEPT SELECT sensor_id FROM silver.readings'],
  ['(SELECT 1 AS a UNION ALL SELECT 2) EXCEPT SELECT 2'],
  ['SELECT * EXCEPT (mean_speed_kmh) FROM gold.hourly_summary LIMIT 1'],
  ['SELECT * REPLACE (round(mean_speed_kmh) AS mean_speed_kmh) FROM gold.hourly_summary LIMIT 1'],
  ["SELECT COLUMNS('speed') FROM gold.hourly_summary LIMIT 1"],
  ['SELECT h.* FROM gold.hourly_summary AS h LIMIT 1'],
  [
    "SELECT s.* EXCEPT (tags), r.COLUMNS('speed') FROM lake.sensors AS s JOIN silver.readings AS r USING (sensor_id) LIMIT 1",
  ],
  [
    "SELECT CASE WHEN speed_kmh < 20 THEN 'jam' WHEN speed_kmh < 40 THEN 'slow' ELSE 'free' END AS state, count() FROM silver.readings GROUP BY state ORDER BY state",
  ],
  [
    "SELECT CASE district WHEN 'd0' THEN 'centre' ELSE 'other' END AS part, count() FROM gold.hourly_summary GROUP BY part",
  ],
  [
    "SELECT multiIf(readings > 300, 'high', readings > 100, 'mid', 'low') AS class, count() FROM gold.hourly_summary GROUP BY class ORDER BY class",
  ],
  ['SELECT if(vehicles > 0, speed_kmh, NULL) IS NULL AS gap, count() FROM silver.readings GROUP BY gap'],
  ['SELECT coalesce(speed_kmh, 0), ifNull(speed_kmh, -1), nullIf(vehicles, 0) FROM silver.readings LIMIT 1'],
  ["SELECT vehicles > 3 ? 'many' : 'few' AS n FROM silver.readings LIMIT 1"],
  [
    "SELECT district LIKE 'd%', district NOT LIKE '%x%', district ILIKE 'D_' FROM gold.hourly_summary LIMIT 1",
  ],
  [
    "SELECT match(sensor_id, '^S-[0-9]+$'), extract(sensor_id, '[0-9]+'), replaceRegexpAll(sensor_id, '[^0-9]', '') FROM lake.sensors LIMIT 1",
  ],
  [
    "SELECT splitByChar('-', sensor_id)[2], upper(district), lower('ABC'), concat(district, '/', sensor_id) FROM lake.sensors LIMIT 1",
  ],
  [
    "SELECT substring('2026-06-01', 1, 4), trim(BOTH ' ' FROM '  a  '), leftPad('7', 3, '0'), reverse('abc'), position('abc', 'c')",
  ],
  ["SELECT sensor_id || '@' || district FROM lake.sensors ORDER BY 1 LIMIT 1"],
  ["SELECT format('{} in {}', sensor_id, district) FROM lake.sensors ORDER BY 1 LIMIT 1"],
  ["SELECT formatDateTime(window_start, '%Y-%m-%d %H:%i') FROM gold.hourly_summary LIMIT 1"],
  [
    'SELECT toStartOfInterval(measured_at, INTERVAL 15 MINUTE) AS q, count() FROM silver.readings GROUP BY q ORDER BY q LIMIT 3',
  ],
  ["SELECT date_trunc('hour', measured_at) AS h, count() FROM silver.readings GROUP BY h ORDER BY h LIMIT 3"],
  ["SELECT dateDiff('minute', min(measured_at), max(measured_at)) FROM silver.readings"],
  [
    'SELECT toDayOfWeek(measured_at) AS d, toHour(measured_at) AS h, count() FROM silver.readings GROUP BY d, h ORDER BY d, h',
  ],
  ["SELECT now() - INTERVAL 1 DAY < now(), today() - 7 < today(), DATE '2026-06-01' + INTERVAL 1 MONTH"],
  [
    'SELECT EXTRACT(HOUR FROM measured_at), toYYYYMM(measured_at), toUnixTimestamp(measured_at) FROM silver.readings LIMIT 1',
  ],
  ["SELECT toTimeZone(measured_at, 'America/New_York') FROM silver.readings LIMIT 1"],
  ["SELECT parseDateTime64BestEffort('2026-06-01T08:00:00Z', 3), toDateTime('2026-06-01 08:00:00', 'UTC')"],
  [
    "SELECT makeDate(2026, 6, 1), monthName(toDate('2026-06-01')), addHours(toDateTime('2026-06-01 00:00:00'), 3)",
  ],
  ['SELECT timeSlot(measured_at) AS t, uniq(sensor_id) FROM silver.readings GROUP BY t ORDER BY t LIMIT 2'],
  [
    'SELECT round(1.2345, 2), floor(1.9), ceil(1.1), abs(-3), sqrt(9), pow(2, 10), exp(0), log10(1000), 7 % 3, intDiv(7, 2)',
  ],
  ['SELECT greatest(1, 2), least(1, 2), clamp(5, 1, 3), sign(-2), pi() > 3'],
  [
    'SELECT corr(toFloat64(readings), toFloat64(mean_speed_kmh)), covarPop(readings, readings) FROM gold.hourly_summary',
  ],
  ['SELECT simpleLinearRegression(readings, mean_speed_kmh) FROM gold.hourly_summary'],
  ['SELECT histogram(5)(toFloat64(readings)) FROM gold.hourly_summary'],
  ['SELECT varSamp(readings), skewPop(readings), kurtPop(readings) FROM gold.hourly_summary'],
  [
    'SELECT quantileExact(0.95)(readings), quantileTDigest(0.5)(readings), medianExact(readings) FROM gold.hourly_summary',
  ],
  [
    'SELECT uniq(sensor_id), uniqExact(sensor_id), uniqCombined(sensor_id), count(DISTINCT sensor_id) FROM silver.readings',
  ],
  [
    'SELECT avgIf(speed_kmh, vehicles > 0), sumIf(vehicles, speed_kmh > 50), uniqIf(sensor_id, vehicles > 5) FROM silver.readings',
  ],
  ['SELECT avgOrNull(speed_kmh), sumOrDefault(vehicles) FROM silver.readings WHERE 0'],
  ['SELECT avgWeighted(speed_kmh, vehicles) FROM silver.readings WHERE speed_kmh IS NOT NULL'],
  ['SELECT any(district), anyLast(district), anyHeavy(district) FROM gold.hourly_summary'],
  ['SELECT sumForEach([readings, 1]) FROM gold.hourly_summary'],
  ['SELECT groupBitOr(readings), bitAnd(6, 3), bitShiftLeft(1, 4) FROM gold.hourly_summary'],
  ['SELECT sparkbar(10)(toHour(window_start), readings) FROM gold.hourly_summary'],
  ['SELECT largestTriangleThreeBuckets(4)(toUnixTimestamp(window_start), readings) FROM gold.hourly_summary'],
  ['SELECT maxIntersections(toInt64(window_start), toInt64(window_start) + 3600) FROM gold.hourly_summary'],
  [
    'SELECT geohashEncode(-73.98, 40.75, 6), geoToH3(40.75, -73.98, 8) > 0, pointInPolygon((3., 3.), [(6., 0.), (8., 4.), (5., 8.), (0., 2.)])',
  ],
  [
    "SELECT JSONExtractString(line, 'sensor_id'), JSONHas(line, 'speed'), isValidJSON(line) FROM bronze.lines LIMIT 1",
  ],
  ["SELECT JSONExtract('{\"a\": [1, 2]}', 'a', 'Array(UInt8)')"],
  ['SELECT position, length(line) FROM bronze.lines ORDER BY position LIMIT 1'],
  [
    "SELECT CAST('12', 'UInt8'), CAST('12' AS Float64), '12'::Int32, toDecimal64('1.5', 2), toString(12), toUInt64OrNull('x')",
  ],
  ['SELECT toTypeName(speed_kmh), toTypeName(vehicles) FROM silver.readings LIMIT 1'],
  [
    'SELECT cityHash64(sensor_id) % 10 AS bucket, count() FROM silver.readings GROUP BY bucket ORDER BY bucket',
  ],
  ["SELECT hex(MD5('a')), base64Encode('a'), generateUUIDv4() != generateUUIDv4()"],
  ['SELECT bar(readings, 0, 400, 20) FROM gold.hourly_summary LIMIT 1'],
  ['SELECT formatReadableQuantity(sum(readings)), formatReadableSize(12345678) FROM gold.hourly_summary'],
  [
    'SELECT readings FROM gold.hourly_summary WHERE NOT (readings > 5 OR readings < 2) AND district IS NOT NULL ORDER BY 1',
  ],
  ['SELECT readings, -readings, NOT readings, +1 FROM gold.hourly_summary LIMIT 1'],
  ['SELECT 1 = 1 AND 2 <> 3 AND 2 != 3 AND 1 <= 1 AND 2 >= 1 AND NULL IS NULL, 1 == 1'],
  ['SELECT 0x1F, 1e3, .5, 1_000, true, NULL, inf > 1, nan = nan'],
  ["SELECT 'it''s', 'a\\'b', 'a\\tb', 'Größe – ‘x’', $$he said 'x'$$, $tag$ $$ $tag$"],
  ['SELECT /* who */ district -- what\n, readings // why\n FROM gold.hourly_summary # where\n LIMIT 1'],
  ['SELECT number AS "a b", number AS `c d` FROM numbers(2)'],
  ['select District from (select district as District from gold.hourly_summary) limit 1'],
  ['SELECT count(*) AS settings, max(readings) AS format FROM gold.hourly_summary'],
  ['FROM gold.hourly_summary SELECT count()'],
  ['SELECT number FROM numbers(2, 3)'],
  ["SELECT toDate('2026-06-01') + number AS day FROM numbers(7)"],
  ['SELECT generate_series FROM generate_series(1, 5, 2)'],
  ['SELECT {n:UInt8} + 1, {s:String}, {d:Nullable(String)}, {n:Decimal(9, 2)}'],
  ['SELECT readings FROM gold.hourly_summary WHERE readings < {n:UInt64} ORDER BY readings LIMIT {n:UInt8}'],
  ['DESCRIBE TABLE lake.sensors'],
  ['DESC silver.readings'],
  ['DESCRIBE (WITH a AS (SELECT 1 AS x) SELECT x FROM a)'],
  ['EXISTS TABLE silver.readings'],
  ['EXISTS VIEW gold.hourly_summary'],
  ['SHOW TABLES'],
  ["SHOW TABLES FROM gold NOT LIKE '%state'"],
  ["SHOW TABLES ILIKE '%READ%'"],
  ["SHOW DATABASES LIKE 's%'"],
  ['SHOW CREATE TABLE silver.readings'],
  ['SHOW CREATE VIEW gold.hourly_summary'],
  ['EXPLAIN SELECT count() FROM silver.readings'],
  ['EXPLAIN PLAN header = 1, actions = 1 SELECT count() FROM silver.readings WHERE vehicles > 3'],
  ['EXPLAIN PIPELINE SELECT count() FROM silver.readings GROUP BY sensor_id'],
  ['EXPLAIN SYNTAX SELECT count(*) FROM silver.readings'],
  ['EXPLAIN ESTIMATE SELECT count() FROM silver.readings'],
  ['EXPLAIN QUERY TREE SELECT count() FROM silver.readings'],
  ['EXPLAIN QUERY TREE run_passes = 1 SELECT count() FROM silver.readings'],
  ['EXPLAIN WITH a AS (SELECT 1 AS x) SELECT x FROM a'],
]

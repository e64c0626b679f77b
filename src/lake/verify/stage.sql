-- lake.verify_lines: every valid reading of one segment of the log, typed by the rules a second time, in plain SQL.
--
-- Reads   bronze.segments, bronze.frames (through the sidecar only what is synced), lake.sensor_versions, lake.rebuilt_days
-- Key     position; repeats are still in
-- Units   as silver's | the rules stand in docs and in lake/load/scan; nothing of that code is used here
-- Params  {file:String} name of the segment; {from:Int64} inclusive, {upto:Int64} exclusive position; {rules_from:UInt64} inclusive, {rules_upto:UInt64} exclusive: readings that these rules hold for; {oldest_ms:Int64}, {future_ms:Int64}; {interval_s:UInt32}; {visible_ids:UInt8} 1: ids hold nothing unseen, and something that is not blank;
--         {local_from:Array(Int64)}, {local_offset:Array(Int64)} ms: the city's offset by local time;
--         {utc_from:Array(Int64)}, {utc_offset:Array(Int64)} ms: the same by UTC
-- Re-run  safe on an emptied table
INSERT INTO lake.verify_lines
WITH
    '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?$' AS iso,
    if({visible_ids:UInt8} = 1,
        '[\\p{Cc}\\p{Cf}\\x{2028}\\x{2029}]|^[\\p{Zs}\\x{034f}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{2065}\\x{2800}\\x{3164}\\x{fe00}-\\x{fe0f}\\x{ffa0}\\x{fff0}-\\x{fff8}\\x{e0000}-\\x{e0fff}]*$',
        '[\\x{0000}-\\x{001f}\\x{007f}-\\x{009f}\\x{2028}\\x{2029}]') AS unprintable,
    frames AS
    (
        SELECT
            JSONExtractUInt(line, 'position') AS first_position,
            JSONExtractUInt(line, 'count') AS frame_lines,
            toInt64(JSONExtractUInt(line, 'arrived_at_ms')) AS arrived_ms,
            JSONExtractString(line, 'kind') AS kind,
            JSONExtract(line, 'interval_s', 'Nullable(UInt32)') AS feed_interval
        FROM bronze.frames
        WHERE endsWith(line, '}')
    ),
    lines AS
    (
        SELECT s.position AS position, f.arrived_ms AS arrived_ms, f.feed_interval AS feed_interval, s.line AS line
        FROM
        (
            SELECT
                1 AS one, toUInt64(substring(_file, 1, @base_digits)) + toUInt64(assumeNotNull(_row_number)) AS position, s.line AS sent,
                -- The engine's parser refuses half surrogates and numbers beyond its range wherever they are; the rules only where they count.
                replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(sent, '\\\\u[dD][89aAbB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}', 'x'),
                    '\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\\\u0000'), '[0-9]{19,}([.][0-9]+)?([eE][+-]?[0-9]+)?|[eE]\\+?[0-9]{3,}', '1e300') AS mended,
                multiIf(NOT isValidUTF8(sent), '', isValidJSON(sent), sent, isValidJSON(mended), mended, '') AS line
            FROM bronze.segments AS s WHERE _file = {file:String}
        ) AS s
        ASOF INNER JOIN (SELECT 1 AS one, * FROM frames) AS f ON s.one = f.one AND s.position >= f.first_position
        WHERE s.position < f.first_position + f.frame_lines AND f.kind = 'reading'
            AND s.position >= {from:Int64} AND s.position < {upto:Int64}
            AND match(line, '^[ \\t\\r]*\\{')
            AND (countSubstrings(line, '{') + countSubstrings(line, '[') <= 64
                OR arrayMax(arrayCumSum(bracket -> if(bracket IN ('{', '['), 1, -1), extractAll(replaceRegexpAll(line, '"(?:[^"\\\\]|\\\\.)*"', ''), '[\\[\\]{}]'))) <= 64)
    ),
    -- Level by level: an alias used twice within one would be worked out twice.
    pairs AS
    (
        -- One pass over the line; a key that comes twice means its last, as JSON.parse has it.
        SELECT position, arrived_ms, feed_interval, arrayReverse(JSONExtractKeysAndValuesRaw(line)) AS pairs
        FROM lines
    ),
    raws AS
    (
        SELECT position, arrived_ms, feed_interval, arrayMap(pair -> pair.1, pairs) AS names, arrayMap(pair -> pair.2, pairs) AS raws
        FROM pairs
    ),
    fields AS
    (
        SELECT
            position, arrived_ms, feed_interval,
            [raws[indexOf(names, 'sensor_id')], raws[indexOf(names, 'timestamp')], raws[indexOf(names, 'intersection_id')], raws[indexOf(names, 'district')], raws[indexOf(names, 'signal_state')]] AS text_raws,
            [raws[indexOf(names, 'vehicle_count')], raws[indexOf(names, 'average_speed')], raws[indexOf(names, 'occupancy_rate')], raws[indexOf(names, 'wait_time_seconds')], raws[indexOf(names, 'queue_length')], raws[indexOf(names, 'latitude')], raws[indexOf(names, 'longitude')]] AS plain_raws,
            raws[indexOf(names, 'vehicle_types')] AS types_raw
        FROM raws
    ),
    typed AS
    (
        SELECT
            position, arrived_ms, feed_interval, plain_raws, types_raw,
            arrayMap(raw -> multiIf(raw IN ('', 'null'), 'Null', startsWith(raw, '"'), 'String', 'Other'), text_raws) AS text_types,
            arrayMap(raw -> if(position(raw, '\\') = 0, substring(raw, 2, length(raw) - 2), JSONExtractString(raw)), text_raws) AS texts,
            if(startsWith(types_raw, '{'), arrayReverse(JSONExtractKeysAndValuesRaw(types_raw)), []) AS type_pairs,
            arrayMap(pair -> pair.1, type_pairs) AS type_names, arrayMap(pair -> pair.2, type_pairs) AS type_raws
        FROM fields
    ),
    counted AS
    (
        SELECT
            position, arrived_ms, feed_interval, types_raw, text_types, texts,
            arrayConcat(plain_raws, [type_raws[indexOf(type_names, 'car')], type_raws[indexOf(type_names, 'truck')], type_raws[indexOf(type_names, 'motorcycle')], type_raws[indexOf(type_names, 'bus')]]) AS number_raws
        FROM typed
    ),
    parsed AS
    (
        SELECT
            position, arrived_ms, feed_interval, types_raw, text_types,
            texts[1] AS sensor, texts[2] AS ts, texts[3] AS site, texts[4] AS area, lower(texts[5]) AS signal,
            -- vehicles, speed, occupancy, wait, queue, latitude, longitude, car, truck, motorcycle, bus
            arrayMap(raw -> multiIf(raw IN ('', 'null'), 'Null', match(raw, '^-?[0-9]'), 'Number', 'Other'), number_raws) AS number_types,
            arrayMap(raw -> toFloat64OrZero(raw), number_raws) AS numbers
        FROM counted
        WHERE text_types[1] = 'String' AND text_types[2] = 'String' AND match(texts[2], iso)
    ),
    clocks AS
    (
        SELECT
            *,
            makeDate32(toUInt16OrZero(substring(ts, 1, 4)), toUInt8OrZero(substring(ts, 6, 2)), toUInt8OrZero(substring(ts, 9, 2))) AS date,
            toUInt8OrZero(substring(ts, 12, 2)) AS hour, toUInt8OrZero(substring(ts, 15, 2)) AS minute,
            if(substring(ts, 17, 1) = ':', toUInt8OrZero(substring(ts, 18, 2)), 0) AS second,
            toUInt16OrZero(substring(extract(substring(ts, 17), '[.,]([0-9]+)') || '000', 1, 3)) AS milli,
            upper(extract(substring(ts, 17), '([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$')) AS zone
        FROM parsed
    ),
    walls AS
    (
        SELECT
            *,
            ((toInt64(toInt32(date)) * 24 + hour) * 60 + minute) * 60000 + second * 1000 + milli AS wall_ms,
            toInt64(toUInt8OrZero(substring(zone, 2, 2))) AS zone_hours,
            toInt64(if(length(zone) > 3, toUInt8OrZero(substring(zone, -2)), 0)) AS zone_minutes
        FROM clocks
        WHERE toString(date) = substring(ts, 1, 10) AND hour < 24 AND minute < 60 AND second < 60
    ),
    instants AS
    (
        SELECT
            *,
            wall_ms - multiIf(
                zone = 'Z', 0,
                zone != '', if(startsWith(zone, '-'), -1, 1) * (zone_hours * 60 + zone_minutes) * 60000,
                {local_offset:Array(Int64)}[greatest(1, arrayCount(x -> x <= wall_ms, {local_from:Array(Int64)}))]
            ) AS utc_ms
        FROM walls
        WHERE zone_hours <= 18 AND zone_minutes < 60
    ),
    checked AS
    (
        SELECT *
        FROM instants
        WHERE utc_ms >= {oldest_ms:Int64} AND utc_ms <= arrived_ms + {future_ms:Int64}
            AND lengthUTF8(sensor) BETWEEN 1 AND 128 AND NOT match(sensor, unprintable)
            AND (text_types[3] = 'Null' OR text_types[3] = 'String' AND lengthUTF8(site) BETWEEN 1 AND 128 AND NOT match(site, unprintable))
            AND (text_types[4] = 'Null' OR text_types[4] = 'String' AND lengthUTF8(area) BETWEEN 1 AND 128 AND NOT match(area, unprintable))
            AND (text_types[5] = 'Null' OR text_types[5] = 'String' AND signal IN ('red', 'yellow', 'green'))
            AND (types_raw IN ('', 'null') OR startsWith(types_raw, '{'))
            AND arrayAll((type, x, least, most, whole) -> type = 'Null' OR type = 'Number' AND x BETWEEN least AND most AND (whole = 0 OR floor(x) = x),
                number_types, numbers,
                [0, 0, 0, 0, 0, -90, -180, 0, 0, 0, 0], [100000, @highest_speed_mph, 1, 86400, 10000, 90, 180, 100000, 100000, 100000, 100000],
                [1, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1])
            AND (text_types[5] = 'String' OR arrayExists((type, i) -> type = 'Number' AND i NOT IN (6, 7), number_types, arrayEnumerate(number_types)))
    ),
    placed AS
    (
        SELECT
            c.*,
            toUInt64(greatest(c.position, ifNull(b.rebuilt, 0))) AS register_position
        FROM checked AS c
        LEFT ANY JOIN (SELECT day, max(position) AS rebuilt FROM lake.rebuilt_days GROUP BY day) AS b
            ON b.day = toDate(intDiv(c.utc_ms, 86400000))
        WHERE register_position >= {rules_from:UInt64} AND register_position < {rules_upto:UInt64}
    )
SELECT
    p.position,
    p.sensor,
    multiIf(text_types[3] = 'String', p.site, v.sensor_id != '' AND NOT v.removed AND v.intersection_id IS NOT NULL, assumeNotNull(v.intersection_id), p.sensor) AS intersection_id,
    multiIf(text_types[4] = 'String', p.area, v.sensor_id != '' AND NOT v.removed AND v.district IS NOT NULL, assumeNotNull(v.district), 'unassigned') AS district,
    fromUnixTimestamp64Milli(p.utc_ms, 'UTC') AS measured_at,
    if(number_types[1] = 'Number', toUInt32(numbers[1]), NULL) AS vehicles,
    if(number_types[2] = 'Number', toInt32(floor(numbers[2] * 1609.344 + 0.5)), NULL) AS speed_mh,
    if(number_types[3] = 'Number', toInt32(floor(numbers[3] * 1e6 + 0.5)), NULL) AS occupancy_millionths,
    if(number_types[4] = 'Number', toInt32(floor(numbers[4] * 1e3 + 0.5)), NULL) AS wait_ms,
    if(number_types[5] = 'Number', toUInt16(numbers[5]), NULL) AS queue_veh,
    if(number_types[8] = 'Number', toUInt32(numbers[8]), NULL) AS car,
    if(number_types[9] = 'Number', toUInt32(numbers[9]), NULL) AS truck,
    if(number_types[10] = 'Number', toUInt32(numbers[10]), NULL) AS motorcycle,
    if(number_types[11] = 'Number', toUInt32(numbers[11]), NULL) AS bus,
    if(v.sensor_id != '' AND NOT v.removed AND v.interval_s IS NOT NULL, assumeNotNull(v.interval_s), ifNull(p.feed_interval, {interval_s:UInt32})) AS interval_s,
    intDiv(p.utc_ms + {utc_offset:Array(Int64)}[greatest(1, arrayCount(x -> x <= p.utc_ms, {utc_from:Array(Int64)}))], 3600000) AS local_hours
FROM placed AS p
ASOF LEFT JOIN lake.sensor_versions AS v ON v.sensor_id = p.sensor AND p.register_position >= v.position

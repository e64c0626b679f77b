-- lake.verify_lines: every valid reading of one segment of the log, typed by the rules a second time, in plain SQL.
--
-- Reads   bronze.segments, bronze.frames (through the sidecar only what is synced), lake.sensor_versions, lake.rebuilt_days
-- Key     position; repeats are still in
-- Units   as silver's | the rules stand in docs and in lake/load/scan; nothing of that code is used here
-- Params  {file:String} name of the segment; {from:Int64} inclusive, {upto:Int64} exclusive position; {rules_from:UInt64} inclusive, {rules_upto:UInt64} exclusive: readings that these rules hold for; {oldest_ms:Int64}, {future_ms:Int64}; {interval_s:UInt32};
--         {local_from:Array(Int64)}, {local_offset:Array(Int64)} ms: the city's offset by local time;
--         {utc_from:Array(Int64)}, {utc_offset:Array(Int64)} ms: the same by UTC
-- Re-run  safe on an emptied table
INSERT INTO lake.verify_lines
WITH
    '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?$' AS iso,
    '[\\x{0000}-\\x{001f}\\x{007f}-\\x{009f}\\x{2028}\\x{2029}]' AS unprintable,
    frames AS
    (
        SELECT
            JSONExtractUInt(line, 'position') AS first_position,
            JSONExtractUInt(line, 'count') AS frame_lines,
            toInt64(JSONExtractUInt(line, 'arrived_at_ms')) AS arrived_ms,
            JSONExtractString(line, 'source') AS source,
            JSONExtractString(line, 'kind') AS kind,
            JSONExtract(line, 'interval_s', 'Nullable(UInt32)') AS feed_interval
        FROM bronze.frames
        WHERE endsWith(line, '}')
    ),
    parsed AS
    (
        SELECT
            s.position AS position, f.arrived_ms AS arrived_ms, f.source AS source, f.feed_interval AS feed_interval, s.line AS line,
            -- One pass over the line; a key that comes twice means its last, as JSON.parse has it.
            arrayReverse(JSONExtractKeysAndValuesRaw(line)) AS pairs,
            arrayMap(pair -> pair.1, pairs) AS names, arrayMap(pair -> pair.2, pairs) AS raws,
            raws[indexOf(names, 'sensor_id')] AS sensor_raw, raws[indexOf(names, 'timestamp')] AS ts_raw,
            raws[indexOf(names, 'intersection_id')] AS site_raw, raws[indexOf(names, 'district')] AS district_raw,
            raws[indexOf(names, 'signal_state')] AS signal_raw, raws[indexOf(names, 'vehicle_types')] AS types_raw,
            if(startsWith(types_raw, '{'), arrayReverse(JSONExtractKeysAndValuesRaw(types_raw)), []) AS type_pairs,
            arrayMap(pair -> pair.1, type_pairs) AS type_names, arrayMap(pair -> pair.2, type_pairs) AS type_raws,
            multiIf(site_raw IN ('', 'null'), 'Null', startsWith(site_raw, '"'), 'String', 'Other') AS site_type,
            multiIf(district_raw IN ('', 'null'), 'Null', startsWith(district_raw, '"'), 'String', 'Other') AS district_type,
            multiIf(signal_raw IN ('', 'null'), 'Null', startsWith(signal_raw, '"'), 'String', 'Other') AS signal_type,
            multiIf(types_raw IN ('', 'null'), 'Null', startsWith(types_raw, '{'), 'Object', 'Other') AS types_type,
            if(position(sensor_raw, '\\') = 0, substring(sensor_raw, 2, length(sensor_raw) - 2), JSONExtractString(sensor_raw)) AS sensor,
            if(position(ts_raw, '\\') = 0, substring(ts_raw, 2, length(ts_raw) - 2), JSONExtractString(ts_raw)) AS ts,
            if(position(site_raw, '\\') = 0, substring(site_raw, 2, length(site_raw) - 2), JSONExtractString(site_raw)) AS site,
            if(position(district_raw, '\\') = 0, substring(district_raw, 2, length(district_raw) - 2), JSONExtractString(district_raw)) AS area,
            lower(if(position(signal_raw, '\\') = 0, substring(signal_raw, 2, length(signal_raw) - 2), JSONExtractString(signal_raw))) AS signal,
            raws[indexOf(names, 'vehicle_count')] AS vehicles_raw, multiIf(vehicles_raw IN ('', 'null'), 'Null', match(vehicles_raw, '^-?[0-9]'), 'Number', 'Other') AS vehicles_type, toFloat64OrZero(vehicles_raw) AS vehicles_value,
            raws[indexOf(names, 'average_speed')] AS speed_raw, multiIf(speed_raw IN ('', 'null'), 'Null', match(speed_raw, '^-?[0-9]'), 'Number', 'Other') AS speed_type, toFloat64OrZero(speed_raw) AS speed_value,
            raws[indexOf(names, 'occupancy_rate')] AS occupancy_raw, multiIf(occupancy_raw IN ('', 'null'), 'Null', match(occupancy_raw, '^-?[0-9]'), 'Number', 'Other') AS occupancy_type, toFloat64OrZero(occupancy_raw) AS occupancy_value,
            raws[indexOf(names, 'wait_time_seconds')] AS wait_raw, multiIf(wait_raw IN ('', 'null'), 'Null', match(wait_raw, '^-?[0-9]'), 'Number', 'Other') AS wait_type, toFloat64OrZero(wait_raw) AS wait_value,
            raws[indexOf(names, 'queue_length')] AS queue_raw, multiIf(queue_raw IN ('', 'null'), 'Null', match(queue_raw, '^-?[0-9]'), 'Number', 'Other') AS queue_type, toFloat64OrZero(queue_raw) AS queue_value,
            raws[indexOf(names, 'latitude')] AS latitude_raw, multiIf(latitude_raw IN ('', 'null'), 'Null', match(latitude_raw, '^-?[0-9]'), 'Number', 'Other') AS latitude_type, toFloat64OrZero(latitude_raw) AS latitude_value,
            raws[indexOf(names, 'longitude')] AS longitude_raw, multiIf(longitude_raw IN ('', 'null'), 'Null', match(longitude_raw, '^-?[0-9]'), 'Number', 'Other') AS longitude_type, toFloat64OrZero(longitude_raw) AS longitude_value,
            type_raws[indexOf(type_names, 'car')] AS car_raw, multiIf(car_raw IN ('', 'null'), 'Null', match(car_raw, '^-?[0-9]'), 'Number', 'Other') AS car_type, toFloat64OrZero(car_raw) AS car_value,
            type_raws[indexOf(type_names, 'truck')] AS truck_raw, multiIf(truck_raw IN ('', 'null'), 'Null', match(truck_raw, '^-?[0-9]'), 'Number', 'Other') AS truck_type, toFloat64OrZero(truck_raw) AS truck_value,
            type_raws[indexOf(type_names, 'motorcycle')] AS motorcycle_raw, multiIf(motorcycle_raw IN ('', 'null'), 'Null', match(motorcycle_raw, '^-?[0-9]'), 'Number', 'Other') AS motorcycle_type, toFloat64OrZero(motorcycle_raw) AS motorcycle_value,
            type_raws[indexOf(type_names, 'bus')] AS bus_raw, multiIf(bus_raw IN ('', 'null'), 'Null', match(bus_raw, '^-?[0-9]'), 'Number', 'Other') AS bus_type, toFloat64OrZero(bus_raw) AS bus_value,
            arrayMap(t -> t = 'Number', [vehicles_type, speed_type, occupancy_type, wait_type, queue_type, car_type, truck_type, motorcycle_type, bus_type]) AS given
        FROM
        (
            SELECT
                1 AS one, toUInt64(substring(_file, 1, 20)) + toUInt64(assumeNotNull(_row_number)) AS position, s.line AS sent,
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
    checked AS
    (
        SELECT
            *,
            makeDate32(toUInt16OrZero(substring(ts, 1, 4)), toUInt8OrZero(substring(ts, 6, 2)), toUInt8OrZero(substring(ts, 9, 2))) AS date,
            extract(ts, '([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$') AS zone,
            substring(extract(substring(ts, 17), '[.,]([0-9]+)') || '000', 1, 3) AS fraction,
            ((toInt64(toInt32(date)) * 24 + toUInt8OrZero(substring(ts, 12, 2))) * 60 + toUInt8OrZero(substring(ts, 15, 2))) * 60000
                + if(substring(ts, 17, 1) = ':', toUInt8OrZero(substring(ts, 18, 2)), 0) * 1000 + toUInt16OrZero(fraction) AS wall_ms,
            multiIf(
                length(ts) > 16 AND zone != '' AND upper(zone) = 'Z', 0,
                length(ts) > 16 AND zone != '', if(startsWith(zone, '-'), -1, 1)
                    * (toInt64(toUInt8OrZero(substring(zone, 2, 2))) * 60 + if(length(zone) > 3, toUInt8OrZero(substring(zone, -2)), 0)) * 60000,
                {local_offset:Array(Int64)}[greatest(1, arrayCount(x -> x <= wall_ms, {local_from:Array(Int64)}))]
            ) AS offset_ms,
            wall_ms - offset_ms AS utc_ms
        FROM parsed
        WHERE startsWith(sensor_raw, '"') AND startsWith(ts_raw, '"') AND match(ts, iso)
            AND toString(date) = substring(ts, 1, 10)
            AND toUInt8OrZero(substring(ts, 12, 2)) < 24 AND toUInt8OrZero(substring(ts, 15, 2)) < 60
            AND if(substring(ts, 17, 1) = ':', toUInt8OrZero(substring(ts, 18, 2)) < 60, 1)
            AND (length(zone) < 3 OR toUInt8OrZero(substring(zone, 2, 2)) <= 18 AND (length(zone) = 3 OR toUInt8OrZero(substring(zone, -2)) < 60))
            AND utc_ms >= {oldest_ms:Int64} AND utc_ms <= arrived_ms + {future_ms:Int64}
            AND lengthUTF8(sensor) BETWEEN 1 AND 128 AND NOT match(sensor, unprintable)
            AND (site_type = 'Null' OR site_type = 'String' AND lengthUTF8(site) BETWEEN 1 AND 128 AND NOT match(site, unprintable))
            AND (district_type = 'Null' OR district_type = 'String' AND lengthUTF8(area) BETWEEN 1 AND 128 AND NOT match(area, unprintable))
            AND (vehicles_type = 'Null' OR given[1] AND vehicles_value BETWEEN 0 AND 100000 AND floor(vehicles_value) = vehicles_value)
            AND (speed_type = 'Null' OR given[2] AND speed_value BETWEEN 0 AND 150)
            AND (occupancy_type = 'Null' OR given[3] AND occupancy_value BETWEEN 0 AND 1)
            AND (wait_type = 'Null' OR given[4] AND wait_value BETWEEN 0 AND 86400)
            AND (queue_type = 'Null' OR given[5] AND queue_value BETWEEN 0 AND 10000 AND floor(queue_value) = queue_value)
            AND types_type IN ('Null', 'Object')
            AND (car_type = 'Null' OR given[6] AND car_value BETWEEN 0 AND 100000 AND floor(car_value) = car_value)
            AND (truck_type = 'Null' OR given[7] AND truck_value BETWEEN 0 AND 100000 AND floor(truck_value) = truck_value)
            AND (motorcycle_type = 'Null' OR given[8] AND motorcycle_value BETWEEN 0 AND 100000 AND floor(motorcycle_value) = motorcycle_value)
            AND (bus_type = 'Null' OR given[9] AND bus_value BETWEEN 0 AND 100000 AND floor(bus_value) = bus_value)
            AND (signal_type = 'Null' OR signal_type = 'String' AND signal IN ('red', 'yellow', 'green'))
            AND (latitude_type = 'Null' OR latitude_type = 'Number' AND abs(latitude_value) <= 90)
            AND (longitude_type = 'Null' OR longitude_type = 'Number' AND abs(longitude_value) <= 180)
            AND (arrayExists(g -> g, given) OR signal_type = 'String')
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
    multiIf(site_type = 'String', p.site, v.sensor_id != '' AND NOT v.removed AND v.intersection_id IS NOT NULL, assumeNotNull(v.intersection_id), p.sensor) AS intersection_id,
    multiIf(district_type = 'String', p.area, v.sensor_id != '' AND NOT v.removed AND v.district IS NOT NULL, assumeNotNull(v.district), 'unassigned') AS district,
    fromUnixTimestamp64Milli(p.utc_ms, 'UTC') AS measured_at,
    if(given[1], toUInt32(vehicles_value), NULL) AS vehicles,
    if(given[2], toInt32(floor(speed_value * 1609.344 + 0.5)), NULL) AS speed_mh,
    if(given[3], toInt32(floor(occupancy_value * 1e6 + 0.5)), NULL) AS occupancy_millionths,
    if(given[4], toInt32(floor(wait_value * 1e3 + 0.5)), NULL) AS wait_ms,
    if(given[5], toUInt16(queue_value), NULL) AS queue_veh,
    if(given[6], toUInt32(car_value), NULL) AS car,
    if(given[7], toUInt32(truck_value), NULL) AS truck,
    if(given[8], toUInt32(motorcycle_value), NULL) AS motorcycle,
    if(given[9], toUInt32(bus_value), NULL) AS bus,
    if(v.sensor_id != '' AND NOT v.removed AND v.interval_s IS NOT NULL, assumeNotNull(v.interval_s), ifNull(p.feed_interval, {interval_s:UInt32})) AS interval_s,
    intDiv(p.utc_ms + {utc_offset:Array(Int64)}[greatest(1, arrayCount(x -> x <= p.utc_ms, {utc_from:Array(Int64)}))], 3600000) AS local_hours
FROM placed AS p
ASOF LEFT JOIN lake.sensor_versions AS v ON v.sensor_id = p.sensor AND p.register_position >= v.position

-- gold.calendar: what the calendar says of each window of gold.intersection_metrics: the city's day and hour, and the events near.
--
-- Grain   window_start (5 min), intersection_id: joins to gold.intersection_metrics one to one
-- Units   local_* are the city's clock, NULL until lake.city_clock is written | weekday 1 = Monday … 7 = Sunday | attendance people
-- Near    within 2 km of the intersection as the crow flies, of the event's place (else its venue's), or of a vertex of its way;
--         an event without a place is near to nobody. Cancelled ones are left out
-- School  a weekday within an event `school-term/…`, outside `school-break/…` and holidays; NULL where no term is told
-- Joins   at most one day and one hour of an intersection to each window
CREATE OR REPLACE VIEW gold.calendar AS
WITH
    (
        SELECT arraySort(groupArray((toUnixTimestamp(c.since), c.offset_s)))
        FROM lake.city_clock AS c
        WHERE c.version = (SELECT max(version) FROM lake.city_clock)
    ) AS clock,
    days AS
    (
        SELECT
            arrayJoin(arrayMap(day -> toDate(d.starts + day), range(toUInt32(greatest(1, least(d.ends - d.starts, 400)))))) AS local_date,
            minIf(d.title, d.kind = 'holiday') AS holiday,
            max(startsWith(d.event_id, 'school-term/'))  AS is_term,
            max(startsWith(d.event_id, 'school-break/')) AS is_break,
            max(d.kind = 'holiday') AS is_holiday
        FROM
        (
            SELECT
                e.event_id AS event_id, e.kind AS kind, e.title AS title,
                toDate(toUnixTimestamp(e.starts_at) + arrayLast(c -> c.1 <= toUnixTimestamp(e.starts_at), clock).2, 'UTC') AS starts,
                -- The last day is the one before the midnight it ends at.
                toDate(toUnixTimestamp(e.ends_at) - 1 + arrayLast(c -> c.1 <= toUnixTimestamp(e.ends_at) - 1, clock).2, 'UTC') + 1 AS ends
            FROM silver.events AS e
            WHERE e.status != 'cancelled' AND (e.kind = 'holiday' OR startsWith(e.event_id, 'school-')) AND notEmpty(clock)
        ) AS d
        GROUP BY local_date
    ),
    places AS
    (
        SELECT
            e.event_id AS event_id, e.title AS title, e.starts_at AS starts_at, e.ends_at AS ends_at,
            ifNull(e.expected_attendance, 0) AS attendance, indexOf(['none', 'busy', 'partly_closed', 'closed'], ifNull(e.road_effect, 'none')) AS effect,
            if(e.line IS NOT NULL,
                arrayMap(p -> (JSONExtractFloat(p, 1), JSONExtractFloat(p, 2)), JSONExtractArrayRaw(ifNull(e.line, '{}'), 'coordinates')),
                if(coalesce(e.latitude, v.latitude) IS NULL OR coalesce(e.longitude, v.longitude) IS NULL, [],
                    [(assumeNotNull(coalesce(e.longitude, v.longitude)), assumeNotNull(coalesce(e.latitude, v.latitude)))])) AS points
        FROM silver.events AS e
        LEFT ANY JOIN
        (
            -- As silver.venues, which may be made after this view.
            SELECT toNullable(n.venue_id) AS venue_id, argMax(toNullable(n.latitude), n.position) AS latitude, argMax(toNullable(n.longitude), n.position) AS longitude
            FROM silver.venues_versions AS n
            GROUP BY n.venue_id
            HAVING NOT argMax(ifNull(n.withdrawn, false), n.position)
        ) AS v ON v.venue_id = e.venue_id
        WHERE e.status != 'cancelled'
    ),
    near AS
    (
        SELECT
            p.*, i.intersection_id AS intersection_id,
            arrayMin(arrayMap(q -> geoDistance(q.1, q.2, assumeNotNull(i.longitude), assumeNotNull(i.latitude)), p.points)) / 1e3 AS km
        FROM places AS p
        CROSS JOIN (SELECT * FROM lake.intersections WHERE latitude IS NOT NULL AND longitude IS NOT NULL) AS i
        -- A box first: most pairs are far apart.
        WHERE notEmpty(p.points)
            AND arrayExists(q -> abs(q.2 - assumeNotNull(i.latitude)) < 0.019
                AND abs(q.1 - assumeNotNull(i.longitude)) * cos(radians(assumeNotNull(i.latitude))) < 0.019, p.points)
            AND km <= 2
    ),
    hours AS
    (
        SELECT
            n.intersection_id AS intersection_id,
            toStartOfHour(n.starts_at) - INTERVAL 2 HOUR + toIntervalHour(arrayJoin(range(toUInt32(least(9600,
                intDiv(toUnixTimestamp(n.ends_at) - toUnixTimestamp(n.starts_at), 3600) + 6))))) AS hour,
            groupArray((toUnixTimestamp(n.starts_at), toUnixTimestamp(n.ends_at), n.km, n.attendance, n.effect, n.event_id, n.title)) AS events
        FROM near AS n
        GROUP BY intersection_id, hour
    ),
    windows AS
    (
        SELECT DISTINCT
            m.window_start, m.intersection_id,
            if(empty(clock), NULL, toUnixTimestamp(m.window_start) + arrayLast(c -> c.1 <= toUnixTimestamp(m.window_start), clock).2) AS local_s
        FROM gold.intersection_metrics AS m
    ),
    told AS
    (
        SELECT
            w.window_start AS window_start, w.intersection_id AS intersection_id, w.local_s AS local_s,
            arraySort(e -> e.3, arrayFilter(e -> e.1 < toUnixTimestamp(w.window_start) + 300 AND e.2 > toUnixTimestamp(w.window_start), h.events)) AS running,
            arrayFilter(e -> e.1 >= toUnixTimestamp(w.window_start) + 300 AND e.1 <= toUnixTimestamp(w.window_start) + 7200, h.events) AS coming,
            arrayFilter(e -> e.2 <= toUnixTimestamp(w.window_start) AND e.2 + 7200 >= toUnixTimestamp(w.window_start), h.events) AS over
        FROM windows AS w
        LEFT ANY JOIN hours AS h ON h.intersection_id = w.intersection_id AND h.hour = toDateTime64(toStartOfHour(w.window_start), 3, 'UTC')
    )
SELECT
    t.window_start AS window_start, t.intersection_id AS intersection_id,
    toDate(t.local_s, 'UTC') AS local_date,
    toUInt8(intDiv(t.local_s % 86400, 3600)) AS local_hour,
    toDayOfWeek(toDate(t.local_s, 'UTC')) AS weekday,
    if(d.is_holiday, d.holiday, NULL) AS holiday,
    if(t.local_s IS NULL OR NOT (SELECT count() > 0 FROM silver.events WHERE startsWith(event_id, 'school-term/')), NULL,
        weekday <= 5 AND d.is_term AND NOT d.is_break AND NOT d.is_holiday) AS is_school_day,
    length(t.running) AS events,
    if(empty(t.running), NULL, t.running[1].6) AS nearest_event_id,
    if(empty(t.running), NULL, t.running[1].7) AS nearest_event,
    if(empty(t.running), NULL, t.running[1].3) AS nearest_event_km,
    arraySum(e -> e.4, t.running) AS attendance,
    if(empty(t.running), NULL, ['none', 'busy', 'partly_closed', 'closed'][toUInt8(arrayMax(e -> e.5, t.running))]) AS road_effect,
    if(empty(t.coming), NULL, intDiv(arrayMin(e -> e.1, t.coming) - toUnixTimestamp(t.window_start), 60)) AS next_event_min,
    if(empty(t.over), NULL, intDiv(toUnixTimestamp(t.window_start) - arrayMax(e -> e.2, t.over), 60)) AS last_event_min
FROM told AS t
LEFT ANY JOIN days AS d ON d.local_date = toDate(t.local_s, 'UTC')

-- gold.conflicts: pairs that stand at the same time in the same place: work zones, events, or one of each; and why they get in each other's way.
--
-- Grain   kind, id, other_kind, other_id; a work zone comes before an event, else the smaller id first
-- Times   when both are there; of an event from when its doors open
-- Why     NULL where neither takes room from the other: works take lanes (vehicle_impact), events close roads (road_effect) or bring a
--         crowd (1,000 people and more); the two directions of the same works (same times and roads) are no conflict. Two events
--         are listed only with a reason
-- Near    below 150 m between points of the two ways, which are taken at most 50 m apart (at most 500 of each): `distance_m` is up to 50 m
--         too large where they cross between two points. `same_road` pairs share a name of a road at any distance: whether they
--         touch is for the reader to say
-- Leaves  pairs that name each other as related (a work zone and its detour, the parts of a sequence), what is cancelled or completed, and
--         an event of roadworks that a work zone tells too (the same name and times)
CREATE OR REPLACE VIEW gold.conflicts AS
WITH
    things AS
    (
        SELECT
            'work_zone' AS kind, z.work_zone_id AS id, coalesce(z.name, arrayElement(z.road_names, 1)) AS name,
            z.starts_at AS starts_at, z.ends_at AS ends_at,
            z.event_type = 'detour' AS is_detour,
            z.event_type != 'detour' AND ifNull(z.vehicle_impact, 'unknown') NOT IN ('unknown', 'all-lanes-open') AS restricts,
            false AS is_crowd,
            arraySort(arrayMap(n -> lower(n), z.road_names)) AS roads,
            arrayMap(r -> JSONExtractString(r, 'id'), JSONExtractArrayRaw(ifNull(z.related, '[]'))) AS related,
            JSONExtractString(z.geometry, 'type') = 'LineString' AS is_line,
            arrayMap(p -> (JSONExtractFloat(p, 1), JSONExtractFloat(p, 2)), JSONExtractArrayRaw(z.geometry, 'coordinates')) AS vertices
        FROM silver.work_zones AS z
        WHERE ifNull(z.status, '') NOT IN ('cancelled', 'completed')
        UNION ALL
        SELECT
            'event', e.event_id, e.title, least(e.starts_at, ifNull(e.doors_open_at, e.starts_at)), e.ends_at, false,
            ifNull(e.road_effect, '') IN ('partly_closed', 'closed'), ifNull(e.expected_attendance, 0) >= 1000,
            [], [], e.line IS NOT NULL,
            if(e.line IS NOT NULL,
                arrayMap(p -> (JSONExtractFloat(p, 1), JSONExtractFloat(p, 2)), JSONExtractArrayRaw(ifNull(e.line, '{}'), 'coordinates')),
                if(coalesce(e.latitude, v.latitude) IS NULL OR coalesce(e.longitude, v.longitude) IS NULL, [],
                    [(assumeNotNull(coalesce(e.longitude, v.longitude)), assumeNotNull(coalesce(e.latitude, v.latitude)))]))
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
            AND NOT (e.kind = 'roadwork' AND (e.title, e.starts_at, e.ends_at) IN (SELECT ifNull(z.name, ''), z.starts_at, z.ends_at FROM silver.work_zones AS z))
    ),
    stretches AS
    (
        SELECT
            *,
            arrayPopBack(vertices) AS begins, arrayPopFront(vertices) AS ends,
            arrayMap((a, b) -> geoDistance(a.1, a.2, b.1, b.2), begins, ends) AS lengths_m,
            arrayMap(l -> toUInt32(greatest(1, ceil(l / greatest(50, arraySum(lengths_m) / 500)))), lengths_m) AS steps
        FROM things
        WHERE notEmpty(vertices)
    ),
    ways AS
    (
        SELECT
            kind, id, name, starts_at, ends_at, is_detour, restricts, is_crowd, roads, related,
            if(is_line, arrayConcat([vertices[1]], arrayFlatten(arrayMap(
                (a, b, n) -> arrayMap(k -> (a.1 + (b.1 - a.1) * k / n, a.2 + (b.2 - a.2) * k / n), range(1, n + 1)), begins, ends, steps))),
                vertices) AS points,
            arrayMin(p -> p.2, vertices) AS south, arrayMax(p -> p.2, vertices) AS north,
            arrayMin(p -> p.1, vertices) AS west, arrayMax(p -> p.1, vertices) AS east,
            -- 150 m and a little in degrees.
            0.0015 AS margin, 0.0015 / greatest(0.01, cos(radians(greatest(abs(south), abs(north))))) AS margin_east
        FROM stretches
    ),
    pairs AS
    (
        SELECT
            a.kind AS kind, a.id AS id, a.name AS name, b.kind AS other_kind, b.id AS other_id, b.name AS other,
            greatest(a.starts_at, b.starts_at) AS starts_at, least(a.ends_at, b.ends_at) AS ends_at,
            arrayIntersect(a.roads, b.roads) AS same_roads,
            multiIf(
                a.kind = 'event', multiIf(a.restricts AND b.restricts, 'both_close_roads', a.is_crowd AND b.is_crowd, 'two_crowds', NULL),
                b.kind = 'event', multiIf(a.is_detour AND b.restricts, 'detour_through_closed_roads', a.restricts, 'lanes_taken_where_people_come', NULL),
                a.starts_at = b.starts_at AND a.ends_at = b.ends_at AND a.roads = b.roads, NULL,
                a.is_detour != b.is_detour AND (a.restricts OR b.restricts), 'detour_through_works',
                a.restricts AND b.restricts, 'works_beside_works', NULL) AS why,
            arrayMin(p -> arrayMin(q -> geoDistance(p.1, p.2, q.1, q.2), b.points), a.points) AS distance_m
        FROM ways AS a
        CROSS JOIN ways AS b
        WHERE ((a.kind = b.kind AND a.id < b.id) OR (a.kind = 'work_zone' AND b.kind = 'event')) AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
            AND NOT has(a.related, b.id) AND NOT has(b.related, a.id)
            AND (hasAny(a.roads, b.roads)
                OR (a.south - a.margin <= b.north AND b.south <= a.north + a.margin
                    AND a.west - a.margin_east <= b.east AND b.west <= a.east + a.margin_east))
    )
SELECT
    kind, id, name, other_kind, other_id, other, starts_at, ends_at,
    round(distance_m) AS distance_m, distance_m < 150 AS is_near, notEmpty(same_roads) AS same_road, why
FROM pairs
WHERE (is_near OR same_road) AND (kind = 'work_zone' OR why IS NOT NULL)

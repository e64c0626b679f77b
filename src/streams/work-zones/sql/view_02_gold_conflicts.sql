-- gold.conflicts: pairs that stand at the same time in the same place: a work zone and another one, or a work zone and an event.
--
-- Grain   work_zone_id, other_id; of two work zones the pair stands once, the smaller id first
-- Near    below 150 m between points of the two ways, which are taken at most 50 m apart (at most 500 of each): `distance_m` is up to 50 m
--         too large where they cross between two points. `same_road` pairs share a name of a road at any distance: whether they
--         touch is for the reader to say
-- Leaves  pairs that name each other as related (a work zone and its detour, the parts of a sequence), and what is cancelled or completed
CREATE OR REPLACE VIEW gold.conflicts AS
WITH
    things AS
    (
        SELECT
            'work_zone' AS kind, z.work_zone_id AS id, coalesce(z.name, arrayElement(z.road_names, 1)) AS name,
            z.starts_at AS starts_at, z.ends_at AS ends_at,
            arrayMap(n -> lower(n), z.road_names) AS roads,
            arrayMap(r -> JSONExtractString(r, 'id'), JSONExtractArrayRaw(ifNull(z.related, '[]'))) AS related,
            JSONExtractString(z.geometry, 'type') = 'LineString' AS is_line,
            arrayMap(p -> (JSONExtractFloat(p, 1), JSONExtractFloat(p, 2)), JSONExtractArrayRaw(z.geometry, 'coordinates')) AS vertices
        FROM silver.work_zones AS z
        WHERE ifNull(z.status, '') NOT IN ('cancelled', 'completed')
        UNION ALL
        SELECT
            'event', e.event_id, e.title, e.starts_at, e.ends_at, [], [], e.line IS NOT NULL,
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
            kind, id, name, starts_at, ends_at, roads, related,
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
            a.id AS work_zone_id, a.name AS work_zone, b.kind AS other_kind, b.id AS other_id, b.name AS other,
            greatest(a.starts_at, b.starts_at) AS starts_at, least(a.ends_at, b.ends_at) AS ends_at,
            arrayIntersect(a.roads, b.roads) AS same_roads,
            arrayMin(p -> arrayMin(q -> geoDistance(p.1, p.2, q.1, q.2), b.points), a.points) AS distance_m
        FROM (SELECT * FROM ways WHERE kind = 'work_zone') AS a
        CROSS JOIN ways AS b
        WHERE (b.kind = 'event' OR a.id < b.id) AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
            AND NOT has(a.related, b.id) AND NOT has(b.related, a.id)
            AND (hasAny(a.roads, b.roads)
                OR (a.south - a.margin <= b.north AND b.south <= a.north + a.margin
                    AND a.west - a.margin_east <= b.east AND b.west <= a.east + a.margin_east))
    )
SELECT
    work_zone_id, work_zone, other_kind, other_id, other, starts_at, ends_at,
    round(distance_m) AS distance_m, distance_m < 150 AS is_near, notEmpty(same_roads) AS same_road
FROM pairs
WHERE is_near OR same_road

-- silver.incidents: one row per incident of the record, what is known of it now; a re-post or an update of another says so in is_repost.
--
-- Made of silver.incident_versions, decisions and reference places; a month is made anew as a whole.
-- Key     incident_id
-- Units   local_date, year, month, weekday (1 Monday … 7 Sunday) and local_hour by utc_offset_min
-- quadrant what most of its three witnesses say (the source's field, the text, the place); doubtful where they contradict each other
-- Counts  of incidents: WHERE NOT is_repost AND NOT withdrawn
CREATE TABLE IF NOT EXISTS silver.incidents
(
    incident_id          String CODEC(ZSTD(1)),
    started_at           DateTime64(3, 'UTC'),
    updated_at           DateTime64(3, 'UTC'),
    modified_known       Bool,
    utc_offset_min       Int16,
    local_date           Date DEFAULT toDate(addMinutes(started_at, utc_offset_min)),
    year                 UInt16 DEFAULT toYear(local_date),
    month                UInt8 DEFAULT toMonth(local_date),
    weekday              UInt8 DEFAULT toDayOfWeek(local_date),
    local_hour           UInt8 DEFAULT toHour(addMinutes(started_at, utc_offset_min)),
    type                 LowCardinality(String),
    road                 Nullable(String),
    cross_street         Nullable(String),
    other_cross_street   Nullable(String),
    direction            LowCardinality(Nullable(String)),
    lanes                Array(LowCardinality(String)),
    lanes_blocked        Nullable(UInt8),
    is_reopened          Bool,
    quadrant             LowCardinality(Nullable(String)),
    said_quadrant        LowCardinality(Nullable(String)),
    text_quadrant        LowCardinality(Nullable(String)),
    place_quadrant       LowCardinality(Nullable(String)),
    is_quadrant_doubtful Bool,
    community_code       LowCardinality(Nullable(String)),
    community            LowCardinality(Nullable(String)),
    signal               LowCardinality(Nullable(String)),
    signal_m             Nullable(Float64),
    latitude             Float64,
    longitude            Float64,
    title                Nullable(String),
    description          Nullable(String),
    repaired             Bool,
    original_started_at  Nullable(String),
    original_modified_at Nullable(String),
    versions             UInt32,
    reported_as          Array(String),
    is_repost            Bool,
    repost_of            Nullable(String),
    linked_ids           Array(String),
    withdrawn            Bool
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (started_at, incident_id)
SETTINGS @durable;

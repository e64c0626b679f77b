-- silver.incident_links: why reports are taken for one: rows without an id that joined a report, re-posts and updates of one event.
--
-- Key     incident_id, linked_to, kind
-- kind    same report: a row without an id, at the same second within 15 m | repost, update: at the same second within 3 km, with
--         the same text or another
-- undone  an operator decided that the two are apart: nothing follows from the row
CREATE TABLE IF NOT EXISTS silver.incident_links
(
    incident_id String CODEC(ZSTD(1)),
    linked_to   String CODEC(ZSTD(1)),
    event_id    String CODEC(ZSTD(1)),
    started_at  DateTime64(3, 'UTC'),
    kind        LowCardinality(String),
    distance_m  Float64,
    same_text   Bool,
    evidence    String,
    undone      Bool
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (started_at, incident_id, linked_to)
SETTINGS @durable;

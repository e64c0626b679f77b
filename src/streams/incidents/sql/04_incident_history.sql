-- silver.incident_history: what changed when: one row per incident and version, oldest first, those of rows that joined it too.
--
-- Key     incident_id, version (from 1 on)
-- changed the fields that differ from the version before; place where it moved by more than 15 m; empty where nothing did
CREATE TABLE IF NOT EXISTS silver.incident_history
(
    incident_id  String CODEC(ZSTD(1)),
    version      UInt32,
    started_at   DateTime64(3, 'UTC'),
    updated_at   DateTime64(3, 'UTC'),
    reported_as  String CODEC(ZSTD(1)),
    changed      Array(LowCardinality(String)),
    title        Nullable(String),
    description  Nullable(String),
    quadrant     LowCardinality(Nullable(String)),
    withdrawn    Bool,
    content_hash FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (started_at, incident_id, version)
SETTINGS @durable;

-- silver.incident_link_decisions_versions: every decision on a link of the incident record and its end; silver.incident_link_decisions has the newest of each.
CREATE TABLE IF NOT EXISTS silver.incident_link_decisions_versions
(
    position     UInt64 CODEC(Delta, LZ4),
    incident_id  LowCardinality(String),
    other_id     LowCardinality(String),
    decided_by   Nullable(String),
    note         Nullable(String),
    withdrawn    Nullable(Bool),
    arrived_at   DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source       LowCardinality(String),
    once_hash    FixedString(16),
    content_hash FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (incident_id, other_id, position)
SETTINGS @durable;

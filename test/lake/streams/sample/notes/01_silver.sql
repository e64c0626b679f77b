-- silver.notes_versions: every version of a note.
CREATE TABLE IF NOT EXISTS silver.notes_versions
(
    position     UInt64,
    note_id String,
    updated_at DateTime64(3, 'UTC'),
    sure Nullable(Bool),
    text Nullable(String),
    latitude Nullable(Float64),
    withdrawn Nullable(Bool),
    arrived_at   DateTime64(3, 'UTC'),
    source       LowCardinality(String),
    once_hash    FixedString(16),
    content_hash FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (note_id, updated_at, position)
SETTINGS @durable;

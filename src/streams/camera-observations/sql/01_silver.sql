-- silver.camera_observations: one row per camera and time, the first arrival.
--
-- Key     camera_id, observed_at
-- Units   as the column names say | counts_* in the interval | confidence 0..1
CREATE TABLE IF NOT EXISTS silver.camera_observations
(
    position            UInt64 CODEC(Delta, LZ4),
    camera_id           LowCardinality(String),
    observed_at         DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    counts_car          Nullable(Int64),
    counts_truck        Nullable(Int64),
    counts_motorcycle   Nullable(Int64),
    counts_bus          Nullable(Int64),
    counts_bicycle      Nullable(Int64),
    counts_pedestrian   Nullable(Int64),
    mean_speed_kmh      Nullable(Decimal(18, 3)),
    stopped_vehicles    Nullable(Int64),
    confidence          Nullable(Decimal(18, 4)),
    model               Nullable(String),
    interval_s          Nullable(Int64),
    arrived_at          DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source              LowCardinality(String),
    once_hash           FixedString(16),
    content_hash        FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toDate(observed_at)
ORDER BY (camera_id, observed_at, position)
SETTINGS @durable;

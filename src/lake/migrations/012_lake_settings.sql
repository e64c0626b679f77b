-- lake.free_flow: the configured free-flow speed of each district ('' = every other), written at each start.
CREATE TABLE IF NOT EXISTS lake.free_flow
(
    district  String,
    speed_kmh Float64,
    version   UInt64
)
ENGINE = @ReplacingMergeTree(version)
ORDER BY district
SETTINGS @durable;

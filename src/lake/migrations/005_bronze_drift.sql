-- bronze.schema_drift_state: fields the wire record does not name, as sightings; bronze.schema_drift is the view.
CREATE TABLE IF NOT EXISTS bronze.schema_drift_state
(
    field          String,
    first_seen     SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_seen      SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    first_position SimpleAggregateFunction(min, UInt64),
    position       SimpleAggregateFunction(max, UInt64)
)
ENGINE = @AggregatingMergeTree
ORDER BY field
SETTINGS @durable;

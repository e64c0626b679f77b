-- bronze.schema_drift_state: how many rows were put in, which merging keeps: a lost part shows.
ALTER TABLE bronze.schema_drift_state ADD COLUMN IF NOT EXISTS seen SimpleAggregateFunction(sum, UInt64);

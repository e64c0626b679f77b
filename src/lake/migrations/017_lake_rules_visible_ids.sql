-- lake.rule_versions: whether ids had to be visible; the first version took others, and its rows say 0.
ALTER TABLE lake.rule_versions ADD COLUMN IF NOT EXISTS visible_ids UInt8 DEFAULT 0;

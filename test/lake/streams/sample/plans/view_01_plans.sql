-- silver.plans: the newest version of each plan that was not withdrawn.
CREATE OR REPLACE VIEW silver.plans AS
SELECT * FROM (SELECT * FROM silver.plans_versions AS v ORDER BY v.updated_at DESC, v.position DESC LIMIT 1 BY plan_id)
WHERE ifNull(withdrawn, false) = false

-- silver.kiosks: the newest version of each kiosk that was not withdrawn.
CREATE OR REPLACE VIEW silver.kiosks AS
SELECT * FROM (SELECT * FROM silver.kiosks_versions AS v ORDER BY v.position DESC LIMIT 1 BY kiosk_id)
WHERE ifNull(withdrawn, false) = false

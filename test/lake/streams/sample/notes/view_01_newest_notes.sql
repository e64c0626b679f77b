-- silver.newest_notes: the newest version of each note that was not withdrawn.
CREATE OR REPLACE VIEW silver.newest_notes AS
SELECT * FROM
(
    SELECT * FROM silver.notes_versions AS v
    ORDER BY v.updated_at DESC, v.sure DESC, v.content_hash DESC LIMIT 1 BY v.note_id
) AS newest
WHERE NOT ifNull(newest.withdrawn, false)

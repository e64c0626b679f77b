-- silver.readings: an inserted part is one file, so that syncing it is quick (in columns of their own it has some eighty);
-- merged parts are wide. And parts merge ten at a time rather than five: a batch is rewritten less often.
ALTER TABLE silver.readings MODIFY SETTING min_level_for_wide_part = 1, merge_selector_base = 10;

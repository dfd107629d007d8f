-- What roll-ups are to be made of what was there before. Nobody is held up meanwhile, for notes are only
-- added; whatever is written now notes itself. They are made good in the hours to come.

SET LOCAL statement_timeout = 0;

-- Of performance V0048 had noted a year of each model before its newest window, and nothing of models and
-- days that the archive alone knows.
INSERT INTO performance_due (model_id, day)
SELECT d.model_id, d.day
FROM (SELECT p.model_id, window_day(p.window_end_at) AS day FROM performance AS p GROUP BY 1, 2
      UNION
      SELECT m.model_id, window_day(m.window_end_at) FROM master_performance AS m GROUP BY 1, 2) AS d
WHERE NOT EXISTS (
        SELECT FROM performance_days AS k WHERE k.model_id = d.model_id AND k.day = d.day)
    AND NOT EXISTS (
        SELECT FROM performance_due AS n WHERE n.model_id = d.model_id AND n.day = d.day);

-- Of judgements the hours of the last 91 days, where a replay or a demo has others.
INSERT INTO evaluation_due (hour_at)
SELECT h.hour_at
FROM (SELECT date_trunc('hour', s.judged_at, 'UTC') AS hour_at FROM staleness AS s GROUP BY 1) AS h
WHERE NOT EXISTS (SELECT FROM evaluation_hours AS k WHERE k.hour_at = h.hour_at)
    AND NOT EXISTS (SELECT FROM evaluation_due AS n WHERE n.hour_at = h.hour_at);

INSERT INTO coverage_due (model_id, day)
SELECT l.model_id, window_day(l.window_end_at)
FROM label_coverage AS l
WHERE l.segment = '*' AND l.variant = '*'
GROUP BY 1, 2
UNION
SELECT m.model_id, window_day(m.window_end_at)
FROM master_label_coverage AS m
WHERE m.segment = '*' AND m.variant = '*'
GROUP BY 1, 2;

INSERT INTO verdicts_due (command_id)
SELECT c.command_id
FROM retrain_commands AS c
WHERE c.action = 'RETRAIN' AND EXISTS (
    SELECT FROM deployments AS p
    WHERE p.model_id = c.model_id AND p.version = c.new_version AND p.role <> 'SHADOW');

ANALYZE performance_due, evaluation_due, coverage_due, verdicts_due;

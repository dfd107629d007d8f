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

-- By days, of which a model has seven here, in place of their windows.
CREATE OR REPLACE VIEW v_final_coverage AS
SELECT k.model_id, k.team, k.tier, k.state, f.final_at, a.last_at, c.windows, c.predictions, c.matured,
       c.matched_matured, c.matched_matured::double precision / nullif(c.matured, 0) AS coverage
FROM v_known_models AS k
CROSS JOIN LATERAL (
    SELECT greatest(
        (SELECT max(s.window_end_at)
         FROM label_coverage AS s
         WHERE s.model_id = k.model_id AND s.segment = '*' AND s.variant = '*'
             AND s.maturity <> 'PROVISIONAL'),
        (SELECT max(m.window_end_at)
         FROM master_label_coverage AS m
         WHERE m.model_id = k.model_id AND m.segment = '*' AND m.variant = '*'
             AND m.maturity <> 'PROVISIONAL')) AS final_at) AS f
CROSS JOIN LATERAL (
    SELECT max(n.window_end_at) AS last_at
    FROM label_coverage AS n
    WHERE n.model_id = k.model_id) AS a
CROSS JOIN LATERAL (
    SELECT sum(l.windows)::bigint AS windows, sum(l.predictions)::bigint AS predictions,
           sum(l.matured)::bigint AS matured, sum(l.matched_matured)::bigint AS matched_matured
    FROM v_coverage_days AS l
    WHERE l.model_id = k.model_id AND NOT l.provisional
        AND l.day > ((f.final_at - interval '1 microsecond') AT TIME ZONE 'UTC')::date - 7
        AND l.day <= ((f.final_at - interval '1 microsecond') AT TIME ZONE 'UTC')::date) AS c
WHERE f.final_at IS NOT NULL;

COMMENT ON VIEW v_final_coverage IS
    'Label coverage of every model over the UTC day of its newest final window, which is a label horizon old, and the six before; by the archive where it has been asked. Models without a final window are left out.';
COMMENT ON COLUMN v_final_coverage.windows IS 'Final windows of these seven days.';

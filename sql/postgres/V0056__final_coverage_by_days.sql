-- In a migration of its own behind the notes of V0053: it waits for whoever reads the view, and when that takes too
-- long, it alone is undone and tried again, and not the long look for days as well.

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

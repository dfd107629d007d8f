-- A snooze keeps alerts quiet as long as the model stays what it was.

CREATE OR REPLACE VIEW v_muted_models AS
SELECT model_id, said_by AS muted_by, said_at AS muted_at, expires_at AS muted_until, reason
FROM controls AS c
WHERE kind = 'MUTE' AND (expires_at IS NULL OR expires_at > now())
      AND (action = 'MUTE'
           OR action = 'SNOOZE' AND NOT EXISTS (
               SELECT FROM staleness AS s
               WHERE s.model_id = c.model_id AND s.judged_at > c.said_at
                     AND (s.state <> c.state
                          OR CASE WHEN s.score IS NULL OR s.score < 0.5 THEN 'LOW'
                                  WHEN s.score < 0.7 THEN 'MEDIUM'
                                  WHEN s.score < 0.9 THEN 'HIGH'
                                  ELSE 'CRITICAL' END <> c.severity_class)));

COMMENT ON VIEW v_muted_models IS
    'Models whose alerts nobody is told of now: muted, or snoozed and since then never found in another class of severity or state.';

-- A snooze keeps alerts quiet as long as the model stays what it was.
--
-- That is asked of each version by itself: a healthy canary says nothing of the version that was
-- snoozed. A row without a score has no class, so it ends a snooze by its state alone.

CREATE OR REPLACE VIEW v_muted_models AS
SELECT c.model_id, c.said_by AS muted_by, c.said_at AS muted_at, c.expires_at AS muted_until, c.reason
FROM controls AS c
CROSS JOIN LATERAL (
    SELECT array_position(ARRAY['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'], c.severity_class) - 1 AS class
) AS snoozed
WHERE c.kind = 'MUTE' AND (c.expires_at IS NULL OR c.expires_at > now())
      AND (c.action = 'MUTE'
           OR c.action = 'SNOOZE' AND NOT EXISTS (
               SELECT
               FROM staleness AS s
               CROSS JOIN LATERAL (
                   SELECT width_bucket(s.score, ARRAY[0.5, 0.7, 0.9]::double precision[]) AS class
               ) AS found
               WHERE s.model_id = c.model_id AND s.judged_at > c.said_at
                     AND (found.class > snoozed.class
                          OR (found.class <> snoozed.class OR s.state <> c.state)
                             -- The last time that it said something it was what is snoozed.
                             AND (SELECT (width_bucket(p.score,
                                                       ARRAY[0.5, 0.7, 0.9]::double precision[])
                                          <> snoozed.class OR p.state <> c.state) IS NOT TRUE
                                  FROM staleness AS p
                                  WHERE p.model_id = s.model_id
                                        AND p.model_version = s.model_version
                                        AND p.revision < s.revision
                                        AND (p.score IS NOT NULL OR c.state IS NOT NULL)
                                  ORDER BY p.revision DESC
                                  LIMIT 1))));

COMMENT ON VIEW v_muted_models IS
    'Models whose alerts nobody is told of now: muted, or snoozed, and since then no version has become something else than what is snoozed, and none has a worse class of severity.';

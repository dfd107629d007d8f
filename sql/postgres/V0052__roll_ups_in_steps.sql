-- Roll-ups in steps: whoever makes them asks for so many days of models in a transaction, begins with few
-- and asks for more while that is quick. When it takes too long one step is undone and not all of them, and
-- what is old is dropped before, in a transaction of its own. Decision 0056.
--
-- And more is rolled up: label coverage by day, and what retrains brought. Days of before are noted by the
-- next migration, which reads what there is: this one holds up those who write, and is short.

ALTER TABLE performance_due ADD COLUMN noted_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE evaluation_due ADD COLUMN noted_at timestamptz NOT NULL DEFAULT now();

COMMENT ON COLUMN performance_due.noted_at IS 'When it was noted; of what was noted before V0052, when that was applied.';
COMMENT ON COLUMN evaluation_due.noted_at IS 'When it was noted; of what was noted before V0052, when that was applied.';

-- The first days are found without a look at all of them.
CREATE INDEX performance_due_by_age ON performance_due (day, model_id);

CREATE TABLE coverage_days (
    model_id        text        NOT NULL,
    model_version   text        NOT NULL,
    day             date        NOT NULL,
    provisional     boolean     NOT NULL,
    windows         bigint      NOT NULL,
    received        bigint      NOT NULL,
    predictions     bigint      NOT NULL,
    duplicates      bigint      NOT NULL,
    conflicts       bigint      NOT NULL,
    matured         bigint      NOT NULL,
    matched_matured bigint      NOT NULL,
    master          boolean     NOT NULL,
    made_at         timestamptz NOT NULL,
    PRIMARY KEY (model_id, day, model_version, provisional)
);

CREATE INDEX coverage_days_by_age ON coverage_days (made_at);

COMMENT ON TABLE coverage_days IS
    'Label coverage by UTC day, of all predictions of a version: the sums of a day''s windows. Made anew from label_coverage and master_label_coverage where these have changed; dropped a year after it was made last.';
COMMENT ON COLUMN coverage_days.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN coverage_days.model_version IS 'Version that made the predictions.';
COMMENT ON COLUMN coverage_days.day IS 'UTC day in which the windows end; one that ends at midnight is of the day before.';
COMMENT ON COLUMN coverage_days.provisional IS 'True for windows whose labels are still due, which stand in a row of their own.';
COMMENT ON COLUMN coverage_days.windows IS 'Windows.';
COMMENT ON COLUMN coverage_days.received IS 'Prediction events in them, repeated ones too.';
COMMENT ON COLUMN coverage_days.predictions IS 'Distinct predictions.';
COMMENT ON COLUMN coverage_days.duplicates IS 'Events that repeated one with the same content.';
COMMENT ON COLUMN coverage_days.conflicts IS 'Events that repeated one with another content.';
COMMENT ON COLUMN coverage_days.matured IS 'Predictions whose labels were due.';
COMMENT ON COLUMN coverage_days.matched_matured IS 'Those of them that have a label.';
COMMENT ON COLUMN coverage_days.master IS 'True when one of the windows is by a batch run over the archive.';
COMMENT ON COLUMN coverage_days.made_at IS 'When the row was made.';

CREATE TABLE coverage_due (
    model_id text        NOT NULL,
    day      date        NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX coverage_due_by_day ON coverage_due (model_id, day);
CREATE INDEX coverage_due_by_age ON coverage_due (day, model_id);

COMMENT ON TABLE coverage_due IS 'Days of models that coverage_days is to be made anew of; several rows say the same.';
COMMENT ON COLUMN coverage_due.model_id IS 'Model, as in its predictions.';
COMMENT ON COLUMN coverage_due.day IS 'UTC day in which windows end that have changed.';
COMMENT ON COLUMN coverage_due.noted_at IS 'When it was noted.';

CREATE TABLE retrain_verdicts (
    command_id  uuid             PRIMARY KEY,
    deployed_at timestamptz      NOT NULL,
    metric      text,
    before      double precision,
    after       double precision,
    improved    boolean,
    margin      double precision,
    verdict     text             CHECK (verdict IN ('BETTER', 'WORSE', 'NEUTRAL')),
    known_at    timestamptz,
    made_at     timestamptz      NOT NULL
);

COMMENT ON TABLE retrain_verdicts IS
    'What retrains brought whose version was deployed, as v_retrain_outcomes tells it. Made anew where windows of the weeks before and after have changed; kept as long as commands, which do not end.';
COMMENT ON COLUMN retrain_verdicts.command_id IS 'Command.';
COMMENT ON COLUMN retrain_verdicts.deployed_at IS 'When its version was deployed first, not as a shadow.';
COMMENT ON COLUMN retrain_verdicts.metric IS 'What is compared: log_loss, rmse or ndcg_at_10; null while the version before has no final window.';
COMMENT ON COLUMN retrain_verdicts.before IS 'Its mean over the final windows of the version before, of the 7 days before the deployment.';
COMMENT ON COLUMN retrain_verdicts.after IS 'Its mean over the final windows of the new version, of the 7 days after it.';
COMMENT ON COLUMN retrain_verdicts.improved IS 'Whether after is better than before, be it by chance.';
COMMENT ON COLUMN retrain_verdicts.margin IS 'Half the width of the 95 % interval of after - before; null when a window has no standard error.';
COMMENT ON COLUMN retrain_verdicts.verdict IS 'BETTER, WORSE or NEUTRAL; null while it is not known.';
COMMENT ON COLUMN retrain_verdicts.known_at IS 'When it was known first; null while it is not.';
COMMENT ON COLUMN retrain_verdicts.made_at IS 'When the row was made.';

CREATE TABLE verdicts_due (
    command_id uuid        NOT NULL,
    noted_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX verdicts_due_by_command ON verdicts_due (command_id);

COMMENT ON TABLE verdicts_due IS 'Commands that retrain_verdicts is to be made anew of; several rows say the same.';
COMMENT ON COLUMN verdicts_due.command_id IS 'Command.';
COMMENT ON COLUMN verdicts_due.noted_at IS 'When it was noted.';

CREATE FUNCTION coverage_is_due() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    INSERT INTO coverage_due (model_id, day)
    SELECT DISTINCT w.model_id, window_day(w.window_end_at)
    FROM written AS w
    WHERE w.segment = '*' AND w.variant = '*';
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION coverage_is_due() IS 'Notes the days of what was written into label_coverage.';

-- What readers see, and from which roll-ups are made.

CREATE VIEW v_coverage_days AS
SELECT d.model_id, d.model_version, d.day, d.day::timestamp AT TIME ZONE 'UTC' AS day_at, d.provisional,
       d.windows, d.received, d.predictions, d.duplicates, d.conflicts, d.matured, d.matched_matured,
       d.matched_matured::double precision / nullif(d.matured, 0) AS coverage, d.master
FROM coverage_days AS d
WHERE NOT EXISTS (
    SELECT FROM coverage_due AS n WHERE n.model_id = d.model_id AND n.day = d.day)
UNION ALL
SELECT a.model_id, a.model_version, a.day, a.day::timestamp AT TIME ZONE 'UTC', a.provisional,
       a.windows, a.received, a.predictions, a.duplicates, a.conflicts, a.matured, a.matched_matured,
       a.matched_matured::double precision / nullif(a.matured, 0), a.master
FROM (
    SELECT t.model_id, t.day, c.model_version, c.provisional, count(*) AS windows,
           sum(c.received)::bigint AS received, sum(c.predictions)::bigint AS predictions,
           sum(c.duplicates)::bigint AS duplicates, sum(c.conflicts)::bigint AS conflicts,
           sum(c.matured)::bigint AS matured, sum(c.matched_matured)::bigint AS matched_matured,
           bool_or(c.master) AS master
    FROM (SELECT u.model_id, u.day FROM coverage_due AS u GROUP BY u.model_id, u.day) AS t
    -- As v_label_coverage, with the span on both sides, so that pieces of other days are left alone.
    CROSS JOIN LATERAL (
        SELECT t.day::timestamp AT TIME ZONE 'UTC' AS after_at,
               (t.day + 1)::timestamp AT TIME ZONE 'UTC' AS until_at) AS b
    CROSS JOIN LATERAL (
        SELECT m.model_version, m.maturity = 'PROVISIONAL' AS provisional, m.received, m.predictions,
               m.duplicates, m.conflicts, m.matured, m.matched_matured, true AS master
        FROM master_label_coverage AS m
        WHERE m.model_id = t.model_id AND m.window_end_at > b.after_at AND m.window_end_at <= b.until_at
            AND m.segment = '*' AND m.variant = '*'
        UNION ALL
        SELECT s.model_version, s.maturity = 'PROVISIONAL', s.received, s.predictions, s.duplicates,
               s.conflicts, s.matured, s.matched_matured, false
        FROM label_coverage AS s
        WHERE s.model_id = t.model_id AND s.window_end_at > b.after_at AND s.window_end_at <= b.until_at
            AND s.segment = '*' AND s.variant = '*'
            AND NOT EXISTS (
                SELECT FROM master_label_coverage AS m
                WHERE m.model_id = t.model_id AND m.window_end_at > b.after_at
                    AND m.window_end_at <= b.until_at
                    AND (m.model_version, m.task, m.segment, m.variant, m.window_start_at,
                         m.window_end_at)
                      = (s.model_version, s.task, s.segment, s.variant, s.window_start_at,
                         s.window_end_at))) AS c
    GROUP BY t.model_id, t.day, c.model_version, c.provisional) AS a;

COMMENT ON VIEW v_coverage_days IS
    'Label coverage by UTC day, of all predictions of a version, by the archive where it has been asked. For long spans; v_label_coverage has the windows.';

CREATE VIEW v_roll_ups AS
SELECT r.roll_up, r.waiting, r.oldest_at,
       coalesce(extract(epoch FROM now() - r.oldest_at), 0)::double precision AS seconds
FROM (
    SELECT 'performance_days' AS roll_up, count(DISTINCT (n.model_id, n.day)) AS waiting,
           min(n.noted_at) AS oldest_at
    FROM performance_due AS n
    UNION ALL
    SELECT 'coverage_days', count(DISTINCT (n.model_id, n.day)), min(n.noted_at) FROM coverage_due AS n
    UNION ALL
    SELECT 'evaluation_hours', count(DISTINCT n.hour_at), min(n.noted_at) FROM evaluation_due AS n
    UNION ALL
    SELECT 'retrain_verdicts', count(DISTINCT n.command_id), min(n.noted_at) FROM verdicts_due AS n) AS r;

COMMENT ON VIEW v_roll_ups IS
    'What is to be rolled up yet. Until it is, views tell it from the facts: nothing is missing, and long spans take longer.';

-- What is made needs no look at windows. It is looked at whether anything about them has changed since: the
-- verdict itself, or a day that it rests on.
CREATE OR REPLACE VIEW v_retrain_outcomes AS
SELECT c.command_id, c.model_id, c.tier, c.issued_at, c.state, c.model_version, c.new_version,
       c.started_at IS NOT NULL OR c.state = 'SUCCEEDED' AS ran,
       c.ended_at IS NOT NULL AS ended,
       d.deployed_at,
       CASE WHEN f.made THEN k.metric ELSE b.metric END AS metric,
       CASE WHEN f.made THEN k.before ELSE b.value END AS before,
       CASE WHEN f.made THEN k.after ELSE n.value END AS after,
       CASE WHEN f.made THEN k.improved ELSE j.improved END AS improved,
       CASE WHEN f.made THEN k.margin ELSE e.margin END AS margin,
       CASE WHEN f.made THEN k.verdict
            WHEN j.improved IS NULL THEN NULL
            WHEN e.margin IS NULL OR abs(n.value - b.value) <= e.margin THEN 'NEUTRAL'
            WHEN j.improved THEN 'BETTER' ELSE 'WORSE' END AS verdict,
       CASE WHEN f.made THEN k.known_at
            WHEN j.improved IS NOT NULL THEN least(k.known_at, n.first_at) END AS known_at
FROM retrain_commands AS c
LEFT JOIN LATERAL (
    SELECT min(p.started_at) AS deployed_at
    FROM deployments AS p
    WHERE p.model_id = c.model_id AND p.version = c.new_version AND p.role <> 'SHADOW') AS d ON true
LEFT JOIN retrain_verdicts AS k ON k.command_id = c.command_id AND k.deployed_at = d.deployed_at
CROSS JOIN LATERAL (
    SELECT k.command_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM verdicts_due AS u WHERE u.command_id = c.command_id)
        AND NOT EXISTS (
            SELECT FROM performance_due AS u
            WHERE u.model_id = c.model_id
                AND u.day >= (d.deployed_at AT TIME ZONE 'UTC')::date - 8
                AND u.day <= (d.deployed_at AT TIME ZONE 'UTC')::date + 7) AS made
    OFFSET 0) AS f -- Once for each command.
LEFT JOIN LATERAL (
    SELECT w.metric, sum(w.value * w.effective_samples) / sum(w.effective_samples) AS value,
           CASE WHEN count(*) = count(coalesce(w.se, w.high - w.low))
                THEN sqrt(sum(power(coalesce(w.se, (w.high - w.low) / 3.92) * w.effective_samples, 2)))
                     / sum(w.effective_samples) END AS se
    FROM v_performance AS w
    WHERE NOT f.made AND w.model_id = c.model_id AND w.model_version = c.model_version
        AND w.segment = '*' AND w.variant = '*' AND NOT w.provisional AND NOT w.estimated
        AND w.value IS NOT NULL AND w.effective_samples > 0
        AND w.metric IN ('log_loss', 'rmse', 'ndcg_at_10')
        AND w.window_end_at > d.deployed_at - interval '7 days' AND w.window_end_at <= d.deployed_at
    GROUP BY w.metric
    ORDER BY w.metric
    LIMIT 1) AS b ON true
LEFT JOIN LATERAL (
    SELECT sum(w.value * w.effective_samples) / sum(w.effective_samples) AS value,
           CASE WHEN count(*) = count(coalesce(w.se, w.high - w.low))
                THEN sqrt(sum(power(coalesce(w.se, (w.high - w.low) / 3.92) * w.effective_samples, 2)))
                     / sum(w.effective_samples) END AS se,
           min(w.computed_at) AS first_at
    FROM v_performance AS w
    WHERE NOT f.made AND w.model_id = c.model_id AND w.model_version = c.new_version
        AND w.segment = '*' AND w.variant = '*' AND NOT w.provisional AND NOT w.estimated
        AND w.value IS NOT NULL AND w.effective_samples > 0 AND w.metric = b.metric
        AND w.window_start_at >= d.deployed_at
        AND w.window_end_at <= d.deployed_at + interval '7 days') AS n ON true
CROSS JOIN LATERAL (
    SELECT CASE b.metric WHEN 'ndcg_at_10' THEN n.value > b.value ELSE n.value < b.value END
               AS improved) AS j
CROSS JOIN LATERAL (SELECT 1.96 * sqrt(b.se * b.se + n.se * n.se) AS margin) AS e
WHERE c.action = 'RETRAIN';

COMMENT ON COLUMN v_retrain_outcomes.known_at IS
    'When the first final window of the new version was computed, a label horizon after its deployment; windows that are computed anew change nothing about it. Null while there is no verdict.';

-- A step of each. Half of it are the newest, so that what is looked at now is there, and half the oldest, so
-- that all are done some day. What notes are about is read after them, so that all of it is seen; what is
-- noted from then on is for the next step.
--
-- One alone may take longer than a statement may: taken first each time, it would keep all others waiting. So
-- whoever asks may say a turn, which takes them round by round from another place of their order.

CREATE FUNCTION roll_up_performance(most integer, turn integer DEFAULT 0) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    at           timestamptz;
    taken_models text[];
    taken_days   date[];
    notes        tid[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('roll-up'), 'performance_days'::regclass::oid::integer) THEN
        RETURN 0; -- Somebody else is at it.
    END IF;
    SELECT array_agg(d.model_id), array_agg(d.day) INTO taken_models, taken_days
    FROM ((SELECT DISTINCT n.day, n.model_id FROM performance_due AS n WHERE turn = 0
           ORDER BY n.day DESC, n.model_id DESC LIMIT greatest(most - most / 2, 1))
          UNION
          (SELECT DISTINCT n.day, n.model_id FROM performance_due AS n WHERE turn = 0
           ORDER BY n.day, n.model_id LIMIT most / 2)
          UNION
          (SELECT DISTINCT n.day, n.model_id FROM performance_due AS n WHERE turn > 0
           ORDER BY n.day, n.model_id
           OFFSET turn % (SELECT greatest(count(*), 1)
                          FROM (SELECT DISTINCT a.day, a.model_id FROM performance_due AS a) AS b)
           LIMIT greatest(most, 1))) AS d;
    IF taken_models IS NULL THEN
        RETURN 0;
    END IF;
    at := clock_timestamp();
    SELECT array_agg(n.ctid) INTO notes
    FROM performance_due AS n
    JOIN unnest(taken_models, taken_days) AS t (model_id, day) USING (model_id, day);

    INSERT INTO performance_days AS kept (model_id, model_version, task, segment, variant, metric,
        estimated, window_length, provisional, day, windows, samples, effective_samples, mean, se, least,
        most, master, made_at)
    SELECT v.model_id, v.model_version, v.task, v.segment, v.variant, v.metric, v.estimated,
           v.window_length, v.provisional, v.day, v.windows, v.samples, v.effective_samples, v.mean,
           v.se, v.least, v.most, v.master, at
    FROM v_performance_days AS v
    JOIN unnest(taken_models, taken_days) AS t (model_id, day) USING (model_id, day)
    -- Said twice, because this is known before any day is made.
    WHERE v.model_id = ANY (taken_models) AND v.day = ANY (taken_days)
    ON CONFLICT (model_id, metric, day, model_version, task, segment, variant, estimated, window_length,
                 provisional) DO UPDATE
    SET windows = excluded.windows, samples = excluded.samples,
        effective_samples = excluded.effective_samples, mean = excluded.mean, se = excluded.se,
        least = excluded.least, most = excluded.most, master = excluded.master,
        made_at = excluded.made_at;

    -- What is provisional no more, and what the archive does not say again.
    DELETE FROM performance_days AS d
    USING unnest(taken_models, taken_days) AS t (model_id, day)
    WHERE d.model_id = t.model_id AND d.day = t.day AND d.made_at < at;

    -- Verdicts that rest on one of these days.
    INSERT INTO verdicts_due (command_id)
    SELECT DISTINCT c.command_id
    FROM unnest(taken_models, taken_days) AS t (model_id, day)
    JOIN retrain_commands AS c ON c.model_id = t.model_id AND c.action = 'RETRAIN'
    JOIN deployments AS p ON p.model_id = c.model_id AND p.version = c.new_version AND p.role <> 'SHADOW'
        AND t.day >= (p.started_at AT TIME ZONE 'UTC')::date - 8
        AND t.day <= (p.started_at AT TIME ZONE 'UTC')::date + 7;

    DELETE FROM performance_due WHERE ctid = ANY (notes);
    RETURN cardinality(taken_models);
END
$$;

COMMENT ON FUNCTION roll_up_performance(integer, integer) IS
    'Makes days of models anew that are due, so many at most, and notes which verdicts rest on them; gives their number. Without a turn, fewer than were asked for are all there were. A turn above 0 begins at another place in their order, and the next turn behind it.';

CREATE FUNCTION roll_up_coverage(most integer, turn integer DEFAULT 0) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    at           timestamptz;
    taken_models text[];
    taken_days   date[];
    notes        tid[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('roll-up'), 'coverage_days'::regclass::oid::integer) THEN
        RETURN 0; -- Somebody else is at it.
    END IF;
    SELECT array_agg(d.model_id), array_agg(d.day) INTO taken_models, taken_days
    FROM ((SELECT DISTINCT n.day, n.model_id FROM coverage_due AS n WHERE turn = 0
           ORDER BY n.day DESC, n.model_id DESC LIMIT greatest(most - most / 2, 1))
          UNION
          (SELECT DISTINCT n.day, n.model_id FROM coverage_due AS n WHERE turn = 0
           ORDER BY n.day, n.model_id LIMIT most / 2)
          UNION
          (SELECT DISTINCT n.day, n.model_id FROM coverage_due AS n WHERE turn > 0
           ORDER BY n.day, n.model_id
           OFFSET turn % (SELECT greatest(count(*), 1)
                          FROM (SELECT DISTINCT a.day, a.model_id FROM coverage_due AS a) AS b)
           LIMIT greatest(most, 1))) AS d;
    IF taken_models IS NULL THEN
        RETURN 0;
    END IF;
    at := clock_timestamp();
    SELECT array_agg(n.ctid) INTO notes
    FROM coverage_due AS n
    JOIN unnest(taken_models, taken_days) AS t (model_id, day) USING (model_id, day);

    INSERT INTO coverage_days AS kept (model_id, model_version, day, provisional, windows, received,
        predictions, duplicates, conflicts, matured, matched_matured, master, made_at)
    SELECT v.model_id, v.model_version, v.day, v.provisional, v.windows, v.received, v.predictions,
           v.duplicates, v.conflicts, v.matured, v.matched_matured, v.master, at
    FROM v_coverage_days AS v
    JOIN unnest(taken_models, taken_days) AS t (model_id, day) USING (model_id, day)
    WHERE v.model_id = ANY (taken_models) AND v.day = ANY (taken_days)
    ON CONFLICT (model_id, day, model_version, provisional) DO UPDATE
    SET windows = excluded.windows, received = excluded.received, predictions = excluded.predictions,
        duplicates = excluded.duplicates, conflicts = excluded.conflicts, matured = excluded.matured,
        matched_matured = excluded.matched_matured, master = excluded.master,
        made_at = excluded.made_at;

    DELETE FROM coverage_days AS d
    USING unnest(taken_models, taken_days) AS t (model_id, day)
    WHERE d.model_id = t.model_id AND d.day = t.day AND d.made_at < at;

    DELETE FROM coverage_due WHERE ctid = ANY (notes);
    RETURN cardinality(taken_models);
END
$$;

COMMENT ON FUNCTION roll_up_coverage(integer, integer) IS
    'Makes days of models anew that are due, so many at most, and gives their number. Without a turn, fewer than were asked for are all there were. A turn above 0 begins at another place in their order, and the next turn behind it.';

CREATE FUNCTION roll_up_evaluation(most integer, turn integer DEFAULT 0) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    at    timestamptz;
    taken timestamptz[];
    notes tid[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('roll-up'), 'evaluation_hours'::regclass::oid::integer) THEN
        RETURN 0; -- Somebody else is at it.
    END IF;
    SELECT array_agg(d.hour_at) INTO taken
    FROM ((SELECT DISTINCT n.hour_at FROM evaluation_due AS n WHERE turn = 0
           ORDER BY n.hour_at DESC LIMIT greatest(most - most / 2, 1))
          UNION
          (SELECT DISTINCT n.hour_at FROM evaluation_due AS n WHERE turn = 0
           ORDER BY n.hour_at LIMIT most / 2)
          UNION
          (SELECT DISTINCT n.hour_at FROM evaluation_due AS n WHERE turn > 0
           ORDER BY n.hour_at
           OFFSET turn % (SELECT greatest(count(DISTINCT a.hour_at), 1) FROM evaluation_due AS a)
           LIMIT greatest(most, 1))) AS d;
    IF taken IS NULL THEN
        RETURN 0;
    END IF;
    at := clock_timestamp();
    SELECT array_agg(n.ctid) INTO notes FROM evaluation_due AS n WHERE n.hour_at = ANY (taken);

    INSERT INTO evaluation_hours AS kept (hour_at, tier, team, judgements, gap_seconds, late_seconds,
        made_at)
    SELECT v.hour_at, v.tier, v.team, v.judgements, v.gap_seconds, v.late_seconds, at
    FROM v_evaluation_hours AS v
    WHERE v.hour_at = ANY (taken)
    ON CONFLICT (hour_at, tier, team) DO UPDATE
    SET judgements = excluded.judgements, gap_seconds = excluded.gap_seconds,
        late_seconds = excluded.late_seconds, made_at = excluded.made_at;

    DELETE FROM evaluation_hours WHERE hour_at = ANY (taken) AND made_at < at;

    DELETE FROM evaluation_due WHERE ctid = ANY (notes);
    RETURN cardinality(taken);
END
$$;

COMMENT ON FUNCTION roll_up_evaluation(integer, integer) IS
    'Makes hours anew that are due, so many at most, and gives their number. Without a turn, fewer than were asked for are all there were. A turn above 0 begins at another place in their order, and the next turn behind it.';

CREATE FUNCTION roll_up_verdicts(most integer, turn integer DEFAULT 0) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    at    timestamptz;
    taken uuid[];
    notes tid[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('roll-up'), 'retrain_verdicts'::regclass::oid::integer) THEN
        RETURN 0; -- Somebody else is at it.
    END IF;
    SELECT array_agg(d.command_id) INTO taken
    FROM (SELECT DISTINCT n.command_id FROM verdicts_due AS n ORDER BY n.command_id
          OFFSET turn % (SELECT greatest(count(DISTINCT a.command_id), 1) FROM verdicts_due AS a)
          LIMIT greatest(most, 1)) AS d;
    IF taken IS NULL THEN
        RETURN 0;
    END IF;
    at := clock_timestamp();
    SELECT array_agg(n.ctid) INTO notes FROM verdicts_due AS n WHERE n.command_id = ANY (taken);

    INSERT INTO retrain_verdicts AS kept (command_id, deployed_at, metric, before, after, improved, margin,
        verdict, known_at, made_at)
    SELECT v.command_id, v.deployed_at, v.metric, v.before, v.after, v.improved, v.margin, v.verdict,
           v.known_at, at
    FROM v_retrain_outcomes AS v
    WHERE v.command_id = ANY (taken) AND v.deployed_at IS NOT NULL
    ON CONFLICT (command_id) DO UPDATE
    SET deployed_at = excluded.deployed_at, metric = excluded.metric, before = excluded.before,
        after = excluded.after, improved = excluded.improved, margin = excluded.margin,
        verdict = excluded.verdict, known_at = excluded.known_at, made_at = excluded.made_at;

    DELETE FROM verdicts_due WHERE ctid = ANY (notes);
    RETURN cardinality(taken);
END
$$;

COMMENT ON FUNCTION roll_up_verdicts(integer, integer) IS
    'Says anew what retrains brought, of so many commands at most, and gives their number. Without a turn, fewer than were asked for are all there were. A turn above 0 begins at another place in their order, and the next turn behind it.';

-- What is dropped once a minute is dropped on its own now. Result-tables of the release before rolls nothing
-- up any more: notes wait for the new one, and views tell what is noted from the facts.

CREATE OR REPLACE FUNCTION drop_old_performance() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        DELETE FROM performance_days
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM performance_days
                                WHERE made_at < now() - interval '1 year'
                                ORDER BY made_at
                                LIMIT 20000))
            AND made_at < now() - interval '1 year';
        SELECT drop_old('performance', now(), 20000);
    END;

CREATE OR REPLACE FUNCTION drop_old_label_coverage() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        DELETE FROM coverage_days
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM coverage_days
                                WHERE made_at < now() - interval '1 year'
                                ORDER BY made_at
                                LIMIT 20000))
            AND made_at < now() - interval '1 year';
        SELECT drop_old('label_coverage', now(), 20000);
    END;

CREATE OR REPLACE FUNCTION drop_old_staleness() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
        DELETE FROM evaluation_hours WHERE made_at < now() - interval '1 year';
        DELETE FROM staleness_now WHERE computed_at < now() - interval '1 year';
        SELECT drop_old('staleness', now(), 20000);
    END;

COMMENT ON FUNCTION drop_old_performance() IS
    'Drops what of the table is older than retention says, and days that were made a year ago, and makes the pieces that are needed next; gives the number of rows of performance that went, of whole pieces about.';
COMMENT ON FUNCTION drop_old_label_coverage() IS
    'Drops what of the table is older than retention says, and days that were made a year ago, and makes the pieces that are needed next; gives the number of rows of label_coverage that went, of whole pieces about.';
COMMENT ON FUNCTION drop_old_staleness() IS
    'Drops what of the table is older than retention says, hours that were made a year ago, and versions that were not judged for a year, and makes the pieces that are needed next; gives the number of rows of staleness that went, of whole pieces about.';

DROP FUNCTION roll_up_performance(integer, interval);
DROP FUNCTION roll_up_evaluation(integer, interval);

DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['coverage_is_due()',
        'roll_up_performance(integer, integer)', 'roll_up_coverage(integer, integer)',
        'roll_up_evaluation(integer, integer)', 'roll_up_verdicts(integer, integer)']
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION roll_up_performance(integer, integer), roll_up_coverage(integer, integer),
    roll_up_evaluation(integer, integer), roll_up_verdicts(integer, integer) TO runway_writer;

CREATE TRIGGER coverage_is_due_when_written AFTER INSERT ON label_coverage
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION coverage_is_due();
CREATE TRIGGER coverage_is_due_when_replaced AFTER UPDATE ON label_coverage
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION coverage_is_due();
CREATE TRIGGER coverage_is_due_when_written AFTER INSERT ON master_label_coverage
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION coverage_is_due();
CREATE TRIGGER coverage_is_due_when_replaced AFTER UPDATE ON master_label_coverage
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION coverage_is_due();

-- A view's column means what the column of that name means in its table.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS view_name, vc.attname AS column_name,
               CASE v.relname || '.' || vc.attname
                   WHEN 'v_coverage_days.day_at' THEN 'Start of that day.'
                   WHEN 'v_coverage_days.coverage' THEN 'Share of the predictions whose labels were due that have one, 0 to 1; null when none was due.'
                   WHEN 'v_roll_ups.roll_up' THEN 'Table that is made.'
                   WHEN 'v_roll_ups.waiting' THEN 'Days of models, hours or commands that wait.'
                   WHEN 'v_roll_ups.oldest_at' THEN 'When the first of them was noted; null when nothing waits.'
                   WHEN 'v_roll_ups.seconds' THEN 'How long ago that was; 0 when nothing waits.'
                   ELSE col_description(t.oid, tc.attnum)
               END AS words
        FROM pg_class AS v
        JOIN pg_attribute AS vc ON vc.attrelid = v.oid AND vc.attnum > 0
        LEFT JOIN pg_class AS t ON t.relnamespace = v.relnamespace AND t.relname = substr(v.relname, 3)
        LEFT JOIN pg_attribute AS tc ON tc.attrelid = t.oid AND tc.attname = vc.attname
        WHERE v.relnamespace = current_schema()::regnamespace
            AND v.relname IN ('v_coverage_days', 'v_roll_ups')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', line.view_name, line.column_name, line.words);
    END LOOP;
END
$$;

GRANT SELECT ON v_coverage_days, v_roll_ups TO runway_reader;

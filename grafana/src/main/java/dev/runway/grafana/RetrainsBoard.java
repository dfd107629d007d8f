package dev.runway.grafana;

/** Commands to retrain: what waits, what they cost, and whether they were of use. */
final class RetrainsBoard {
  /** Of what counts as issued in the span. */
  private static final String ISSUED =
      "action = 'RETRAIN' AND $__timeFilter(issued_at) AND " + Views.CHOSEN;

  private static final String TIERS = Views.in("coalesce(tier::text, 'none')", "tier");

  private RetrainsBoard() {}

  static Board make() {
    return new Board(
            "runway-retrains",
            "Runway: retrains",
            "What waits for a place, for money or for a person; what retrains cost, and whether they paid.",
            "now-30d")
        .page()
        .teams()
        .marks("model_id IN (SELECT model_id FROM @v_known_models WHERE " + Views.CHOSEN + ")")
        .add(now(), success(), waste(), precision(), judged(), late())
        .row("Queue")
        .add(depth(), caps(), approvals(), queue())
        .row("Money")
        .add(budget(), spending())
        .row("Waves")
        .add(waves())
        .row("Use")
        .add(ends(), causes(), paid());
  }

  private static Panel now() {
    return Panel.stat(
            1,
            6,
            "Commands now",
            "What waits for a person, for a place or for money, and what runs.")
        .rows(
            """
            SELECT count(*) FILTER (WHERE state = 'AWAITING_APPROVAL') AS "For a person",
              count(*) FILTER (WHERE state = 'QUEUED') AS "For a place",
              count(*) FILTER (WHERE state = 'QUEUED_BUDGET') AS "For money",
              count(*) FILTER (WHERE state IN ('GRANTED', 'ACCEPTED', 'SUBMITTED', 'UNKNOWN', 'RUNNING')) AS "Active"
            FROM @v_retrains
            WHERE ended_at IS NULL AND action <> 'CANCEL' AND %s
            """
                .formatted(Views.CHOSEN))
        .unit("short")
        .decimals(0)
        .thresholds("For a person", "green", 1, "orange")
        .thresholds("For a place", "green", 1, "yellow")
        .thresholds("For money", "green", 1, "red")
        .thresholds("Active", "green", 10, "orange", 50, "red");
  }

  private static Panel success() {
    return Panel.stat(
            2,
            3,
            "Success",
            "Of the trainings of this span that have ended (succeeded, failed, timed out), those that gave a version."
                + " Should be above 95 %; an alert below 90 %.")
        .rows(
            """
            SELECT avg((state = 'SUCCEEDED')::int) AS success
            FROM @v_retrains
            WHERE state IN ('SUCCEEDED', 'FAILED', 'TIMED_OUT') AND %s
            """
                .formatted(ISSUED))
        .unit("percentunit")
        .decimals(1)
        .range(0, 1)
        .thresholds("red", 0.9, "orange", 0.95, "green");
  }

  private static Panel waste() {
    return Panel.stat(
            3,
            3,
            "Waste",
            "Of the trainings of this span that ran and have ended, those whose version was not deployed.")
        .rows(
            """
            SELECT avg((NOT EXISTS (
                SELECT FROM @v_deployments AS d
                WHERE d.model_id = r.model_id AND d.version = r.new_version AND d.role <> 'SHADOW'))::int) AS waste
            FROM @v_retrains AS r
            WHERE (started_at IS NOT NULL OR state = 'SUCCEEDED') AND ended_at IS NOT NULL AND %s
            """
                .formatted(ISSUED))
        .unit("percentunit")
        .decimals(1)
        .range(0, 1)
        .thresholds("green", 0.1, "orange", 0.25, "red");
  }

  private static Panel precision() {
    return Panel.stat(
            4,
            4,
            "Alarms that were right",
            "Of the alarms that led to a command and of which it was known in this span: those whose new version is"
                + " better for sure; against those whose version is worse for sure, and those that a person rejected."
                + " Where the 95 % interval of the difference has 0 in it, nothing is known. Should be above 90 %; an"
                + " alert below 80 %.")
        .rows(
            """
            SELECT avg(confirmed::int) AS precision
            FROM @v_alarm_verdicts
            WHERE confirmed IS NOT NULL AND $__timeFilter(known_at)
              AND issued_at > $__timeFrom()::timestamptz - interval '90 days' AND %s
            """
                .formatted(Views.CHOSEN))
        .unit("percentunit")
        .decimals(1)
        .range(0, 1)
        .thresholds("red", 0.8, "orange", 0.9, "green");
  }

  private static Panel judged() {
    return Panel.stat(
            16,
            5,
            "Alerts that were right, as people say",
            "Of the alerts that were opened in the last 30 days, whatever span is chosen, and that somebody has judged (on"
                + " Runway's own page, or ./runway alerts judge), those that were right. Should be above 90 %; an alert"
                + " below that from 20 judged ones on. By model and rule: dashboard Fleet.")
        .rows(
            """
            SELECT sum(judged_true)::double precision / nullif(sum(judged), 0) AS "Right", sum(judged) AS "Judged",
              sum(unjudged) AS "Not judged"
            FROM @v_alert_precision
            WHERE %s
            """
                .formatted(Views.CHOSEN))
        .unit("short")
        .decimals(0)
        .unit("Right", "percentunit")
        .thresholds("Right", "red", 0.9, "green");
  }

  private static Panel late() {
    return Panel.stat(
            5,
            3,
            "Too late at the scheduler",
            "Commands of this span that the scheduler did not have within the time of their tier (4, 24, 72, 168"
                + " hours), the wait for a person not counted.")
        .rows(
            """
            SELECT count(*) FILTER (WHERE missed) AS late
            FROM @v_retrain_sla
            WHERE $__timeFilter(issued_at) AND %s
            """
                .formatted(TIERS))
        .unit("short")
        .decimals(0)
        .thresholds("green", 1, "red");
  }

  private static Panel depth() {
    return Panel.lines(6, 16, "Queue over time", "Commands that waited or were active, by state.")
        .series(
            """
            WITH spans AS (
              SELECT state, entered_at, left_at
              FROM @v_retrain_changes
              WHERE entered_at <= $__timeTo()::timestamptz
                AND coalesce(left_at, 'infinity') > $__timeFrom()::timestamptz
                AND state IN ('AWAITING_APPROVAL', 'QUEUED', 'QUEUED_BUDGET', 'GRANTED', 'SUBMITTED', 'ACCEPTED',
                              'RUNNING', 'UNKNOWN')
                AND %s),
            steps AS (
              SELECT state, greatest(entered_at, $__timeFrom()::timestamptz) AS at, 1 AS step FROM spans
              UNION ALL
              SELECT state, left_at, -1 FROM spans WHERE left_at <= $__timeTo()::timestamptz
              UNION ALL
              SELECT state, $__timeFrom()::timestamptz, 0 FROM spans
              UNION ALL
              SELECT state, $__timeTo()::timestamptz, 0 FROM spans)
            SELECT at AS time, state AS metric, sum(sum(step)) OVER (PARTITION BY state ORDER BY at) AS commands
            FROM steps
            GROUP BY at, state
            ORDER BY at
            """
                .formatted(Views.CHOSEN))
        .steps()
        .unit("short")
        .decimals(0)
        .thresholds("green", 10, "orange", 50, "red");
  }

  private static Panel caps() {
    return Panel.gauge(
            7,
            8,
            "Of the places, taken",
            "Commands that are active as a share of how many may be, for the fleet, teams and tiers that have a cap.")
        .rows(
            """
            SELECT lower(scope) || ' ' || name AS cap, active::double precision / nullif(cap, 0) AS taken
            FROM @v_retrain_caps
            ORDER BY scope, name
            """)
        .rows(9)
        .unit("percentunit")
        .range(0, 1)
        .thresholds("green", 0.8, "orange", 1, "red");
  }

  private static Panel approvals() {
    return Panel.table(
            8,
            12,
            "Waiting for a person",
            "Commands that somebody has to approve, by ./runway approve or on Runway's own page.")
        .rows(
            """
            SELECT model_id AS "Model", model_version AS "Version", tier AS "Tier", reason_class AS "Cause",
              severity_class AS "Severity", issued_at AS "Issued", approval_expires_at AS "Expires",
              estimated_cost AS "Cost", command_id::text AS "Command"
            FROM @v_retrains
            WHERE state = 'AWAITING_APPROVAL' AND %s
            ORDER BY tier, approval_expires_at
            LIMIT 200
            """
                .formatted(Views.CHOSEN))
        .unit("Cost", "currencyUSD")
        .toModel("Model");
  }

  private static Panel queue() {
    return Panel.table(
            9,
            12,
            "Waiting for a place or for money",
            "In the order in which they will be granted.")
        .rows(
            """
            SELECT place AS "Place", model_id AS "Model", tier AS "Tier", state AS "Waits as",
              received_at AS "Since", estimated_cost AS "Cost", expected_at AS "Expected"
            FROM @v_retrain_queue
            WHERE %s
            ORDER BY place
            LIMIT 200
            """
                .formatted(Views.CHOSEN))
        .unit("Cost", "currencyUSD")
        .toModel("Model");
  }

  private static Panel budget() {
    return Panel.gauge(
            10,
            8,
            "Money of this month",
            "Spent and reserved of what may be spent in this UTC month, and the part that is kept for tier 1. A month takes"
                + " over cap and reserve of the one before.")
        .rows(
            """
            SELECT CASE WHEN this_month THEN spent ELSE 0 END AS "Spent",
              CASE WHEN this_month THEN reserved ELSE 0 END AS "Reserved",
              CASE WHEN this_month THEN free ELSE cap END AS "Free", tier1_reserve AS "Kept for tier 1",
              CASE WHEN this_month THEN overrun ELSE 0 END AS "Over the estimate"
            FROM (
              SELECT spent, reserved, free, cap, tier1_reserve, overrun, month,
                month = date_trunc('month', now() AT TIME ZONE 'UTC')::date AS this_month
              FROM @v_retrain_budgets
              WHERE month <= (now() AT TIME ZONE 'UTC')::date
              ORDER BY month DESC
              LIMIT 1) AS newest
            """)
        .rows(9)
        .unit("currencyUSD")
        .thresholds("blue");
  }

  private static Panel spending() {
    return Panel.bars(11, 16, "Spent", "What retrains cost, by day and team.")
        .series(
            """
            SELECT $__timeGroup(at, $__interval) AS time, coalesce(team, 'none') AS metric, sum(amount) AS spent
            FROM @v_retrain_costs
            WHERE kind IN ('SPENT', 'OVERRUN') AND $__timeFilter(at) AND %s
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(Views.CHOSEN))
        .unit("currencyUSD")
        .interval("1d");
  }

  private static Panel waves() {
    return Panel.table(
            12,
            24,
            "Waves",
            "Commands of this span that follow from a change upstream, wave by wave: each wave begins when the one"
                + " before it has settled.")
        .rows(
            """
            SELECT generation AS "Generation", wave AS "Wave", model_id AS "Model", reason_class AS "Cause",
              state AS "State", issued_at AS "Issued", started_at AS "Started", ended_at AS "Ended",
              new_version AS "New version", coalesce(actual_cost, estimated_cost) AS "Cost"
            FROM @v_retrains
            WHERE (wave > 0 OR reason_class = 'UPSTREAM') AND %s
            ORDER BY issued_at DESC, wave
            LIMIT 300
            """
                .formatted(ISSUED))
        .unit("Cost", "currencyUSD")
        .toModel("Model");
  }

  private static Panel ends() {
    return Panel.bars(13, 12, "How retrains ended", "Commands by when they ended, and as what.")
        .series(
            """
            SELECT $__timeGroup(ended_at, $__interval) AS time, state AS metric, count(*) AS commands
            FROM @v_retrains
            WHERE action = 'RETRAIN' AND $__timeFilter(ended_at) AND %s
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(Views.CHOSEN))
        .unit("short")
        .decimals(0)
        .interval("1d");
  }

  private static Panel causes() {
    return Panel.bars(
            14,
            12,
            "Why retrains were issued",
            "Commands by when they were issued, and their cause.")
        .series(
            """
            SELECT $__timeGroup(issued_at, $__interval) AS time, reason_class AS metric, count(*) AS commands
            FROM @v_retrains
            WHERE %s
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(ISSUED))
        .unit("short")
        .decimals(0)
        .interval("1d");
  }

  private static Panel paid() {
    return Panel.table(
            15,
            24,
            "What retrains brought",
            "The metric of the version before in its last seven days and of the new one in its first seven, by final"
                + " windows. NEUTRAL: the 95 % interval of the difference has 0 in it. They differ in time as well: a"
                + " hint, no experiment.")
        .rows(
            """
            SELECT issued_at AS "Issued", model_id AS "Model", model_version AS "Before", new_version AS "After",
              deployed_at AS "Deployed", metric AS "Metric", before AS "Was", after AS "Is", margin AS "Give or take",
              verdict AS "Verdict"
            FROM @v_retrain_outcomes
            WHERE ran AND $__timeFilter(issued_at) AND %s
            ORDER BY issued_at DESC
            LIMIT 200
            """
                .formatted(TIERS))
        .unit("short")
        .decimals(4)
        .colours(
            "Verdict",
            """
            {"BETTER": {"color": "green"}, "WORSE": {"color": "red"}, "NEUTRAL": {"color": "text"}}
            """)
        .toModel("Model");
  }
}

package dev.runway.cli;

import static dev.runway.cli.Action.change;
import static dev.runway.cli.Action.end;
import static dev.runway.cli.Action.list;
import static dev.runway.cli.Action.listen;
import static dev.runway.cli.Action.make;
import static dev.runway.cli.Action.show;
import static dev.runway.cli.Field.Form.TEXT;
import static dev.runway.cli.Field.Form.TEXTS;

import java.util.List;

/** Verbs over what is decided about models, how they are, and who did what. */
final class OversightVerbs {
  private static final String MODEL = "/v1/models/{model}";
  private static final String CONTROLS = MODEL + "/controls";
  private static final String TEAM = "/v1/teams/{team}/controls";
  private static final String FLEET = "/v1/controls";
  private static final String POLICIES = "/v1/policies";
  private static final String POLICY = POLICIES + "/{policy}";
  private static final String TOKENS = "/v1/tokens";

  private OversightVerbs() {}

  static List<Verb> all() {
    return List.of(
        policies(), controls(), health(), alerts(), audit(), events(), tokens(), rebuild());
  }

  private static Verb policies() {
    return Verb.of(
        "policies",
        "Lists policies, checks and writes them.",
        list(
                "list",
                "Lists policies in force.",
                POLICIES,
                "policy",
                "version",
                "enabled",
                "team",
                "models",
                "created_by")
            .query("model", "Those that decide about this model."),
        show("get", "Shows a policy.", POLICY).arguments("policy"),
        make("check", "Compiles a policy, from a file, without storing it.", POLICIES + "/check")
            .file(),
        make("create", "Writes a policy, from a file.", POLICIES).repeatable().file(),
        change("replace", "Writes the next version of a policy, from a file.", POLICY)
            .arguments("policy")
            .file(),
        list(
                "versions",
                "Lists what a policy said before.",
                POLICY + "/versions",
                "policy",
                "version",
                "enabled",
                "created_at",
                "created_by")
            .arguments("policy"));
  }

  private static Verb controls() {
    String[] columns = {
      "kind", "action", "severity_class", "state", "reason", "said_by", "said_at", "expires_at"
    };
    return Verb.of(
        "controls",
        "Mutes and snoozes models, and stops automatic commands.",
        list("list", "Lists what was said about a model.", CONTROLS, columns)
            .arguments("model")
            .whole(),
        said(make("mute", "Mutes a model.", CONTROLS).arguments("model"), "MUTE"),
        said(
            make("snooze", "Mutes what a model is now, until it is something else.", CONTROLS)
                .arguments("model")
                .field(
                    "severity-class",
                    "/severity_class",
                    TEXT,
                    "How bad that is; another class ends it, worse or better.",
                    "LOW",
                    "MEDIUM",
                    "HIGH",
                    "CRITICAL")
                .field("state", "Its state, such as STALE; another one ends it. Default: any."),
            "SNOOZE"),
        said(make("unmute", "Ends a mute or a snooze.", CONTROLS).arguments("model"), "UNMUTE"),
        said(
            make("stop", "Stops the automatic commands of a model.", CONTROLS).arguments("model"),
            "KILL_SWITCH_ON"),
        said(make("resume", "Lets them go on.", CONTROLS).arguments("model"), "KILL_SWITCH_OFF"),
        list("team", "Lists what was said about a team.", TEAM, columns).arguments("team").whole(),
        said(
            make("stop-team", "Stops the automatic commands of a team's models.", TEAM)
                .arguments("team"),
            "KILL_SWITCH_ON"),
        said(make("resume-team", "Lets them go on.", TEAM).arguments("team"), "KILL_SWITCH_OFF"),
        list("fleet", "Lists what was said about the fleet.", FLEET, columns).whole(),
        said(
            make("stop-fleet", "Stops the automatic commands of all models.", FLEET),
            "KILL_SWITCH_ON"),
        said(make("resume-fleet", "Lets them go on.", FLEET), "KILL_SWITCH_OFF"));
  }

  private static Action said(Action action, String word) {
    return action
        .constant("action", word)
        .repeatable()
        .field("reason", "Why; it stands in the audit log.")
        .field(
            "until", "/expires_at", TEXT, "When it ends by itself, such as 2026-12-01T00:00:00Z.");
  }

  private static Verb health() {
    return Verb.of(
        "health",
        "Shows how a model is: staleness, decisions, drift, performance, labels, alarms.",
        show("get", "Shows how a model is.", MODEL + "/health")
            .arguments("model")
            .shownAs(Signals::beside)
            .section("signals", Signals.COLUMNS)
            .section(
                "staleness",
                "model_version",
                "state",
                "since_at",
                "score",
                "coverage",
                "features",
                "missing")
            .section(
                "decisions",
                "decided_at",
                "model_version",
                "verdict",
                "mode",
                "hold",
                "command_state",
                "decision_id",
                "explanation")
            .section(
                "drift_alarms",
                "model_version",
                "feature",
                "raised_at",
                "window_end_at",
                "windows",
                "severity")
            .section(
                "drift",
                "model_version",
                "profile_id",
                "window_end_at",
                "status",
                "predictions",
                "evaluated",
                "flagged",
                "severity")
            .section(
                "drifting_features",
                "model_version",
                "feature",
                "metric",
                "value",
                "threshold",
                "severity",
                "samples")
            .section(
                "performance",
                "model_version",
                "window_end_at",
                "metric",
                "value",
                "low",
                "high",
                "samples",
                "provisional")
            .section(
                "coverage",
                "model_version",
                "window_end_at",
                "predictions",
                "joined",
                "waiting",
                "unlabelled",
                "coverage_so_far",
                "expected_coverage")
            .section(
                "label_delay",
                "model_version",
                "window_end_at",
                "labels",
                "p50_millis",
                "p95_millis",
                "p99_millis")
            .section(
                "concept_drift",
                "model_version",
                "window_end_at",
                "status",
                "flagged",
                "conditional_kl_normalised",
                "threshold")
            .section(
                "change_alarms",
                "model_version",
                "detector",
                "since_at",
                "window_end_at",
                "statistic",
                "threshold"),
        history(
                list(
                    "performance",
                    "Lists the performance of its windows.",
                    MODEL + "/performance",
                    "window_end_at",
                    "model_version",
                    "metric",
                    "value",
                    "low",
                    "high",
                    "samples",
                    "provisional"))
            .query("metric", "Of one metric alone, such as auc."),
        history(
                list(
                    "drift",
                    "Lists the drift of its windows.",
                    MODEL + "/drift",
                    "window_end_at",
                    "model_version",
                    "profile_id",
                    "status",
                    "predictions",
                    "flagged",
                    "severity"))
            .query("profile", "Against one profile alone."),
        history(
            list(
                "coverage",
                "Lists which labels its windows have.",
                MODEL + "/coverage",
                "window_end_at",
                "model_version",
                "predictions",
                "joined",
                "waiting",
                "unlabelled",
                "coverage",
                "expected_coverage")),
        judged(
                list(
                    "staleness",
                    "Lists how stale its versions were.",
                    MODEL + "/staleness",
                    "judged_at",
                    "model_version",
                    "state",
                    "previous_state",
                    "score",
                    "coverage",
                    "features",
                    "suspension"))
            .query("state", "In one state alone, such as STALE."),
        judged(
                list(
                    "decisions",
                    "Lists what was decided about its versions, and why.",
                    MODEL + "/decisions",
                    "decided_at",
                    "model_version",
                    "verdict",
                    "mode",
                    "hold",
                    "command_state",
                    "decision_id",
                    "explanation"))
            .query(
                "verdict",
                "Of one verdict alone.",
                "NONE",
                "RETRAIN",
                "INVESTIGATE_DATA",
                "WAIT_LABELS",
                "ROLLBACK"));
  }

  private static Action history(Action action) {
    return action
        .arguments("model")
        .query("from", "Windows that end after this; by default of the last 7 days.")
        .query("to", "Windows that end until then.")
        .query("version", "Of one version alone.")
        .query("segment", "Of a segment; by default of all together.");
  }

  private static Action judged(Action action) {
    return action
        .arguments("model")
        .query("from", "What was judged after this; by default in the last 7 days.")
        .query("to", "What was judged until then.")
        .query("version", "Of one version alone.");
  }

  private static Verb rebuild() {
    String words = "Sends everything of a topic again from the tables, such as models.";
    return Verb.of(
        "rebuild",
        words,
        make("rebuild", words, "/v1/topics/{topic}/rebuild").arguments("topic").repeatable());
  }

  private static Verb alerts() {
    return Verb.of(
        "alerts",
        "Lists alerts and who was told of them, and says whether they were right.",
        list(
                "list",
                "Lists alerts, the newest first.",
                "/v1/alerts",
                "alert_id",
                "severity",
                "rule",
                "summary",
                "opened_at",
                "resolved_at",
                "muted",
                "told",
                "untold",
                "judgement.verdict",
                "judgement.reason")
            .query("model", "Of one model alone.")
            .query("team", "Of one team alone.")
            .query("open", "Those that are open, or those that are over.", "true", "false")
            .query("judged", "Those that were judged, or those that were not.", "true", "false"),
        make(
                "judge",
                "Says whether an alert was right; the newest word on it counts.",
                "/v1/alerts/{alert}/judgement")
            .arguments("alert")
            .repeatable()
            .word("true", "/verdict", "TRUE", "It was as the alert said.")
            .word("false", "/verdict", "FALSE", "It was not.")
            .field("reason", "Why; it stands in the audit log. Required with --false."));
  }

  private static Verb audit() {
    return Verb.of(
        "audit",
        "Shows who did what.",
        list(
                "list",
                "Lists who did what, the newest first.",
                "/v1/audit",
                "seq",
                "at",
                "subject",
                "action",
                "object",
                "request_id")
            .query("model", "All that concerns a model: versions and policies too.")
            .query("object", "Such as version:homepage-ranker/2.1.0, and nothing else.")
            .query("subject", "Such as user:ada."),
        show(
            "head",
            "Shows where the chain of hashes ends: keep it elsewhere, with --json.",
            "/v1/audit/head"),
        show(
                "verify",
                "Follows the chain of hashes; exits with 1 if it is broken.",
                "/v1/audit/verify")
            .keptHead()
            .good("intact"));
  }

  private static Verb tokens() {
    return Verb.of(
        "tokens",
        "Lists API tokens, makes them and takes them back.",
        list(
            "list",
            "Lists API tokens.",
            TOKENS,
            "token_id",
            "name",
            "roles",
            "teams",
            "models",
            "expires_at",
            "revoked_at"),
        make("create", "Makes an API token, which is shown once.", TOKENS)
            .arguments("name")
            .repeatable()
            .field(
                "role",
                "/roles",
                TEXTS,
                "A role; may come again.",
                "viewer",
                "editor",
                "approver",
                "admin")
            .field("team", "/teams", TEXTS, "A team; may come again.")
            .field("model", "/models", TEXTS, "A model; without them it is for all.")
            .field("expires-at", "When it ends, such as 2027-01-01T00:00:00Z."),
        end("revoke", "Takes a token back.", TOKENS + "/{token}").arguments("token"));
  }

  private static Verb events() {
    String words = "Tells of changes as they happen, until Ctrl-C.";
    return Verb.of("events", words, listen("events", words, "/v1/events"));
  }
}

package dev.runway.cli;

import static dev.runway.cli.Action.change;
import static dev.runway.cli.Action.end;
import static dev.runway.cli.Action.list;
import static dev.runway.cli.Action.make;
import static dev.runway.cli.Action.show;
import static dev.runway.cli.Field.Form.FLAG;
import static dev.runway.cli.Field.Form.INTEGER;
import static dev.runway.cli.Field.Form.NUMBER;
import static dev.runway.cli.Field.Form.NUMBERS;
import static dev.runway.cli.Field.Form.TEXT;
import static dev.runway.cli.Field.Form.TEXTS;

import java.util.List;

/** Verbs over what is registered. */
final class RegistryVerbs {
  private static final String MODELS = "/v1/models";
  private static final String MODEL = MODELS + "/{model}";
  private static final String VERSIONS = MODEL + "/versions";
  private static final String VERSION = VERSIONS + "/{version}";
  private static final String BASELINES = VERSION + "/baselines";
  private static final String DEPLOYMENTS = MODEL + "/deployments";
  private static final String CONSUMERS = MODEL + "/consumers";
  private static final String SPACES = "/v1/spaces";
  private static final String SPACE = SPACES + "/{space}";

  private RegistryVerbs() {}

  static List<Verb> all() {
    return List.of(models(), versions(), baselines(), deployments(), consumers(), spaces(), gate());
  }

  private static Verb models() {
    return Verb.of(
        "models",
        "Finds models, registers and changes them.",
        list(
                "list",
                "Finds models.",
                MODELS,
                "model_id",
                "state",
                "tier",
                "team",
                "owner",
                "description")
            .query("q", "Part of the id or the description.")
            .query("owner", "Who owns it.")
            .query("team", "Whose it is.")
            .query("tier", "1 to 4.", "1", "2", "3", "4")
            .query("tag", "One of its tags.")
            .query("feature", "A feature that one of its versions reads.")
            .query("state", "What became of it.", "ACTIVE", "DEPRECATED", "RETIRED"),
        show("get", "Shows a model.", MODEL).arguments("model"),
        described(make("create", "Registers a model.", MODELS).arguments("model_id").repeatable()),
        described(
            change("change", "Changes a model; what is not said stays.", MODEL)
                .arguments("model")
                .field(
                    "state",
                    "/state",
                    TEXT,
                    "What became of it.",
                    "ACTIVE",
                    "DEPRECATED",
                    "RETIRED")
                .field(
                    "strict-versions",
                    "/strict_versions",
                    FLAG,
                    "Whether only registered versions may predict.",
                    "true",
                    "false")
                .keeping(
                    "state",
                    "owner",
                    "team",
                    "tier",
                    "description",
                    "tags",
                    "framework",
                    "cadence",
                    "strict_versions",
                    "judging")),
        list(
            "unused",
            "Models that nobody is known to use.",
            "/v1/views/unused-models",
            "model_id",
            "state",
            "tier",
            "team",
            "owner",
            "last_window_end_at"),
        list(
            "alerted",
            "Models with an open alert, or with features that drifted.",
            "/v1/views/alerted-models",
            "model_id",
            "rules",
            "model_version",
            "window_end_at",
            "evaluated",
            "flagged",
            "severity"),
        list(
            "fleet",
            "How all models are.",
            "/v1/views/fleet",
            "model_id",
            "model_version",
            "staleness",
            "since_at",
            "score",
            "tier",
            "team",
            "open_alerts"));
  }

  private static Action described(Action action) {
    return action
        .file()
        .field("owner", "Who answers for it.")
        .field("team", "Whose it is.")
        .field("tier", "/tier", INTEGER, "1, the most important, to 4.", "1", "2", "3", "4")
        .field("description", "What it is for.")
        .field("tag", "/tags", TEXTS, "A tag; may come again.")
        .field("framework", "What it is made with.")
        .field("cadence", "How often it is trained, such as P7D.")
        .field(
            "task",
            "/judging/task",
            TEXT,
            "What it predicts.",
            "BINARY",
            "MULTICLASS",
            "REGRESSION",
            "RANKING")
        .field("horizon", "/judging/horizon", TEXT, "How long labels may take, such as P7D.")
        .field(
            "label-policy",
            "/judging/label_policy",
            TEXT,
            "What stands for a label.",
            "EXPLICIT",
            "IMPLICIT_NEGATIVE",
            "GRADED",
            "REGRESSION",
            "RANKING")
        .field("segment", "/judging/segments", TEXTS, "A segment; may come again.");
  }

  private static Verb versions() {
    return Verb.of(
        "versions",
        "Lists versions of a model, registers them and says what became of them.",
        list(
                "list",
                "Lists the versions of a model.",
                VERSIONS,
                "version",
                "state",
                "training_run",
                "data_end_at",
                "created_at",
                "created_by")
            .arguments("model"),
        show("get", "Shows a version.", VERSION).arguments("model", "version"),
        make("create", "Registers a version.", VERSIONS)
            .arguments("model", "version")
            .repeatable()
            .file()
            .field("artefact-uri", "Where it is.")
            .field("artefact-sha256", "What its bytes hash to.")
            .field("training-run", "What made it.")
            .field("data-start-at", "Since when its training data is.")
            .field("data-end-at", "Until when its training data is.")
            .field("feature", "/features", TEXTS, "A feature that it reads; may come again.")
            .field(
                "metric",
                "/metrics",
                NUMBERS,
                "What was measured of it, such as auc=0.81 or training_cost=41.5; may come again.")
            .field("description", "What is new."),
        change("state", "Says what became of a version.", VERSION + "/state")
            .arguments("model", "version", "state")
            .basedOn(VERSION));
  }

  private static Verb baselines() {
    return Verb.of(
        "baselines",
        "Lists baselines of a version, and gives it one.",
        list(
                "list",
                "Lists the baselines of a version.",
                BASELINES,
                "profile_id",
                "made_at",
                "data_start_at",
                "data_end_at",
                "provisional",
                "created_by")
            .arguments("model", "version")
            .whole(),
        make("create", "Gives a version a baseline, from a file.", BASELINES)
            .arguments("model", "version")
            .repeatable()
            .file());
  }

  private static Verb deployments() {
    return Verb.of(
        "deployments",
        "Lists where a model serves, and says where it does.",
        list(
                "list",
                "Lists where a model serves and served.",
                DEPLOYMENTS,
                "deployment_id",
                "version",
                "environment",
                "role",
                "share",
                "started_at",
                "ended_at")
            .arguments("model"),
        make("create", "Says that a version serves.", DEPLOYMENTS)
            .arguments("model", "version", "environment")
            .repeatable()
            .field("role", "/role", TEXT, "PRIMARY unless said.", "PRIMARY", "CANARY", "SHADOW")
            .field("share", "/share", NUMBER, "Of the traffic, 0 to 1.")
            .field("endpoint", "Where it is asked."),
        change("change", "Changes its share, or ends it.", DEPLOYMENTS + "/{deployment}")
            .arguments("model", "deployment")
            .field("share", "/share", NUMBER, "Of the traffic, 0 to 1.")
            .field("endpoint", "Where it is asked.")
            .field("ended", "/ended", FLAG, "It serves no more.", "true", "false")
            .field("reason", "Why, for the audit log.")
            .keeping("share", "endpoint"));
  }

  private static Verb consumers() {
    return Verb.of(
        "consumers",
        "Lists who uses a model, and declares a use.",
        list(
                "list",
                "Lists who uses a model.",
                CONSUMERS,
                "consumer_id",
                "kind",
                "name",
                "usage",
                "contact",
                "ended_at")
            .arguments("model"),
        make("create", "Declares a use.", CONSUMERS)
            .arguments("model", "name")
            .repeatable()
            .field("kind", "/kind", TEXT, "Who uses it.", "APPLICATION", "MODEL")
            .field(
                "usage",
                "/usage",
                TEXT,
                "What of it.",
                "COORDINATES",
                "SIMILARITY",
                "PREDICTION",
                "DATA_ONLY")
            .field("contact", "Whom to ask."),
        end("end", "Ends a use.", CONSUMERS + "/{consumer}").arguments("model", "consumer"));
  }

  private static Verb spaces() {
    return Verb.of(
        "spaces",
        "Lists embedding spaces, registers, changes and ends them.",
        list(
                "list",
                "Lists embedding spaces.",
                SPACES,
                "space_id",
                "state",
                "revision",
                "team",
                "changed_at")
            .query("team", "Whose it is."),
        show("get", "Shows a space.", SPACE).arguments("space"),
        list(
                "look",
                "Lists how spaces are: pairs that pass, the baseline pair if it does not pass itself.",
                "/v1/views/embeddings",
                "space_id",
                "team",
                "state",
                "pairs.PASSED",
                "pairs.ROTATED",
                "pairs.UNDECIDED",
                "pairs.BREAKING",
                "pairs.OUT_OF_DATE",
                "unfit_baseline.usages",
                "unfit_baseline.reasons")
            .query("space", "This one alone."),
        list(
                "pairs",
                "Lists what was said last of the pairs of versions of a space.",
                SPACE + "/stability",
                "version_before",
                "version_after",
                "compatibility",
                "passed",
                "baseline",
                "up_to_date",
                "current_document",
                "pairs",
                "as_of")
            .arguments("space"),
        list(
                "traffic",
                "Lists what the vectors of a space were, window by window, the newest first.",
                SPACE + "/traffic",
                "window_end_at",
                "embedding_version",
                "vectors",
                "freshness_p50.value",
                "freshness_p95.value",
                "mean_shift.value",
                "breached")
            .arguments("space")
            .query("version", "Of one version alone.")
            .query("from", "Windows that end after this; 7 days before to unless said.")
            .query("to", "Windows that end at this or before."),
        make("create", "Registers a space, from a file.", SPACES)
            .arguments("space_id")
            .repeatable()
            .file()
            .field("team", "Whose it is.")
            .field(
                "revision",
                "/revision",
                INTEGER,
                "The first; above that of documents that were written by hand."),
        change("change", "Changes a space; what is not said stays.", SPACE)
            .arguments("space")
            .file()
            .field("team", "Whose it is.")
            .keeping("team", "document"),
        end("end", "Ends a space; what is known of it goes.", SPACE).arguments("space"));
  }

  private static Verb gate() {
    return Verb.of(
        "gate",
        "Says whether something may be released; the exit code is 0 for yes, 1 for no and 4 for not yet.",
        show(
                "embedding",
                "Whether a version of an embedding space can take the place of another.",
                "/v1/spaces/{space}/stability/{before}/{after}")
            .arguments("space", "before", "after")
            .queryAs(
                "after",
                "stored_after",
                "No as well while more than a twentieth of the newer version's vectors that were"
                    + " compared were stored before this time: for a version published anew.")
            .section("verdicts", "usage", "compatibility", "reason", "models")
            .section("metrics", "metric", "value", "low", "high", "n", "gap")
            .section("graph_consumers", "usage", "node")
            .good("passed"),
        show(
                "canary",
                "Whether a version on canary may take the place of the primary one, by their labels.",
                "/v1/models/{model}/versions/{version}/canary")
            .arguments("model", "version")
            .query("environment", "Where; needed only where it is on canary in several.")
            .query(
                "metric",
                "What is compared. Default: log_loss, else mae, else ndcg_at_10.",
                "log_loss",
                "brier",
                "accuracy",
                "mae",
                "ndcg",
                "ndcg_at_10")
            .query("from", "Windows that begin at this or later. Default: since both serve.")
            .query("to", "Windows that end at this or before. Default: now.")
            .queryAs(
                "champion-variant",
                "champion_variant",
                "Only predictions of this variant count for the primary version.")
            .queryAs(
                "effect-percent",
                "effect_percent",
                "The difference that is looked for, of the primary version's value. Default: 10.")
            .queryAs(
                "margin-percent",
                "margin_percent",
                "How much worse is still not worse, of the same. Default: 5.")
            .queryAs(
                "min-labels",
                "min_labels",
                "Labels of each version before the test promotes. Default: 1000.")
            .queryAs("min-hours", "min_hours", "Hours of windows before it does. Default: 24.")
            .queryAs(
                "settle-at",
                "settle_at",
                "Labels of the canary at which one that was not shown to be worse is promoted."
                    + " Default: never.")
            .section("arms", "arm", "version", "share", "predictions", "labels", "value")
            .good("passed")
            .open("undecided"));
  }
}

package dev.runway.cli;

import static dev.runway.cli.Action.list;
import static dev.runway.cli.Action.make;
import static dev.runway.cli.Action.set;
import static dev.runway.cli.Action.show;
import static dev.runway.cli.Field.Form.FLAG;
import static dev.runway.cli.Field.Form.INTEGER;
import static dev.runway.cli.Field.Form.NUMBER;
import static dev.runway.cli.Field.Form.TEXT;

import java.util.List;

/** Verbs over the ledger of retrains. */
final class LedgerVerbs {
  private static final String RETRAINS = "/v1/models/{model}/retrains";
  private static final String RETRAIN = RETRAINS + "/{command}";
  private static final String BUDGETS = "/v1/retrain-budgets";
  private static final String CAPS = "/v1/retrain-caps";
  private static final String[] STATES = {
    "GRANTED",
    "QUEUED",
    "QUEUED_BUDGET",
    "AWAITING_APPROVAL",
    "REFUSED",
    "ACCEPTED",
    "SUBMITTED",
    "UNKNOWN",
    "RUNNING",
    "SUCCEEDED",
    "FAILED",
    "CANCELLED",
    "TIMED_OUT"
  };

  private LedgerVerbs() {}

  static List<Verb> all() {
    return List.of(retrains(), approve(), reject(), budgets(), caps());
  }

  private static Verb retrains() {
    return Verb.of(
        "retrains",
        "Lists commands to retrain, asks for them and cancels them.",
        list(
                "list",
                "Lists commands, the newest first.",
                "/v1/retrains",
                "command_id",
                "model_id",
                "model_version",
                "action",
                "state",
                "reason_class",
                "tier",
                "received_at",
                "reason")
            .query("model", "Of one model alone.")
            .query("team", "Of one team alone.")
            .query("state", "In one state alone.", STATES),
        show("get", "Shows a command, its evidence and what became of it.", RETRAIN)
            .arguments("model", "command"),
        make("create", "Asks for a retrain, or for a way back.", RETRAINS)
            .arguments("model", "model_version")
            .repeatable()
            .field("reason", "Why; it stands in the ledger.")
            .field("estimated-cost", "/estimated_cost", NUMBER, "In US dollars.")
            .field("action", "/action", TEXT, "RETRAIN unless said.", "RETRAIN", "ROLLBACK")
            .field("target-version", "Version to go back to, with ROLLBACK.")
            .field("severity", "/severity", NUMBER, "Where it stands in the queue, 0 to 1.")
            .field("mode", "/mode", TEXT, "APPROVE: waits for an approval.", "APPROVE", "AUTO")
            .field("deadline-at", "Until when it makes sense."),
        make("cancel", "Cancels a command.", RETRAIN + "/cancellation")
            .arguments("model", "command")
            .repeatable()
            .field("reason", "Why; it stands in the ledger.")
            .field(
                "never-began",
                "/never_began",
                FLAG,
                "You have looked, and one that is UNKNOWN never began. Else it may still run, and the"
                    + " next training of the model waits for a person.",
                "true",
                "false"),
        list(
                "waiting",
                "Lists commands that wait for a person.",
                "/v1/approvals",
                "model_id",
                "command_id",
                "state",
                "reason_class",
                "severity",
                "estimated_cost",
                "approval_expires_at",
                "evidence_hash",
                "reason")
            .query("team", "Of one team alone."),
        list(
                "sla",
                "Lists how long commands take from the decision to the scheduler.",
                "/v1/retrain-sla",
                "model_id",
                "command_id",
                "tier",
                "state",
                "issued_at",
                "person_seconds",
                "clock_seconds",
                "within_seconds",
                "missed")
            .query("model", "Of one model alone.")
            .query("missed", "Those that take longer than their tier may.", "true", "false"),
        list(
                "costs",
                "Lists movements of money of commands, the newest first.",
                "/v1/retrain-costs",
                "model_id",
                "command_id",
                "month",
                "kind",
                "amount",
                "at")
            .query("model", "Of one model alone.")
            .query("month", "Those that a UTC month pays, such as 2026-11."),
        list("ratios", "Lists how often retrains were of use, by month.", "/v1/retrain-ratios")
            .whole(),
        list("queue", "Lists commands that wait for a place or money.", "/v1/retrain-queue")
            .whole());
  }

  private static Verb approve() {
    String words = "Approves a command that waits; see retrains waiting.";
    String why = "Why; it stands in the ledger.";
    return Verb.of("approve", words, judged("approve", words, "APPROVE", why));
  }

  private static Verb reject() {
    String words = "Rejects a command that waits; see retrains waiting.";
    String why = "Why; it stands in the ledger. Required.";
    return Verb.of("reject", words, judged("reject", words, "REJECT", why));
  }

  private static Action judged(String name, String words, String verdict, String why) {
    return make(name, words, RETRAIN + "/judgement")
        .arguments("model", "command")
        .repeatable()
        .constant("verdict", verdict)
        .field("evidence-hash", "That of the evidence that was seen: another one is refused.")
        .field("reason", why);
  }

  private static Verb budgets() {
    return Verb.of(
        "budgets",
        "Lists the money for retrains by month, and sets it.",
        list("list", "Lists the money by month.", BUDGETS).whole(),
        set("set", "Sets the money of a month.", BUDGETS + "/{month}")
            .arguments("month")
            .field("cap", "/cap", NUMBER, "US dollars.")
            .field("tier1-reserve", "/tier1_reserve", NUMBER, "Of it for tier 1 alone."));
  }

  private static Verb caps() {
    return Verb.of(
        "caps",
        "Lists how many commands may be active at once, and sets it.",
        list("list", "Lists the caps.", CAPS, "scope", "name", "cap", "changed_by").whole(),
        set("set", "Sets a cap: fleet, team:NAME or tier:N.", CAPS + "/{scope}")
            .arguments("scope")
            .field("cap", "/cap", INTEGER, "So many."));
  }
}

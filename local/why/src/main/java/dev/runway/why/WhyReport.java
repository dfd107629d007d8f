package dev.runway.why;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.why.StoredDecision.Difference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A decision as a person reads it. */
final class WhyReport {
  private static final int LONGEST = 200;

  /** Width of the names of fields. */
  private static final int NAMES = 12;

  private final StoredDecision decision;
  private final List<String> lines = new ArrayList<>();

  WhyReport(StoredDecision decision) {
    this.decision = decision;
  }

  /** What was decided, by what, and from what. */
  List<String> decided() {
    String hold = decision.hold();
    lines.add(
        "%s, version %s: %s%s"
            .formatted(
                decision.modelId(),
                decision.modelVersion(),
                decision.verdict(),
                hold == null ? "" : ", held: " + hold));
    lines.add("");
    String window = time(decision.windowEndMillis());
    field("decided", time(decision.atMillis()) + ", of the window to " + window);
    field("state", state());
    field("episode", decision.episode());
    field("score", score());
    field("by", decidedBy() + ", mode " + decision.mode());
    field("comes from", decision.attributedTo());
    String command = decision.commandId();
    field("command", command == null ? "none" : command);
    lines.add("");
    signals();
    lines.add("");
    lines.add(decision.explanation());
    return printable();
  }

  private void field(String name, @Nullable String value) {
    if (value != null) {
      lines.add(name + " ".repeat(NAMES - name.length()) + value);
    }
  }

  private String state() {
    return decision.stateBefore().equals(decision.stateAfter())
        ? decision.stateAfter()
        : decision.stateBefore() + " -> " + decision.stateAfter();
  }

  private String score() {
    Double score = decision.score();
    return score == null
        ? "none: nothing could be decided"
        : String.format(
            Locale.ROOT,
            "%.3f (%s), from %.0f %% of the weight of all signals",
            score,
            decision.severityClass(),
            100 * decision.coverage());
  }

  private String decidedBy() {
    return decision.policy() == null
        ? "what holds for tier " + decision.tier()
        : "policy %s, version %d".formatted(decision.policy(), decision.policyVersion());
  }

  private void signals() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("signal", "severity", "metric", "value", "warning", "critical", "window to"));
    JsonNode parts = decision.parts();
    if (parts != null) {
      parts
          .properties()
          .forEach(
              part -> {
                JsonNode each = part.getValue();
                rows.add(
                    List.of(
                        part.getKey(),
                        number(each.get("severity")),
                        each.path("metric").asText("-"),
                        number(each.get("value")),
                        number(each.get("warn")),
                        number(each.get("critical")),
                        each.has("window_end") ? time(each.get("window_end").asLong()) : "-"));
              });
    }
    if (rows.size() > 1) {
      lines.addAll(aligned(rows));
    }
    field("not known", list(decision.missing()));
    field("at fault", list(decision.features()));
    field("baseline", decision.profileId());
  }

  private static List<String> aligned(List<List<String>> rows) {
    List<String> aligned = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        line.append(row.get(i)).append(" ".repeat(width + 2 - row.get(i).length()));
      }
      aligned.add(line.toString().stripTrailing());
    }
    return aligned;
  }

  private static String number(@Nullable JsonNode json) {
    return json == null || !json.isNumber()
        ? "-"
        : String.format(Locale.ROOT, "%.4g", json.doubleValue());
  }

  private static String list(@Nullable JsonNode json) {
    List<String> names = new ArrayList<>();
    if (json != null) {
      json.forEach(name -> names.add(name.asText()));
    }
    return names.isEmpty() ? "nothing" : String.join(", ", names);
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  /** What became of it when it was made again. */
  List<String> madeAgain(List<Difference> differences) {
    lines.clear();
    int columns = decision.columns().size();
    if (differences.isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "Made again from the %,d characters it was made from: the same in all %d columns, to"
                  + " the last bit.",
              decision.inputs().length(),
              columns));
      return printable();
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "Made again from its inputs it differs in %d of %d columns: the row was changed, or"
                + " another release decides otherwise.",
            differences.size(),
            columns));
    for (Difference each : differences) {
      lines.add("  " + each.column() + "  stored  " + cut(each.stored()));
      lines.add("  " + each.column() + "  again   " + cut(each.again()));
    }
    return printable();
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }

  /** Names come from users, and what a terminal acts upon is none. */
  private List<String> printable() {
    return lines.stream().map(line -> line.replaceAll("\\p{Cntrl}", "?")).toList();
  }
}

package dev.runway.demo.result;

import dev.runway.demo.drift.Shift;
import dev.runway.demo.result.DriftSummary.Alarm;
import dev.runway.demo.result.DriftSummary.Blind;
import dev.runway.demo.result.DriftSummary.FoundFeature;
import dev.runway.demo.result.DriftSummary.FoundShift;
import dev.runway.demo.result.DriftSummary.HeldControl;
import dev.runway.demo.result.DriftSummary.HeldFeature;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link DriftSummary} as lines of text. */
final class DriftTable {
  private DriftTable() {}

  static List<String> lines(DriftSummary drift) {
    List<String> lines = new ArrayList<>();
    if (drift.readings().isEmpty()) {
      lines.add("drift of " + drift.modelId() + ": no baseline, so nothing was judged");
      return lines;
    }
    lines.add(heading(drift));
    for (FoundShift found : drift.shifts()) {
      lines.addAll(shift(found));
    }
    for (HeldControl held : drift.controls()) {
      lines.addAll(control(held));
    }
    if (!drift.blind().isEmpty()) {
      lines.add("  BLIND: their training rows scatter so much that no window could have fired");
      lines.addAll(blind(drift.blind()));
    }
    boolean known = !drift.shifts().isEmpty() || !drift.controls().isEmpty();
    if (!drift.alarms().isEmpty()) {
      lines.add(known ? "  fired too, of what nobody has planted:" : "  FIRED");
      lines.addAll(alarms(drift.alarms()));
    } else if (!known && drift.readings().containsKey(Status.EVALUATED)) {
      lines.add("  nothing fired");
    }
    return lines;
  }

  /** A line or two for each known shift and rhythm; whatever else fired is counted. */
  static List<String> brief(DriftSummary drift) {
    List<String> lines = new ArrayList<>();
    if (drift.readings().isEmpty()) {
      lines.add("  " + drift.modelId() + ": no baseline, so nothing was judged");
      return lines;
    }
    for (FoundShift found : drift.shifts()) {
      lines.add(mark(verdict(found)) + drift.modelId() + ": " + words(found.shift()));
      found.features().forEach(feature -> lines.add(mark("") + words(feature, found.shift())));
    }
    for (HeldControl held : drift.controls()) {
      lines.add(mark(verdict(held)) + drift.modelId() + ": " + words(held));
    }
    if (!drift.blind().isEmpty()) {
      lines.add(
          mark("BLIND")
              + drift.modelId()
              + ": "
              + drift.blind().stream()
                  .map(Blind::feature)
                  .distinct()
                  .collect(Collectors.joining(", "))
              + ": training rows scatter too much for any window to fire");
    }
    if (!drift.alarms().isEmpty()) {
      lines.add(
          mark("fired")
              + drift.modelId()
              + ": "
              + drift.alarms().stream()
                  .map(Alarm::feature)
                  .distinct()
                  .collect(Collectors.joining(", "))
              + (drift.shifts().isEmpty() && drift.controls().isEmpty()
                  ? ""
                  : ", of what nobody has planted"));
    }
    return lines;
  }

  /** What a line begins with, so wide that all begin alike. */
  private static String mark(String verdict) {
    return String.format(Locale.ROOT, "  %-11s  ", verdict);
  }

  private static String words(FoundFeature feature, Shift shift) {
    DriftFigure first = feature.first();
    String of = feature.fired() + " of " + feature.judged() + " windows";
    return first == null
        ? feature.feature() + " has not fired: " + of
        : String.format(
            Locale.ROOT,
            "%s after %s: %s %s above %s, and in %s",
            feature.feature(),
            after(feature.after(shift)),
            first.metric(),
            Cells.number(first.value()),
            Cells.number(first.threshold()),
            of);
  }

  private static String words(HeldControl held) {
    String features =
        held.features().stream().map(HeldFeature::feature).collect(Collectors.joining(", "));
    int fired = held.features().stream().mapToInt(HeldFeature::fired).sum();
    int ruleOfThumb = held.features().stream().mapToInt(HeldFeature::ruleOfThumb).sum();
    int judged = held.features().stream().mapToInt(HeldFeature::judged).sum();
    return held.control().name()
        + " ("
        + segment(held.control().segment())
        + "; "
        + features
        + "): "
        + fired
        + " of "
        + judged
        + " windows fired"
        + (ruleOfThumb == 0 ? "" : ", by PSI > 0.2 it would have been " + ruleOfThumb);
  }

  private static String heading(DriftSummary drift) {
    long all = drift.readings().values().stream().mapToLong(n -> n).sum();
    return "drift of "
        + drift.modelId()
        + ": windows of "
        + length(drift.window())
        + ", "
        + Cells.count(all)
        + " readings: "
        + Cells.count(drift.readings().getOrDefault(Status.EVALUATED, 0L))
        + " judged, "
        + Cells.count(all - drift.readings().getOrDefault(Status.EVALUATED, 0L))
        + " of too few predictions"
        + (drift.provisional() ? "; against baselines of its own first windows" : "");
  }

  /** In days where it is some, else as ISO 8601 has it. */
  private static String length(Duration window) {
    boolean days = window.toDays() > 1 && window.equals(Duration.ofDays(window.toDays()));
    return days ? window.toDays() + " days" : window.toString();
  }

  private static String verdict(FoundShift found) {
    return found.found() ? "FIRED" : "MISSED";
  }

  private static String verdict(HeldControl held) {
    return !held.held() ? "FALSE ALARM" : held.sees() ? "SILENT" : "BLIND";
  }

  private static String words(Shift shift) {
    return shift.name()
        + ", "
        + day(shift.onsetMillis())
        + " to "
        + day(shift.endMillis())
        + " (version "
        + shift.version()
        + ", "
        + segment(shift.segment())
        + ")";
  }

  private static List<String> shift(FoundShift found) {
    Shift shift = found.shift();
    List<String> lines = new ArrayList<>();
    lines.add("  " + verdict(found) + "  " + words(shift));
    TextTable table =
        new TextTable()
            .row(List.of("    feature", "after", "metric", "value", "threshold", "n", "windows"));
    for (FoundFeature feature : found.features()) {
      DriftFigure first = feature.first();
      table.row(
          List.of(
              "    " + feature.feature(),
              after(feature.after(shift)),
              first == null ? Cells.UNDEFINED : first.metric(),
              Cells.number(first == null ? null : first.value()),
              Cells.number(first == null ? null : first.threshold()),
              first == null ? Cells.UNDEFINED : Cells.count(first.samples()),
              feature.fired() + " of " + feature.judged()));
    }
    lines.addAll(table.lines());
    return lines;
  }

  private static List<String> control(HeldControl held) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "  "
            + verdict(held)
            + "  "
            + held.control().name()
            + " ("
            + segment(held.control().segment())
            + ")");
    TextTable table =
        new TextTable()
            .row(
                List.of(
                    "    feature",
                    "fired",
                    "PSI up to",
                    "threshold",
                    "PSI > 0.2 would have fired",
                    "blind"));
    for (HeldFeature feature : held.features()) {
      DriftFigure highest = feature.highest();
      table.row(
          List.of(
              "    " + feature.feature(),
              feature.fired() + " of " + feature.judged(),
              Cells.number(highest == null ? null : highest.value()),
              Cells.number(highest == null ? null : highest.threshold()),
              feature.ruleOfThumb() + " of " + feature.judged(),
              feature.blind() + " of " + feature.judged()));
    }
    lines.addAll(table.lines());
    return lines;
  }

  private static List<String> blind(List<Blind> blind) {
    List<String> lines = new ArrayList<>();
    TextTable table =
        new TextTable()
            .row(List.of("    feature", "version", "windows", "threshold", "PSI could reach", "n"));
    for (Blind each : blind) {
      table.row(
          List.of(
              "    " + each.feature(),
              each.version(),
              Cells.count(each.windows()),
              Cells.number(each.nearest().threshold()),
              Cells.number(each.reach()),
              Cells.count(each.nearest().samples())));
    }
    lines.addAll(table.lines());
    return lines;
  }

  private static List<String> alarms(List<Alarm> alarms) {
    List<String> lines = new ArrayList<>();
    TextTable table =
        new TextTable()
            .row(
                List.of(
                    "    feature", "version", "of", "windows", "worst", "value", "threshold", "n"));
    for (Alarm alarm : alarms) {
      table.row(
          List.of(
              "    " + alarm.feature(),
              alarm.version(),
              segment(alarm.segment()),
              Cells.count(alarm.windows()),
              end(alarm.highest().windowEndMillis()) + " " + alarm.highest().metric(),
              Cells.number(alarm.highest().value()),
              Cells.number(alarm.highest().threshold()),
              Cells.count(alarm.highest().samples())));
    }
    lines.addAll(table.lines());
    return lines;
  }

  private static String segment(String segment) {
    return segment.equals(DriftReading.ALL) ? "all" : segment;
  }

  private static String after(@Nullable Duration after) {
    return after == null
        ? Cells.UNDEFINED
        : String.format(Locale.ROOT, "%.1f d", after.toHours() / 24.0);
  }

  /** The day, where a window ends with one, else the minute too. */
  private static String end(long millis) {
    boolean midnight = millis % Duration.ofDays(1).toMillis() == 0;
    return midnight ? day(millis) : Instant.ofEpochMilli(millis).toString().substring(0, 16) + "Z";
  }

  private static String day(long millis) {
    return Instant.ofEpochMilli(millis).toString().substring(0, 10);
  }
}

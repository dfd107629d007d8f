package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.demo.drift.Control;
import dev.runway.demo.drift.Shift;
import dev.runway.demo.scenario.DemoModel;
import dev.runway.demo.scenario.Script;
import dev.runway.e2e.drift.DriftTruth;
import dev.runway.e2e.drift.PlainFeature;
import dev.runway.e2e.drift.PlainSignal;
import dev.runway.e2e.drift.PlainWindow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the demo says of a model's drift, against what script and training rows alone say. */
final class DriftCheck {
  private static final double RULE_OF_THUMB = 0.2;

  private final DemoModel model;
  private final DriftTruth truth;
  private final List<PlainWindow> windows;

  DriftCheck(DemoModel model, Script script) throws IOException {
    this.model = model;
    this.truth = new DriftTruth(model, script);
    this.windows =
        truth.windows().stream()
            .sorted(
                Comparator.comparingLong(PlainWindow::endMillis)
                    .thenComparing(PlainWindow::version)
                    .thenComparing(PlainWindow::segment))
            .toList();
  }

  /**
   * Checks a model's part of the summary.
   *
   * @param screen what the demo printed
   */
  void require(JsonNode drift, String screen) {
    if (model.drift().trainings().isEmpty()) {
      assertThat(screen).contains("drift of " + model.id() + ": no baseline");
      assertThat(drift.path("predictions").asLong(-1)).isZero();
      return;
    }
    assertThat(drift.path("predictions").asLong()).isEqualTo(truth.predictions()).isPositive();
    requireReadings(drift.path("readings"));
    List<Shift> shifts = model.drift().shifts();
    assertThat(drift.path("shifts")).hasSameSizeAs(shifts);
    for (int i = 0; i < shifts.size(); i++) {
      requireShift(drift.path("shifts").path(i), shifts.get(i));
      assertThat(screen).contains("FIRED  " + shifts.get(i).name());
    }
    List<Control> controls = model.drift().controls();
    assertThat(drift.path("controls")).hasSameSizeAs(controls).isNotEmpty();
    for (int i = 0; i < controls.size(); i++) {
      requireControl(drift.path("controls").path(i), controls.get(i));
      assertThat(screen).contains("SILENT  " + controls.get(i).name());
    }
    requireOthers(drift.path("other_alarms"));
    requireBlind(drift.path("blind"));
  }

  /** What could not fire at all is said, and nothing else is. */
  private void requireBlind(JsonNode said) {
    Map<String, Integer> blind = new TreeMap<>();
    Map<String, Integer> judged = new TreeMap<>();
    for (PlainWindow window : windows) {
      if (!window.judged() || !window.segment().equals("*")) {
        continue;
      }
      for (PlainFeature feature : window.features()) {
        if (feature.psi() != null) {
          String key = window.version() + " " + feature.name();
          judged.merge(key, 1, Integer::sum);
          blind.merge(key, isBlind(window, feature) ? 1 : 0, Integer::sum);
        }
      }
    }
    blind.keySet().removeIf(key -> !blind.get(key).equals(judged.get(key)));
    Map<String, Integer> found = new TreeMap<>();
    for (JsonNode each : said) {
      assertThat(each.path("threshold").asDouble()).isGreaterThan(each.path("reach").asDouble());
      assertThat(each.path("reach").asDouble())
          .isCloseTo(
              truth.reach(
                  each.path("version").asText(),
                  each.path("feature").asText(),
                  each.path("samples").asLong()),
              within(1e-9));
      found.put(
          each.path("version").asText() + " " + each.path("feature").asText(),
          each.path("windows").asInt());
    }
    assertThat(found).as("blind features of " + model.id()).isEqualTo(blind);
  }

  private boolean isBlind(PlainWindow window, PlainFeature feature) {
    @Nullable PlainSignal psi = feature.psi();
    return psi != null
        && psi.threshold() > truth.reach(window.version(), feature.name(), feature.samples());
  }

  private void requireReadings(JsonNode readings) {
    long judged = windows.stream().filter(PlainWindow::judged).count();
    assertThat(readings.path("EVALUATED").asLong()).isEqualTo(judged).isPositive();
    // The first becomes the second when nothing can come late any more: that is not waited for.
    assertThat(readings.path("INSUFFICIENT_DATA").asLong() + readings.path("NO_DECISION").asLong())
        .isEqualTo(windows.size() - judged);
  }

  private void requireShift(JsonNode said, Shift shift) {
    List<PlainWindow> changed =
        windows.stream()
            .filter(PlainWindow::judged)
            .filter(w -> w.version().equals(shift.version()))
            .filter(w -> w.segment().equals(shift.segment()))
            .filter(w -> overlaps(w, shift))
            .toList();
    assertThat(said.path("name").asText()).isEqualTo(shift.name());
    assertThat(said.path("found").asBoolean()).as(shift.name()).isTrue();
    assertThat(said.path("onset").asText())
        .isEqualTo(Instant.ofEpochMilli(shift.onsetMillis()).toString());
    assertThat(said.path("first_judged").asText())
        .isEqualTo(Instant.ofEpochMilli(changed.get(0).endMillis()).toString());
    for (int i = 0; i < shift.features().size(); i++) {
      String name = shift.features().get(i);
      JsonNode feature = said.path("features").path(i);
      List<PlainWindow> fired = changed.stream().filter(w -> feature(w, name).fired()).toList();
      assertThat(feature.path("feature").asText()).isEqualTo(name);
      assertThat(feature.path("judged").asLong())
          .as(name + " judged")
          .isEqualTo(
              changed.stream()
                  .map(w -> feature(w, name))
                  .filter(f -> f.fired() || f.psi() != null)
                  .count());
      assertThat(feature.path("fired").asInt())
          .as(name + " fired")
          .isEqualTo(fired.size())
          .isPositive();
      PlainWindow first = fired.get(0);
      PlainFeature told = feature(first, name);
      requireFigure(name, feature.path("first"), first, told, told.told());
      assertThat(Duration.parse(feature.path("after").asText()))
          .as(name + " after its onset")
          .isEqualTo(Duration.ofMillis(first.endMillis() - shift.onsetMillis()));
    }
  }

  private void requireControl(JsonNode said, Control control) {
    assertThat(said.path("name").asText()).isEqualTo(control.name());
    assertThat(said.path("held").asBoolean()).as(control.name() + " is silent").isTrue();
    for (int i = 0; i < control.features().size(); i++) {
      String name = control.features().get(i);
      JsonNode feature = said.path("features").path(i);
      List<PlainWindow> judged =
          windows.stream()
              .filter(PlainWindow::judged)
              .filter(w -> w.segment().equals(control.segment()))
              .filter(w -> feature(w, name).psi() != null)
              .toList();
      assertThat(judged).as(name).isNotEmpty().noneMatch(w -> feature(w, name).fired());
      assertThat(feature.path("feature").asText()).isEqualTo(name);
      assertThat(feature.path("judged").asInt()).as(name).isEqualTo(judged.size());
      assertThat(feature.path("fired").asInt()).as(name).isZero();
      assertThat(feature.path("blind").asLong(-1))
          .as(name)
          .isEqualTo(judged.stream().filter(w -> isBlind(w, feature(w, name))).count())
          .isLessThan(judged.size());
      assertThat(feature.path("above_rule_of_thumb").asLong())
          .as(name)
          .isEqualTo(judged.stream().filter(w -> psi(w, name).value() > RULE_OF_THUMB).count());
      PlainWindow highest =
          judged.stream().max(Comparator.comparingDouble(w -> excess(psi(w, name)))).orElseThrow();
      requireFigure(
          name, feature.path("highest"), highest, feature(highest, name), psi(highest, name));
    }
  }

  /** Nothing fires unnamed, and nothing is named that does not fire. */
  private void requireOthers(JsonNode said) {
    Map<String, Integer> expected = new TreeMap<>();
    for (PlainWindow window : windows) {
      if (model.drift().shifts().stream().noneMatch(shift -> explains(shift, window))) {
        for (PlainFeature feature : window.features()) {
          if (feature.fired()) {
            String key = window.version() + " " + window.segment() + " " + feature.name();
            expected.merge(key, 1, Integer::sum);
          }
        }
      }
    }
    Map<String, Integer> found = new TreeMap<>();
    for (JsonNode alarm : said) {
      List<String> parts = new ArrayList<>();
      for (String field : List.of("version", "segment", "feature")) {
        parts.add(alarm.path(field).asText());
      }
      found.put(String.join(" ", parts), alarm.path("fired").asInt());
    }
    assertThat(found).as("alarms of " + model.id()).isEqualTo(expected);
  }

  private static boolean overlaps(PlainWindow window, Shift shift) {
    return window.endMillis() > shift.onsetMillis() && window.fromMillis() < shift.endMillis();
  }

  private static boolean explains(Shift shift, PlainWindow window) {
    boolean within =
        shift.segment().equals("*")
            || window.segment().equals("*")
            || window.segment().equals(shift.segment());
    return within && window.version().equals(shift.version()) && overlaps(window, shift);
  }

  private static PlainFeature feature(PlainWindow window, String name) {
    return window.features().stream()
        .filter(feature -> feature.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no feature " + name));
  }

  private static PlainSignal psi(PlainWindow window, String name) {
    @Nullable PlainSignal psi = feature(window, name).psi();
    if (psi == null) {
      throw new AssertionError("no PSI of " + name);
    }
    return psi;
  }

  private static double excess(PlainSignal signal) {
    return Math.abs(signal.value()) / signal.threshold();
  }

  private static void requireFigure(
      String name, JsonNode said, PlainWindow window, PlainFeature feature, PlainSignal signal) {
    assertThat(said.path("window_end").asText())
        .as(name)
        .isEqualTo(Instant.ofEpochMilli(window.endMillis()).toString());
    assertThat(said.path("metric").asText()).as(name).isEqualTo(signal.metric());
    assertThat(said.path("value").asDouble(Double.NaN))
        .as(name + " " + signal.metric())
        .isCloseTo(signal.value(), within(1e-9 * Math.max(1, Math.abs(signal.value()))));
    assertThat(said.path("threshold").asDouble(Double.NaN))
        .as(name + " threshold")
        .isCloseTo(signal.threshold(), within(1e-6 * signal.threshold()));
    if (!signal.metric().equals("missing_change")) {
      assertThat(said.path("samples").asLong()).as(name).isEqualTo(feature.samples());
    }
  }
}

package dev.runway.e2e.drift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.demo.drift.Training;
import dev.runway.demo.scenario.DemoModel;
import dev.runway.demo.scenario.PlannedEvent;
import dev.runway.demo.scenario.Script;
import dev.runway.model.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Computes what drift-monitor must find in the demo from the script and the training rows alone:
 * lists of values, textbook formulas, no bins of tiles, no code of {@code shared/drift}.
 */
public final class DriftTruth {
  /** Values below which no distribution is judged, and windows judged together at most. */
  private static final int MINIMUM = 100;

  private static final int MAX_WINDOWS = 6;
  private static final int LEAST_WINDOWS_OF_SCATTER = 20;
  private static final double LEVEL = 0.05;
  private static final double MATERIAL = 0.1;
  private static final double MISSING = 0.01;
  private static final String ALL = "*";

  private final DemoModel model;
  private final long length;
  private final Map<String, Double> reaches = new HashMap<>();
  private final Map<String, List<PlainRow>> live = new TreeMap<>();

  public DriftTruth(DemoModel model, Script script) throws IOException {
    this.model = model;
    this.length = model.drift().window().toMillis();
    ObjectMapper json = new ObjectMapper();
    for (PlannedEvent event : script.events()) {
      // Repeats and conflicting predictions count, broken ones do not.
      if (event.topic() == Topic.PREDICTIONS && !event.key().startsWith("broken-")) {
        JsonNode prediction = json.readTree(event.value());
        if (prediction.path("model_id").asText().equals(model.id())) {
          live.computeIfAbsent(
                  prediction.path("model_version").asText(), version -> new ArrayList<>())
              .add(row(prediction));
        }
      }
    }
  }

  private PlainRow row(JsonNode prediction) {
    Map<String, Object> values = new HashMap<>();
    prediction
        .path("features")
        .properties()
        .forEach(
            feature -> {
              JsonNode value = feature.getValue();
              if (value.isNumber()) {
                values.put(feature.getKey(), value.doubleValue());
              } else if (!value.isNull()) {
                values.put(feature.getKey(), value.asText());
              }
            });
    values.put(PlainRow.SCORE, prediction.path("score").doubleValue());
    String segment = prediction.path("segment").asText();
    return new PlainRow(
        prediction.path("predicted_at").longValue(),
        model.document().segments().contains(segment) ? segment : "__other__",
        values);
  }

  /** Predictions that are counted. */
  public long predictions() {
    return live.values().stream().mapToLong(List::size).sum();
  }

  /** The largest PSI that a version's feature can show with so many values that are known. */
  public double reach(String version, String feature, long values) {
    return reaches.computeIfAbsent(
        String.join("\n", version, feature, String.valueOf(values)),
        key ->
            model.drift().trainings().stream()
                .filter(training -> training.version().equals(version))
                .map(training -> training.rows().stream().map(PlainRow::of).toList())
                .map(rows -> new PlainReference(feature, rows).reach((int) values))
                .findFirst()
                .orElseThrow());
  }

  /** Every window of every version, in order of version, segment and time. */
  public List<PlainWindow> windows() {
    List<PlainWindow> windows = new ArrayList<>();
    for (Training training : model.drift().trainings()) {
      List<PlainRow> rows = training.rows().stream().map(PlainRow::of).toList();
      List<PlainReference> references = PlainReference.of(rows);
      Map<String, Double> scatter = scatter(references, rows);
      bySegment(live.getOrDefault(training.version(), List.of()))
          .forEach(
              (segment, ofSegment) ->
                  windows.addAll(
                      windows(training.version(), segment, ofSegment, references, scatter)));
    }
    return windows;
  }

  private static Map<String, List<PlainRow>> bySegment(List<PlainRow> rows) {
    Map<String, List<PlainRow>> segments = new TreeMap<>();
    segments.put(ALL, rows);
    for (PlainRow row : rows) {
      segments.computeIfAbsent(row.segment(), segment -> new ArrayList<>()).add(row);
    }
    return segments;
  }

  private List<PlainWindow> windows(
      String version,
      String segment,
      List<PlainRow> rows,
      List<PlainReference> references,
      Map<String, Double> scatter) {
    TreeSet<Long> starts = new TreeSet<>();
    rows.forEach(row -> starts.add(Math.floorDiv(row.atMillis(), length) * length));
    List<PlainWindow> windows = new ArrayList<>();
    for (long start : starts) {
      long from = from(rows, start);
      List<PlainRow> judged = between(rows, from, start + length);
      boolean enough = judged.size() >= MINIMUM;
      windows.add(
          new PlainWindow(
              version,
              segment,
              from,
              start + length,
              enough,
              enough ? judge(references, scatter, judged) : List.of()));
    }
    return windows;
  }

  /** Where a window begins that takes in so many before it as it needs, and may. */
  private long from(List<PlainRow> rows, long start) {
    long from = start;
    for (int i = 1; i < MAX_WINDOWS && between(rows, from, start + length).size() < MINIMUM; i++) {
      long earlier = start - i * length;
      from = between(rows, earlier, earlier + length).isEmpty() ? from : earlier;
    }
    return from;
  }

  private static List<PlainRow> between(List<PlainRow> rows, long from, long to) {
    return rows.stream().filter(row -> row.atMillis() >= from && row.atMillis() < to).toList();
  }

  /** How much the training set's own windows scatter: all of it, or a segment, whichever more. */
  private Map<String, Double> scatter(List<PlainReference> references, List<PlainRow> rows) {
    Map<String, Double> scatter = new HashMap<>();
    for (List<PlainRow> group : bySegment(rows).values()) {
      List<List<PlainRow>> windows = trainingWindows(group);
      for (PlainReference reference : references) {
        scatter.merge(reference.name(), scatter(reference, windows), Math::max);
      }
    }
    return scatter;
  }

  private List<List<PlainRow>> trainingWindows(List<PlainRow> rows) {
    List<List<PlainRow>> windows = new ArrayList<>();
    long first = Math.floorDiv(rows.get(0).atMillis(), length) * length;
    long last = rows.get(rows.size() - 1).atMillis();
    for (long start = first; start <= last; start += length / 2) {
      List<PlainRow> judged = between(rows, from(rows, start), start + length);
      if (judged.size() >= MINIMUM && !between(rows, start, start + length).isEmpty()) {
        windows.add(judged);
      }
    }
    return windows;
  }

  private static double scatter(PlainReference reference, List<List<PlainRow>> windows) {
    double sum = 0;
    int counted = 0;
    for (List<PlainRow> window : windows) {
      double n = reference.n(window);
      if (n >= MINIMUM) {
        double[][] contrast = reference.contrast(window);
        int degrees = degrees(contrast);
        if (degrees > 0) {
          double k = 1 / reference.n() + 1 / n;
          sum += PlainStatistics.psi(contrast[0], contrast[1]) / k / degrees;
          counted++;
        }
      }
    }
    return counted < LEAST_WINDOWS_OF_SCATTER ? 1 : Math.max(1, sum / counted);
  }

  private static int degrees(double[][] contrast) {
    int bins = 0;
    for (int i = 0; i < contrast[0].length; i++) {
      bins += contrast[0][i] + contrast[1][i] > 0 ? 1 : 0;
    }
    return bins - 1;
  }

  /** PSI of one feature before all are looked at together. */
  private record Test(double psi, double k, int degrees, double p) {}

  private static List<PlainFeature> judge(
      List<PlainReference> references, Map<String, Double> scatter, List<PlainRow> window) {
    List<@Nullable Test> tests = new ArrayList<>();
    double[] missing = new double[references.size()];
    for (int i = 0; i < missing.length; i++) {
      PlainReference reference = references.get(i);
      double factor = scatter.getOrDefault(reference.name(), 1.0);
      tests.add(test(reference, factor, window));
      missing[i] = missingP(reference, factor, window);
    }
    double[] p = tests.stream().filter(t -> t != null).mapToDouble(Test::p).toArray();
    double[] q = PlainStatistics.qValues(p);
    double[] missingQ = PlainStatistics.qValues(missing);
    long flagged = Arrays.stream(q).filter(value -> value <= LEVEL).count();
    double cut = LEVEL * Math.max(1, flagged) / Math.max(1, q.length);
    List<PlainFeature> features = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < references.size(); i++) {
      PlainReference reference = references.get(i);
      Test test = tests.get(i);
      List<PlainSignal> alarms = new ArrayList<>();
      PlainSignal psi = null;
      if (test != null) {
        boolean fired = q[next++] <= LEVEL;
        psi = psi(test, cut);
        if (fired && psi != null) {
          alarms.add(psi);
        }
        double n = reference.n(window) / scatter.getOrDefault(reference.name(), 1.0);
        for (PlainSignal unseen : reference.unseen(window)) {
          if (PlainStatistics.wilsonLow(unseen.value(), n) > unseen.threshold()) {
            alarms.add(unseen);
          }
        }
      }
      double change = missingShare(reference, window) - reference.missingShare();
      if (missingQ[i] <= LEVEL) {
        alarms.add(new PlainSignal("missing_change", change, MISSING));
      }
      features.add(new PlainFeature(reference.name(), (long) reference.n(window), psi, alarms));
    }
    return features;
  }

  private static @Nullable Test test(
      PlainReference reference, double scatter, List<PlainRow> window) {
    double n = reference.n(window);
    if (n < MINIMUM || reference.n() < MINIMUM) {
      return null;
    }
    double[][] contrast = reference.contrast(window);
    double psi = PlainStatistics.psi(contrast[0], contrast[1]);
    double k = scatter * (1 / reference.n() + 1 / n);
    int degrees = degrees(contrast);
    return new Test(psi, k, degrees, PlainStatistics.survival(psi / k, degrees, MATERIAL / k));
  }

  private static @Nullable PlainSignal psi(Test test, double cut) {
    return test.degrees() == 0
        ? null
        : new PlainSignal(
            "psi",
            test.psi(),
            test.k() * PlainStatistics.upperQuantile(cut, test.degrees(), MATERIAL / test.k()));
  }

  private static double missingShare(PlainReference reference, List<PlainRow> window) {
    return (window.size() - reference.n(window)) / window.size();
  }

  /** Probability of a change this large while the true one is the point that is tolerated. */
  private static double missingP(PlainReference reference, double scatter, List<PlainRow> window) {
    double then = reference.missingShare();
    double change = missingShare(reference, window) - then;
    double edge = Math.max(0, Math.min(1, change < 0 ? then - MISSING : then + MISSING));
    double variance =
        scatter * (then * (1 - then) / reference.rows() + edge * (1 - edge) / window.size());
    double beyond = Math.abs(change) - MISSING;
    return variance > 0
        ? PlainStatistics.upperNormal(beyond / Math.sqrt(variance))
        : beyond > 0 ? 0 : 1;
  }
}

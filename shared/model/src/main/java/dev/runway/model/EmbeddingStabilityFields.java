package dev.runway.model;

import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Floor;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingStability.Rotation;
import dev.runway.model.EmbeddingStability.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of an {@link EmbeddingStability} as JSON. */
final class EmbeddingStabilityFields {
  private static final int MAX_METRICS = 100;
  private static final int MAX_URI = 2_000;

  private EmbeddingStabilityFields() {}

  static void write(JsonBytes out, Floor floor) throws IOException {
    out.field("measured", floor.measured());
    out.field("sample_size", floor.sampleSize());
    out.field("neighbours", floor.neighbours());
    out.field("overlap", floor.overlap());
    out.field("cka", floor.cka());
    out.field("aligned_cosine", floor.alignedCosine());
    out.field("instability", floor.instability());
    out.field("neighbours_lost", floor.neighboursLost());
    out.field("cosines_lost", floor.cosinesLost());
    out.field("norms_changed", floor.normsChanged());
    out.field("items_moved", floor.itemsMoved());
    out.field("dimensions_moved", floor.dimensionsMoved());
  }

  static void write(JsonBytes out, Metric metric) throws IOException {
    out.field("metric", metric.metric());
    writeBody(out, metric);
  }

  /** All but the metric's name. */
  static void writeBody(JsonBytes out, Metric metric) throws IOException {
    out.field("value", metric.value());
    out.field("se", metric.se());
    out.field("low", metric.low());
    out.field("high", metric.high());
    out.field("n", metric.n());
    out.field("gap", metric.gap());
  }

  static void write(JsonBytes out, Verdict verdict) throws IOException {
    out.field("usage", verdict.usage().name());
    writeBody(out, verdict);
  }

  /** All but the way of using. */
  static void writeBody(JsonBytes out, Verdict verdict) throws IOException {
    out.field("compatibility", verdict.compatibility().name());
    out.field("reason", verdict.reason());
    out.field("models", verdict.models());
  }

  static void write(JsonBytes out, Rotation rotation) throws IOException {
    out.field("uri", rotation.uri());
    out.field("sha256", rotation.sha256());
  }

  static Floor floor(StrictJson json) throws MalformedEvent {
    boolean measured = false;
    long sampleSize = 0;
    long neighbours = 0;
    double overlap = Double.NaN;
    double cka = Double.NaN;
    double alignedCosine = Double.NaN;
    Double instability = null;
    Double neighboursLost = null;
    Double cosinesLost = null;
    Double normsChanged = null;
    Double itemsMoved = null;
    Double dimensionsMoved = null;
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "measured" -> measured = json.bool();
        case "sample_size" -> sampleSize = json.integer(0, Integer.MAX_VALUE);
        case "neighbours" -> neighbours = json.integer(0, Integer.MAX_VALUE);
        case "overlap" -> overlap = json.number(0, 1);
        case "cka" -> cka = json.number(0, 1);
        case "aligned_cosine" -> alignedCosine = json.number(0, 1);
        case "instability" -> instability = json.number(0, 1);
        case "neighbours_lost" -> neighboursLost = json.number(0, 1);
        case "cosines_lost" -> cosinesLost = json.number(0, 1);
        case "norms_changed" -> normsChanged = json.number(0, 1);
        case "items_moved" -> itemsMoved = json.number(0, 1);
        case "dimensions_moved" -> dimensionsMoved = json.number(0, 1);
        default -> json.skip();
      }
    }
    return new Floor(
        measured,
        (int) sampleSize,
        (int) neighbours,
        due(json, "overlap", overlap),
        due(json, "cka", cka),
        due(json, "aligned_cosine", alignedCosine),
        instability,
        neighboursLost,
        cosinesLost,
        normsChanged,
        itemsMoved,
        dimensionsMoved);
  }

  private static double due(StrictJson json, String field, double value) throws MalformedEvent {
    if (Double.isNaN(value)) {
      throw json.missingHere(field);
    }
    return value;
  }

  private static <T> T due(StrictJson json, String field, @Nullable T value) throws MalformedEvent {
    if (value == null) {
      throw json.missingHere(field);
    }
    return value;
  }

  static List<Metric> metrics(StrictJson json) throws MalformedEvent {
    List<Metric> metrics = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      if (metrics.size() == MAX_METRICS) {
        throw json.bad("at most " + MAX_METRICS + " metrics are accepted");
      }
      metrics.add(metric(json));
    }
    return metrics;
  }

  private static Metric metric(StrictJson json) throws MalformedEvent {
    String metric = null;
    Double value = null;
    Double se = null;
    Double low = null;
    Double high = null;
    long n = 0;
    String gap = null;
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "metric" -> metric = json.name();
        case "value" -> value = json.number();
        case "se" -> se = json.number();
        case "low" -> low = json.number();
        case "high" -> high = json.number();
        case "n" -> n = json.count();
        case "gap" -> gap = json.name();
        default -> json.skip();
      }
    }
    return new Metric(due(json, "metric", metric), value, se, low, high, n, gap);
  }

  static List<Verdict> verdicts(StrictJson json) throws MalformedEvent {
    List<Verdict> verdicts = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      if (verdicts.size() == Usage.values().length) {
        throw json.bad("at most one verdict for each way of using is accepted");
      }
      verdicts.add(verdict(json));
    }
    return verdicts;
  }

  private static Verdict verdict(StrictJson json) throws MalformedEvent {
    Usage usage = null;
    Compatibility compatibility = null;
    String reason = null;
    List<String> models = new ArrayList<>();
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "usage" -> usage = json.constant(Usage.class);
        case "compatibility" -> compatibility = json.constant(Compatibility.class);
        case "reason" -> reason = json.name();
        case "models" -> models = models(json);
        default -> json.skip();
      }
    }
    return new Verdict(
        due(json, "usage", usage),
        due(json, "compatibility", compatibility),
        due(json, "reason", reason),
        models);
  }

  private static List<String> models(StrictJson json) throws MalformedEvent {
    List<String> models = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      if (models.size() == Limits.MAX_SPACE_CONSUMERS) {
        throw json.bad("at most " + Limits.MAX_SPACE_CONSUMERS + " models are accepted");
      }
      models.add(json.id());
    }
    return models;
  }

  static Rotation rotation(StrictJson json) throws MalformedEvent {
    String uri = null;
    String sha256 = null;
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "uri" -> uri = json.text(MAX_URI);
        case "sha256" -> sha256 = json.sha256();
        default -> json.skip();
      }
    }
    return new Rotation(due(json, "uri", uri), due(json, "sha256", sha256));
  }
}

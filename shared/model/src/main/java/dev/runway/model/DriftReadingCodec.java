package dev.runway.model;

import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON form of a {@link DriftReading}, contract {@code schemas/drift.schema.json}. */
public final class DriftReadingCodec {
  private DriftReadingCodec() {}

  /** Writes a reading; undefined values are left out. */
  public static byte[] write(DriftReading reading) {
    return JsonBytes.object(
        out -> {
          out.field("model_id", reading.modelId());
          out.field("model_version", reading.modelVersion());
          out.field("segment", reading.segment());
          out.field("profile_id", reading.profileId());
          out.field("provisional", reading.provisional());
          out.field("window_start", reading.windowStartMillis());
          out.field("window_end", reading.windowEndMillis());
          out.field("evaluated_from", reading.evaluatedFromMillis());
          out.field("revision", reading.revision());
          out.field("status", reading.status().name());
          out.field("predictions", reading.predictions());
          out.field("profile_features", reading.profileFeatures());
          out.field("evaluated", reading.evaluated());
          out.field("flagged", reading.flagged());
          if (reading.excused() > 0) {
            out.field("excused", reading.excused());
          }
          out.field("severity", reading.severity());
          out.objects("features", reading.features(), DriftReadingCodec::write);
        });
  }

  private static void write(JsonBytes out, Feature feature) throws IOException {
    out.field("name", feature.name());
    out.field("kind", feature.kind().name());
    out.field("flagged", feature.flagged());
    Integer week = feature.excusedByWeek();
    if (week != null) {
      out.field("excused_by_week", week);
    }
    out.field("severity", feature.severity());
    out.objects("signals", feature.signals(), DriftReadingCodec::write);
  }

  private static void write(JsonBytes out, Signal signal) throws IOException {
    out.field("metric", signal.metric());
    out.field("value", signal.value());
    out.field("low", signal.low());
    out.field("high", signal.high());
    out.field("se", signal.standardError());
    out.field("samples", signal.samples());
    out.field("method", signal.method());
    out.field("threshold", signal.threshold());
    out.field("p_value", signal.pValue());
    out.field("q_value", signal.qValue());
    out.field("flagged", signal.flagged());
    out.field("error", signal.error());
    out.field("detail", signal.detail());
  }

  /**
   * Reads a reading of at most {@link Limits#MAX_DRIFT_BYTES}.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static DriftReading read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes, Limits.MAX_DRIFT_BYTES)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.reading();
  }

  private static final class Fields {
    private @Nullable String modelId;
    private @Nullable String modelVersion;
    private String segment = DriftReading.ALL;
    private @Nullable String profileId;
    private boolean provisional;
    private long windowStart = EventTime.NONE;
    private long windowEnd = EventTime.NONE;
    private long evaluatedFrom = EventTime.NONE;
    private long revision = -1;
    private @Nullable Status status;
    private long predictions = -1;
    private int profileFeatures = -1;
    private int evaluated = -1;
    private int flagged = -1;
    private int excused;
    private @Nullable Double severity;
    private List<Feature> features = List.of();

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "model_id" -> modelId = json.id();
        case "model_version" -> modelVersion = json.name();
        case "segment" -> segment = json.name();
        case "profile_id" -> profileId = json.id();
        case "provisional" -> provisional = json.bool();
        case "window_start" -> windowStart = json.instantMillis();
        case "window_end" -> windowEnd = json.instantMillis();
        case "evaluated_from" -> evaluatedFrom = json.instantMillis();
        case "revision" -> revision = json.count();
        case "status" -> status = json.constant(Status.class);
        case "predictions" -> predictions = json.count();
        case "profile_features" -> profileFeatures = (int) json.integer(0, Integer.MAX_VALUE);
        case "evaluated" -> evaluated = (int) json.integer(0, Integer.MAX_VALUE);
        case "flagged" -> flagged = (int) json.integer(0, Integer.MAX_VALUE);
        case "excused" -> excused = (int) json.integer(0, Integer.MAX_VALUE);
        case "severity" -> severity = json.number(0, 1);
        case "features" -> features = readFeatures(json);
        default -> json.skip();
      }
    }

    DriftReading reading() throws MalformedEvent {
      DriftReading reading =
          new DriftReading(
              Required.field("model_id", modelId),
              Required.field("model_version", modelVersion),
              segment,
              Required.field("profile_id", profileId),
              provisional,
              Required.time("window_start", windowStart),
              Required.time("window_end", windowEnd),
              evaluatedFrom == EventTime.NONE ? windowStart : evaluatedFrom,
              Required.count("revision", revision),
              Required.field("status", status),
              Required.count("predictions", predictions),
              (int) Required.count("profile_features", profileFeatures),
              (int) Required.count("evaluated", evaluated),
              (int) Required.count("flagged", flagged),
              excused,
              severity,
              features);
      Required.window(windowStart, windowEnd);
      if (reading.evaluatedFromMillis() > windowStart) {
        throw new MalformedEvent(
            Reason.BAD_VALUE, "evaluated_from", "must not be after window_start");
      }
      return reading;
    }
  }

  private static List<Feature> readFeatures(StrictJson json) throws MalformedEvent {
    List<Feature> features = new ArrayList<>();
    Set<String> names = new HashSet<>();
    json.enterArray();
    while (json.nextElement()) {
      if (features.size() == Limits.MAX_DRIFT_FEATURES) {
        throw json.bad("at most " + Limits.MAX_DRIFT_FEATURES + " features are accepted");
      }
      json.enterObject();
      Feature feature = readFeature(json);
      if (!names.add(feature.name())) {
        throw json.bad("a feature before it has the same name");
      }
      features.add(feature);
    }
    return features;
  }

  private static Feature readFeature(StrictJson json) throws MalformedEvent {
    String name = null;
    FeatureKind kind = null;
    boolean flagged = false;
    Integer excusedByWeek = null;
    Double severity = null;
    List<Signal> signals = List.of();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "name" -> name = json.text(Limits.MAX_NAME);
        case "kind" -> kind = json.constant(FeatureKind.class);
        case "flagged" -> flagged = json.bool();
        case "excused_by_week" -> excusedByWeek = (int) json.integer(0, Integer.MAX_VALUE);
        case "severity" -> severity = json.number(0, 1);
        case "signals" -> signals = readSignals(json);
        default -> json.skip();
      }
    }
    if (name == null) {
      throw json.missingHere("name");
    }
    if (kind == null) {
      throw json.missingHere("kind");
    }
    return new Feature(name, kind, flagged, excusedByWeek, severity, signals);
  }

  private static List<Signal> readSignals(StrictJson json) throws MalformedEvent {
    List<Signal> signals = new ArrayList<>();
    Set<String> metrics = new HashSet<>();
    json.enterArray();
    while (json.nextElement()) {
      if (signals.size() == Limits.MAX_SIGNALS) {
        throw json.bad("at most " + Limits.MAX_SIGNALS + " signals are accepted");
      }
      json.enterObject();
      Signal signal = readSignal(json);
      if (!metrics.add(signal.metric())) {
        throw json.bad("a signal before it has the same metric");
      }
      signals.add(signal);
    }
    return signals;
  }

  private static Signal readSignal(StrictJson json) throws MalformedEvent {
    String metric = null;
    Double value = null;
    Double low = null;
    Double high = null;
    Double se = null;
    long samples = 0;
    String method = null;
    Double threshold = null;
    Double p = null;
    Double q = null;
    boolean flagged = false;
    Double error = null;
    String detail = null;
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "metric" -> metric = json.name();
        case "value" -> value = json.number();
        case "low" -> low = json.number();
        case "high" -> high = json.number();
        case "se" -> se = json.number();
        case "samples" -> samples = json.count();
        case "method" -> method = json.name();
        case "threshold" -> threshold = json.number();
        case "p_value" -> p = json.number(0, 1);
        case "q_value" -> q = json.number(0, 1);
        case "flagged" -> flagged = json.bool();
        case "error" -> error = json.number(0, Double.MAX_VALUE);
        case "detail" -> detail = json.text(Limits.MAX_DETAIL);
        default -> json.skip();
      }
    }
    if (metric == null) {
      throw json.missingHere("metric");
    }
    if (method == null) {
      throw json.missingHere("method");
    }
    return new Signal(
        metric, value, low, high, se, samples, method, threshold, p, q, flagged, error, detail);
  }
}

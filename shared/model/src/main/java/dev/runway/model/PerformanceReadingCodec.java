package dev.runway.model;

import dev.runway.model.PerformanceReading.Coverage;
import dev.runway.model.PerformanceReading.Delay;
import dev.runway.model.PerformanceReading.Metric;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON form of a {@link PerformanceReading}, contract {@code schemas/performance.schema.json}. */
public final class PerformanceReadingCodec {
  private PerformanceReadingCodec() {}

  /** Writes a reading; undefined values are left out. */
  public static byte[] write(PerformanceReading reading) {
    return JsonBytes.object(
        out -> {
          out.field("model_id", reading.modelId());
          out.field("model_version", reading.modelVersion());
          out.field("segment", reading.segment());
          out.field("variant", reading.variant());
          out.field("window_start", reading.windowStartMillis());
          out.field("window_end", reading.windowEndMillis());
          out.field("revision", reading.revision());
          out.field("maturity", reading.maturity().name());
          out.field("task", reading.task().name());
          out.field("estimated", reading.estimated());
          out.object("coverage", coverage -> write(coverage, reading.coverage()));
          out.object("delay", delay -> write(delay, reading.delay()));
          out.objects("metrics", reading.metrics(), PerformanceReadingCodec::write);
          out.field("counts", reading.counts());
          out.field("delay_counts", reading.delayCounts());
        });
  }

  private static void write(JsonBytes out, Coverage coverage) throws java.io.IOException {
    out.field("received", coverage.received());
    out.field("joined", coverage.joined());
    out.field("waiting", coverage.waiting());
    out.field("unlabelled", coverage.unlabelled());
    out.field("duplicates", coverage.duplicates());
    out.field("conflicts", coverage.conflicts());
    out.field("matured", coverage.matured());
    out.field("matured_joined", coverage.maturedJoined());
    out.field("coverage", coverage.coverage());
    out.field("coverage_so_far", coverage.coverageSoFar());
    out.field("expected_coverage", coverage.expectedCoverage());
  }

  private static void write(JsonBytes out, Delay delay) throws java.io.IOException {
    out.field("labels", delay.labels());
    out.field("censored", delay.censored());
    out.field("mean_millis", delay.meanMillis());
    out.field("p50_millis", delay.p50Millis());
    out.field("p95_millis", delay.p95Millis());
    out.field("p99_millis", delay.p99Millis());
    out.field("relative_error", delay.relativeError());
  }

  private static void write(JsonBytes out, Metric metric) throws java.io.IOException {
    out.field("name", metric.name());
    out.field("value", metric.value());
    out.field("low", metric.low());
    out.field("high", metric.high());
    out.field("se", metric.standardError());
    out.field("bound_low", metric.boundLow());
    out.field("bound_high", metric.boundHigh());
    out.field("samples", metric.samples());
    out.field("effective_samples", metric.effectiveSamples());
  }

  /**
   * Reads a reading.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static PerformanceReading read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
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
    private String segment = PerformanceReading.ALL;
    private String variant = PerformanceReading.ALL;
    private long windowStart = EventTime.NONE;
    private long windowEnd = EventTime.NONE;
    private long revision = -1;
    private @Nullable Maturity maturity;
    private @Nullable Task task;
    private boolean estimated;
    private @Nullable Coverage coverage;
    private @Nullable Delay delay;
    private List<Metric> metrics = List.of();
    private byte[] counts = new byte[0];
    private byte[] delayCounts = new byte[0];

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "model_id" -> modelId = json.id();
        case "model_version" -> modelVersion = json.name();
        case "segment" -> segment = json.name();
        case "variant" -> variant = json.text(Limits.MAX_ARM);
        case "window_start" -> windowStart = json.instantMillis();
        case "window_end" -> windowEnd = json.instantMillis();
        case "revision" -> revision = json.count();
        case "maturity" -> maturity = json.constant(Maturity.class);
        case "task" -> task = json.constant(Task.class);
        case "estimated" -> estimated = json.bool();
        case "coverage" -> coverage = readCoverage(json);
        case "delay" -> delay = readDelay(json);
        case "metrics" -> metrics = readMetrics(json);
        case "counts" -> counts = json.base64();
        case "delay_counts" -> delayCounts = json.base64();
        default -> json.skip();
      }
    }

    PerformanceReading reading() throws MalformedEvent {
      if (modelId == null) {
        throw StrictJson.missing("model_id");
      }
      if (modelVersion == null) {
        throw StrictJson.missing("model_version");
      }
      if (windowStart == EventTime.NONE) {
        throw StrictJson.missing("window_start");
      }
      if (windowEnd == EventTime.NONE) {
        throw StrictJson.missing("window_end");
      }
      if (revision < 0) {
        throw StrictJson.missing("revision");
      }
      if (maturity == null) {
        throw StrictJson.missing("maturity");
      }
      if (task == null) {
        throw StrictJson.missing("task");
      }
      if (coverage == null) {
        throw StrictJson.missing("coverage");
      }
      if (delay == null) {
        throw StrictJson.missing("delay");
      }
      return new PerformanceReading(
          modelId,
          modelVersion,
          segment,
          variant,
          windowStart,
          windowEnd,
          revision,
          maturity,
          task,
          estimated,
          coverage,
          delay,
          metrics,
          counts,
          delayCounts);
    }
  }

  private static Coverage readCoverage(StrictJson json) throws MalformedEvent {
    long received = 0;
    long joined = 0;
    long waiting = 0;
    long unlabelled = 0;
    long duplicates = 0;
    long conflicts = 0;
    long matured = 0;
    long maturedJoined = 0;
    Double coverage = null;
    Double coverageSoFar = null;
    Double expectedCoverage = null;
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "received" -> received = json.count();
        case "joined" -> joined = json.count();
        case "waiting" -> waiting = json.count();
        case "unlabelled" -> unlabelled = json.count();
        case "duplicates" -> duplicates = json.count();
        case "conflicts" -> conflicts = json.count();
        case "matured" -> matured = json.count();
        case "matured_joined" -> maturedJoined = json.count();
        case "coverage" -> coverage = json.number();
        case "coverage_so_far" -> coverageSoFar = json.number();
        case "expected_coverage" -> expectedCoverage = json.number();
        default -> json.skip();
      }
    }
    return new Coverage(
        received,
        joined,
        waiting,
        unlabelled,
        duplicates,
        conflicts,
        matured,
        maturedJoined,
        coverage,
        coverageSoFar,
        expectedCoverage);
  }

  private static Delay readDelay(StrictJson json) throws MalformedEvent {
    long labels = 0;
    long censored = 0;
    Double mean = null;
    Double p50 = null;
    Double p95 = null;
    Double p99 = null;
    double relativeError = 0;
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "labels" -> labels = json.count();
        case "censored" -> censored = json.count();
        case "mean_millis" -> mean = json.number();
        case "p50_millis" -> p50 = json.number();
        case "p95_millis" -> p95 = json.number();
        case "p99_millis" -> p99 = json.number();
        case "relative_error" -> relativeError = json.number();
        default -> json.skip();
      }
    }
    return new Delay(labels, censored, mean, p50, p95, p99, relativeError);
  }

  private static List<Metric> readMetrics(StrictJson json) throws MalformedEvent {
    List<Metric> metrics = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      json.enterObject();
      metrics.add(readMetric(json));
    }
    return metrics;
  }

  private static Metric readMetric(StrictJson json) throws MalformedEvent {
    String name = null;
    Double value = null;
    Double low = null;
    Double high = null;
    Double se = null;
    Double boundLow = null;
    Double boundHigh = null;
    long samples = 0;
    double effectiveSamples = 0;
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "name" -> name = json.name();
        case "value" -> value = json.number();
        case "low" -> low = json.number();
        case "high" -> high = json.number();
        case "se" -> se = json.number();
        case "bound_low" -> boundLow = json.number();
        case "bound_high" -> boundHigh = json.number();
        case "samples" -> samples = json.count();
        case "effective_samples" -> effectiveSamples = json.number();
        default -> json.skip();
      }
    }
    if (name == null) {
      throw json.missingHere("name");
    }
    return new Metric(name, value, low, high, se, boundLow, boundHigh, samples, effectiveSamples);
  }
}

package dev.runway.demo.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.runway.drift.performance.DelayCounts;
import dev.runway.drift.performance.Metric;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Summary} as JSON. The field names are a contract, described in docs/events.md: fields
 * may be added, never renamed or removed. Undefined numbers are null.
 */
public final class SummaryJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** What a summary holds. */
  public enum Extent {
    /** Totals and groups, indented, for people. */
    GROUPS,
    /** Every window as well, on one line, for programs. */
    GROUPS_AND_WINDOWS
  }

  private final JsonGenerator json;
  private final Extent extent;

  private SummaryJson(JsonGenerator json, Extent extent) {
    this.json = json;
    this.extent = extent;
  }

  /**
   * Writes a summary; the stream stays open.
   *
   * @param addresses where to look further, by name
   */
  public static void write(
      Summary summary, Map<String, String> addresses, Extent extent, OutputStream out)
      throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      if (extent == Extent.GROUPS) {
        json.setPrettyPrinter(new DefaultPrettyPrinter());
      }
      new SummaryJson(json, extent).summary(summary, addresses);
    }
  }

  private void summary(Summary summary, Map<String, String> addresses) throws IOException {
    json.writeStartObject();
    json.writeStringField("namespace", summary.namespace());
    json.writeBooleanField("final", summary.allFinal());
    json.writeBooleanField("adds_up", summary.addsUp());
    json.writeObjectFieldStart("sent");
    json.writeNumberField("predictions", summary.sent().predictions());
    json.writeNumberField("outcomes", summary.sent().outcomes());
    json.writeEndObject();
    json.writeObjectFieldStart("too_large");
    json.writeNumberField("predictions", summary.sent().tooLargePredictions());
    json.writeNumberField("outcomes", summary.sent().tooLargeOutcomes());
    json.writeEndObject();
    json.writeObjectFieldStart("predictions");
    json.writeNumberField("received", summary.sum(Group::received));
    json.writeNumberField("joined", summary.sum(Group::joined));
    json.writeNumberField("waiting", summary.sum(Group::waiting));
    json.writeNumberField("unlabelled", summary.sum(Group::unlabelled));
    json.writeNumberField("duplicates", summary.sum(Group::duplicates));
    json.writeNumberField("conflicts", summary.sum(Group::conflicts));
    json.writeNumberField("unaccounted", summary.unaccounted());
    json.writeEndObject();
    json.writeObjectFieldStart("dead_letters");
    counts("predictions", summary.deadPredictions());
    counts("outcomes", summary.deadOutcomes());
    json.writeEndObject();
    counts("late_outcomes", summary.late());
    json.writeArrayFieldStart("models");
    for (ModelSummary model : summary.models()) {
      model(model);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("drift");
    for (DriftSummary drift : summary.drift()) {
      new DriftJson(json).write(drift);
    }
    json.writeEndArray();
    json.writeObjectFieldStart("addresses");
    for (Map.Entry<String, String> address : new TreeMap<>(addresses).entrySet()) {
      json.writeStringField(address.getKey(), address.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void counts(String name, Map<? extends Enum<?>, Long> counts) throws IOException {
    Map<String, Long> sorted = new TreeMap<>();
    counts.forEach((kind, n) -> sorted.put(kind.name(), n));
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> count : sorted.entrySet()) {
      json.writeNumberField(count.getKey(), count.getValue());
    }
    json.writeEndObject();
  }

  private void model(ModelSummary model) throws IOException {
    json.writeStartObject();
    json.writeStringField("model_id", model.modelId());
    json.writeStringField("task", model.task().name());
    json.writeObjectFieldStart("total");
    group(model.total());
    json.writeEndObject();
    groups("periods", "period", model.periods());
    groups("versions", "version", model.versions());
    groups("segments", "segment", model.segments());
    groups("variants", "variant", model.variants());
    if (extent == Extent.GROUPS_AND_WINDOWS) {
      json.writeArrayFieldStart("windows");
      for (PerformanceReading window : model.windows()) {
        window(window);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void groups(String name, String nameOfOne, List<Group> groups) throws IOException {
    json.writeArrayFieldStart(name);
    for (Group group : groups) {
      json.writeStartObject();
      json.writeStringField(nameOfOne, group.name());
      group(group);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void window(PerformanceReading window) throws IOException {
    Group group = new Group("");
    group.add(window);
    json.writeStartObject();
    json.writeStringField("version", window.modelVersion());
    json.writeStringField("segment", window.segment());
    json.writeStringField("variant", window.variant());
    json.writeStringField(
        "window_start", Instant.ofEpochMilli(window.windowStartMillis()).toString());
    json.writeStringField("window_end", Instant.ofEpochMilli(window.windowEndMillis()).toString());
    json.writeNumberField("revision", window.revision());
    json.writeBooleanField("final", window.maturity() == Maturity.FINAL);
    group(group);
    json.writeEndObject();
  }

  private void group(Group group) throws IOException {
    json.writeNumberField("predictions", group.predictions());
    json.writeNumberField("received", group.received());
    json.writeNumberField("joined", group.joined());
    json.writeNumberField("waiting", group.waiting());
    json.writeNumberField("unlabelled", group.unlabelled());
    json.writeNumberField("duplicates", group.duplicates());
    json.writeNumberField("conflicts", group.conflicts());
    number("coverage", group.coverage());
    delay(group.delays());
    json.writeObjectFieldStart("metrics");
    for (Metric metric : group.metrics()) {
      metric(metric);
    }
    json.writeEndObject();
  }

  private void delay(DelayCounts delays) throws IOException {
    json.writeObjectFieldStart("delay");
    json.writeNumberField("labels", delays.count());
    number("mean_millis", delays.meanMillis());
    number("p50_millis", delays.quantile(0.5));
    number("p95_millis", delays.quantile(0.95));
    number("p99_millis", delays.quantile(0.99));
    json.writeNumberField("relative_error", DelayCounts.RELATIVE_ERROR);
    json.writeEndObject();
  }

  private void metric(Metric metric) throws IOException {
    json.writeObjectFieldStart(metric.name());
    number("value", metric.value());
    number("low", metric.low());
    number("high", metric.high());
    number("se", metric.se());
    number("bound_low", metric.boundLow());
    number("bound_high", metric.boundHigh());
    json.writeNumberField("samples", metric.n());
    json.writeNumberField("effective_samples", metric.effectiveN());
    json.writeEndObject();
  }

  private void number(String name, @Nullable Double value) throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value);
    }
  }
}

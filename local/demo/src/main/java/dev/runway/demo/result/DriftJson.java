package dev.runway.demo.result;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.runway.demo.drift.Shift;
import dev.runway.demo.result.DriftSummary.Alarm;
import dev.runway.demo.result.DriftSummary.Blind;
import dev.runway.demo.result.DriftSummary.FoundFeature;
import dev.runway.demo.result.DriftSummary.FoundShift;
import dev.runway.demo.result.DriftSummary.HeldControl;
import dev.runway.demo.result.DriftSummary.HeldFeature;
import dev.runway.model.DriftReading.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A {@link DriftSummary} as JSON; its names are part of the contract of {@link SummaryJson}. */
final class DriftJson {
  private final JsonGenerator json;

  DriftJson(JsonGenerator json) {
    this.json = json;
  }

  void write(DriftSummary drift) throws IOException {
    json.writeStartObject();
    json.writeStringField("model_id", drift.modelId());
    json.writeStringField("window", drift.window().toString());
    json.writeBooleanField("provisional", drift.provisional());
    json.writeNumberField("predictions", drift.predictions());
    json.writeObjectFieldStart("readings");
    for (Status status : Status.values()) {
      json.writeNumberField(status.name(), drift.readings().getOrDefault(status, 0L));
    }
    json.writeEndObject();
    json.writeArrayFieldStart("shifts");
    for (FoundShift found : drift.shifts()) {
      shift(found);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("controls");
    for (HeldControl held : drift.controls()) {
      control(held);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("other_alarms");
    for (Alarm alarm : drift.alarms()) {
      alarm(alarm);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("blind");
    for (Blind blind : drift.blind()) {
      json.writeStartObject();
      json.writeStringField("version", blind.version());
      json.writeStringField("feature", blind.feature());
      json.writeNumberField("windows", blind.windows());
      json.writeNumberField("threshold", blind.nearest().threshold());
      json.writeNumberField("reach", blind.reach());
      json.writeNumberField("samples", blind.nearest().samples());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void shift(FoundShift found) throws IOException {
    Shift shift = found.shift();
    json.writeStartObject();
    json.writeStringField("name", shift.name());
    json.writeStringField("version", shift.version());
    json.writeStringField("segment", shift.segment());
    instant("onset", shift.onsetMillis());
    instant("end", shift.endMillis());
    instant("first_judged", found.firstJudgedMillis());
    json.writeBooleanField("found", found.found());
    json.writeArrayFieldStart("features");
    for (FoundFeature feature : found.features()) {
      json.writeStartObject();
      json.writeStringField("feature", feature.feature());
      json.writeNumberField("judged", feature.judged());
      json.writeNumberField("fired", feature.fired());
      Duration after = feature.after(shift);
      json.writeStringField("after", after == null ? null : after.toString());
      figure("first", feature.first());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void control(HeldControl held) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", held.control().name());
    json.writeStringField("segment", held.control().segment());
    json.writeBooleanField("held", held.held());
    json.writeBooleanField("sees", held.sees());
    json.writeArrayFieldStart("features");
    for (HeldFeature feature : held.features()) {
      json.writeStartObject();
      json.writeStringField("feature", feature.feature());
      json.writeNumberField("judged", feature.judged());
      json.writeNumberField("fired", feature.fired());
      json.writeNumberField("above_rule_of_thumb", feature.ruleOfThumb());
      json.writeNumberField("blind", feature.blind());
      figure("highest", feature.highest());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void alarm(Alarm alarm) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", alarm.version());
    json.writeStringField("segment", alarm.segment());
    json.writeStringField("feature", alarm.feature());
    json.writeNumberField("fired", alarm.windows());
    figure("highest", alarm.highest());
    json.writeEndObject();
  }

  private void figure(String name, @Nullable DriftFigure figure) throws IOException {
    if (figure == null) {
      json.writeNullField(name);
      return;
    }
    json.writeObjectFieldStart(name);
    instant("window_end", figure.windowEndMillis());
    json.writeStringField("metric", figure.metric());
    json.writeNumberField("value", figure.value());
    json.writeNumberField("threshold", figure.threshold());
    json.writeNumberField("samples", figure.samples());
    json.writeEndObject();
  }

  private void instant(String name, @Nullable Long millis) throws IOException {
    if (millis == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, Instant.ofEpochMilli(millis).toString());
    }
  }
}

package dev.runway.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The signals behind a score, and the features at fault, as JSON. */
final class SignalPartFields {
  private SignalPartFields() {}

  static void write(JsonBytes out, SignalPart part) throws IOException {
    out.field("signal", part.signal().name());
    writeBody(out, part);
  }

  /** All but the signal's name. */
  static void writeBody(JsonBytes out, SignalPart part) throws IOException {
    out.field("severity", part.severity());
    out.field("metric", part.metric());
    out.field("value", part.value());
    out.field("warn", part.warn());
    out.field("critical", part.critical());
    out.field("window_end", part.windowEndMillis());
  }

  /** An array of parts, no two of one signal. */
  static List<SignalPart> read(StrictJson json) throws MalformedEvent {
    List<SignalPart> parts = new ArrayList<>();
    Set<SignalPart.Signal> signals = EnumSet.noneOf(SignalPart.Signal.class);
    json.enterArray();
    while (json.nextElement()) {
      json.enterObject();
      SignalPart part = readPart(json);
      if (!signals.add(part.signal())) {
        throw json.bad("a part before it is of the same signal");
      }
      parts.add(part);
    }
    return parts;
  }

  private static SignalPart readPart(StrictJson json) throws MalformedEvent {
    SignalPart.@Nullable Signal signal = null;
    double severity = Double.NaN;
    @Nullable String metric = null;
    @Nullable Double value = null;
    @Nullable Double warn = null;
    @Nullable Double critical = null;
    long windowEnd = EventTime.NONE;
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "signal" -> signal = json.constant(SignalPart.Signal.class);
        case "severity" -> severity = json.number(0, 1);
        case "metric" -> metric = json.text(Limits.MAX_NAME);
        case "value" -> value = json.number();
        case "warn" -> warn = json.number();
        case "critical" -> critical = json.number();
        case "window_end" -> windowEnd = json.instantMillis();
        default -> json.skip();
      }
    }
    if (signal == null) {
      throw json.missingHere("signal");
    }
    if (Double.isNaN(severity)) {
      throw json.missingHere("severity");
    }
    if (windowEnd == EventTime.NONE) {
      throw json.missingHere("window_end");
    }
    return new SignalPart(signal, severity, metric, value, warn, critical, windowEnd);
  }

  static List<String> names(List<SignalPart.Signal> signals) {
    return signals.stream().map(Enum::name).toList();
  }

  /** An array of signals, none of them twice. */
  static List<SignalPart.Signal> readSignals(StrictJson json) throws MalformedEvent {
    List<SignalPart.Signal> signals = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      SignalPart.Signal signal = json.constant(SignalPart.Signal.class);
      if (signals.contains(signal)) {
        throw json.bad("stands there twice");
      }
      signals.add(signal);
    }
    return signals;
  }

  /** An array of names of features, none of them twice. */
  static List<String> readFeatures(StrictJson json) throws MalformedEvent {
    List<String> features = new ArrayList<>();
    Set<String> names = new HashSet<>();
    json.enterArray();
    while (json.nextElement()) {
      if (features.size() == Limits.MAX_FAULTY_FEATURES) {
        throw json.bad("at most " + Limits.MAX_FAULTY_FEATURES + " features are accepted");
      }
      String name = json.text(Limits.MAX_NAME);
      if (!names.add(name)) {
        throw json.bad("stands there twice");
      }
      features.add(name);
    }
    return features;
  }
}

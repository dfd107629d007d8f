package dev.runway.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one signal adds to a model's score.
 *
 * @param severity 0 to 1: 0.5 at {@code warn}, 1 from {@code critical} on
 * @param metric what was measured, such as {@code auc}; null where the signal is one thing
 * @param value what the severity was made of; null where it came as a severity
 * @param warn value at which the severity is 0.5; null without value
 * @param critical value from which the severity is 1; null without value
 * @param windowEndMillis end of the window it was measured in, epoch milliseconds
 */
public record SignalPart(
    Signal signal,
    double severity,
    @Nullable String metric,
    @Nullable Double value,
    @Nullable Double warn,
    @Nullable Double critical,
    long windowEndMillis) {

  /** What can be known about a model. The names are part of the contract: never renamed. */
  public enum Signal {
    /** How old its training data are, over how often it is to be trained. */
    AGE,
    DATA_DRIFT,
    CONCEPT_DRIFT,
    PERFORMANCE,
    /** What its embeddings have become for those that use them. */
    EMBEDDING,
    /** A metric of users. */
    CUSTOM,
    /** What an experiment outside of Runway has found of it beside another arm. */
    EXPERIMENT
  }

  /** What a score is made of, as one JSON object: {@code parts} by signal. */
  public static String json(List<SignalPart> parts, List<Signal> missing, List<String> features) {
    byte[] json =
        JsonBytes.object(
            out -> {
              out.object(
                  "parts",
                  bySignal -> {
                    for (SignalPart part : parts) {
                      bySignal.object(
                          part.signal().name(), one -> SignalPartFields.writeBody(one, part));
                    }
                  });
              out.field("missing", SignalPartFields.names(missing));
              out.field("features", features);
            });
    return new String(json, StandardCharsets.UTF_8);
  }
}

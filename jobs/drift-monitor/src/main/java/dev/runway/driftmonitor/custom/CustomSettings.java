package dev.runway.driftmonitor.custom;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What may be set about metrics of users.
 *
 * @param metrics names of the Java metrics that run, at most {@link #MAX_METRICS}
 * @param jars folders and jars to look for them in, beside the job's own class path
 * @param timeout how long one metric may take for all features of one window
 * @param topFeatures features shown that are not flagged: of each metric those of its highest
 *     values
 */
public record CustomSettings(
    List<String> metrics, List<String> jars, Duration timeout, int topFeatures)
    implements Serializable {

  /** Together with those of a model document they fit into the signals of one feature. */
  public static final int MAX_METRICS = 8;

  public CustomSettings {
    metrics = List.copyOf(metrics);
    jars = List.copyOf(jars);
  }

  /** No Java metrics. */
  public static CustomSettings none() {
    return new CustomSettings(List.of(), List.of(), Duration.ofSeconds(1), 5);
  }
}

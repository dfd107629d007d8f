package dev.runway.demo.scenario;

import java.time.Duration;

/**
 * What is mixed into the demo's stream. Every rate is a share of events, drawn with a fixed seed.
 *
 * @param disorder how far behind events of later time an event may be sent
 * @param displaced share of events sent late within {@code disorder}
 * @param repeated share of events sent twice, the copy within {@code disorder}
 * @param broken share of observed predictions with a broken record beside them
 * @param conflicting share of predictions followed by another of the same id and other content
 * @param orphans share of observed predictions with an outcome beside theirs that nobody predicted
 */
public record Faults(
    long seed,
    Duration disorder,
    double displaced,
    double repeated,
    double broken,
    double conflicting,
    double orphans) {

  /** What {@code ./runway demo} plays. */
  public static Faults standard() {
    return new Faults(7, Duration.ofMinutes(5), 0.1, 0.01, 0.004, 0.0005, 0.0005);
  }

  /** A stream without fault, in order of event time. */
  public static Faults none() {
    return new Faults(7, Duration.ZERO, 0, 0, 0, 0, 0);
  }
}

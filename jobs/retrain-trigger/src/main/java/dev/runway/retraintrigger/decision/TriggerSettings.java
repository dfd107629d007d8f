package dev.runway.retraintrigger.decision;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What holds where no policy says another thing. Times are milliseconds, for it stands in decision
 * records.
 *
 * @param latenessMillis how long after its end a window is judged: so long as its readings take.
 *     With those that come later it is judged once more
 * @param silenceMillis how long a version may predict nothing before it has NO_DATA; at least three
 *     windows in any case
 * @param lagMillis how far readings may be behind before they are not acted upon
 * @param coverageFloor share of labelled predictions below which nothing is decided
 * @param coverageGate the same below which performance is not known
 * @param minLabels labels below which performance is not known
 * @param referenceLabels labels of a version's first windows that it is compared with
 * @param minWeight weight of the signals that must be there for an automatic command
 * @param stricterBy how much higher thresholds are while nothing is known from labels
 * @param cooldownMillis after a command
 * @param cadenceMillis how often a model is to be trained
 * @param maxFailures attempts of one episode that may fail
 * @param maxGeneration retrains upstream that may lead to another one
 * @param rollbackMillis how old a version may be to be rolled back
 * @param rollbackAlpha chance at which a version that is no worse is rolled back, however often one
 *     looks
 * @param rollbackEffect the difference that is expected, as a share of the metric
 * @param estimatedCost of a retrain, in US dollars
 * @param deadlineMillis by tier: when a command is of no use any more
 */
public record TriggerSettings(
    long latenessMillis,
    long silenceMillis,
    long lagMillis,
    double coverageFloor,
    double coverageGate,
    long minLabels,
    long referenceLabels,
    double minWeight,
    double stricterBy,
    long cooldownMillis,
    long cadenceMillis,
    int maxFailures,
    int maxGeneration,
    long rollbackMillis,
    double rollbackAlpha,
    double rollbackEffect,
    double estimatedCost,
    List<Long> deadlineMillis)
    implements Serializable {

  /** Those of the documentation. */
  public static TriggerSettings standard() {
    return new TriggerSettings(
        millis(Duration.ofMinutes(4)),
        millis(Duration.ofHours(1)),
        millis(Duration.ofMinutes(5)),
        0.5,
        0.9,
        500,
        2_000,
        0.35,
        0.10,
        millis(Duration.ofHours(24)),
        millis(Duration.ofDays(30)),
        3,
        2,
        millis(Duration.ofHours(24)),
        0.05,
        0.02,
        50,
        List.of(
            millis(Duration.ofDays(1)),
            millis(Duration.ofDays(3)),
            millis(Duration.ofDays(7)),
            millis(Duration.ofDays(14))));
  }

  /** The same with what a deployment may choose. */
  public TriggerSettings with(
      Duration lateness, Duration silence, Duration cooldown, Duration cadence, double cost) {
    return new TriggerSettings(
        millis(lateness),
        millis(silence),
        lagMillis,
        coverageFloor,
        coverageGate,
        minLabels,
        referenceLabels,
        minWeight,
        stricterBy,
        millis(cooldown),
        millis(cadence),
        maxFailures,
        maxGeneration,
        rollbackMillis,
        rollbackAlpha,
        rollbackEffect,
        cost,
        deadlineMillis);
  }

  private static long millis(Duration duration) {
    return duration.toMillis();
  }

  long deadlineMillis(int tier) {
    return deadlineMillis.get(Math.min(tier, deadlineMillis.size()) - 1);
  }
}

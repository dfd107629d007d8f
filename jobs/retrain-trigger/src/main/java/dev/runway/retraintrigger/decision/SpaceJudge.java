package dev.runway.retraintrigger.decision;

import dev.runway.drift.staleness.SeverityScale;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.SignalPart;
import dev.runway.model.SignalPart.Signal;
import dev.runway.retraintrigger.signal.SpaceReading;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the embeddings that a version rests on now are to it, who was trained on others. Nothing is
 * known where its document does not say what both are, where nobody has compared them, or where
 * that was not told again for two days.
 */
final class SpaceJudge {
  /** The job that compares tells each pair again every day. */
  private static final long TOLD_MILLIS = Duration.ofDays(2).toMillis();

  /** Share of the neighbours that are lost beyond what another training loses. */
  private static final SeverityScale OVERLAP_LOST = new SeverityScale(0.2, 0.4);

  private static final double MINOR = 0.25;
  private static final double ROTATED = 0.5;

  private SpaceJudge() {}

  /**
   * The part of the score; the worst of all spaces and ways of using.
   *
   * @return null when nothing is known
   */
  static @Nullable SignalPart part(Dossier dossier, String version, long windowEndMillis) {
    ModelFacts facts = dossier.facts;
    SignalPart worst = null;
    for (SpaceReading reading : dossier.spaces.values()) {
      boolean counts =
          facts != null
              && facts.isAbout(version, reading)
              && windowEndMillis - reading.toldMillis() <= TOLD_MILLIS;
      SignalPart part = counts ? part(reading, windowEndMillis) : null;
      if (part != null && (worst == null || part.severity() > worst.severity())) {
        worst = part;
      }
    }
    return worst;
  }

  /**
   * A rotation is not repaired by training: the matrix is published. So it warns, and what it does
   * where nobody applies that is seen by the other signals.
   */
  private static @Nullable SignalPart part(SpaceReading reading, long windowEndMillis) {
    Double least = least(reading.compatibility());
    if (least == null) {
      return null;
    }
    Double lost = reading.overlapLost();
    double measured = lost == null ? 0 : OVERLAP_LOST.severity(lost);
    boolean byOverlap = lost != null && measured >= least;
    return new SignalPart(
        Signal.EMBEDDING,
        Math.max(least, measured),
        metric(reading),
        byOverlap ? lost : null,
        byOverlap ? OVERLAP_LOST.warn() : null,
        byOverlap ? OVERLAP_LOST.critical() : null,
        windowEndMillis);
  }

  private static @Nullable Double least(Compatibility compatibility) {
    return switch (compatibility) {
      case STABLE -> 0.0;
      case MINOR -> MINOR;
      case ROTATED -> ROTATED;
      case BREAKING -> 1.0;
      case UNDECIDED -> null;
    };
  }

  private static String metric(SpaceReading reading) {
    return PartMetric.of(
        "%s for %s by %s: %s %s to %s"
            .formatted(
                reading.compatibility(),
                reading.usage(),
                reading.reason(),
                reading.spaceId(),
                reading.before(),
                reading.after()));
  }
}

package dev.runway.embedding.compare;

import dev.runway.drift.embedding.EmbeddingReading;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.NoiseFloor;
import dev.runway.drift.embedding.verdict.VerdictPolicy;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Consumer;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Floor;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingStability.Rotation;
import dev.runway.model.EmbeddingStability.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a pair of versions.
 *
 * @param freshness told beside what was measured of the vectors
 * @param floor what it is judged against; null while the baseline pair has none
 * @param asOfMillis minute of the newest vector that was known
 */
record PairResult(
    EmbeddingSpace space,
    Pair pair,
    long itemsBefore,
    long itemsAfter,
    long asOfMillis,
    StabilityReport report,
    List<Metric> freshness,
    @Nullable NoiseFloor floor) {

  EmbeddingStability event(@Nullable Rotation rotation) {
    List<Verdict> verdicts = verdicts();
    return new EmbeddingStability(
        space.spaceId(),
        pair.before(),
        pair.after(),
        space.revision(),
        asOfMillis,
        pair.equals(space.baseline()),
        worst(verdicts),
        itemsBefore,
        itemsAfter,
        report.pairs(),
        report.unusablePairs(),
        report.dimensionsBefore(),
        report.dimensionsAfter(),
        report.sampleSize(),
        report.neighbours(),
        floor(floor),
        Stream.concat(
                report.readings().values().stream().map(PairResult::metric), freshness.stream())
            .toList(),
        verdicts,
        rotation);
  }

  private List<Verdict> verdicts() {
    var judged =
        floor == null
            ? VerdictPolicy.judgeWithoutFloor(report)
            : VerdictPolicy.judge(report, floor);
    return judged.stream()
        .map(
            verdict -> {
              Usage usage = Usage.valueOf(verdict.consumption().name());
              return new Verdict(
                  usage,
                  Compatibility.valueOf(verdict.compatibility().name()),
                  verdict.reason().name(),
                  models(usage));
            })
        .toList();
  }

  private List<String> models(Usage usage) {
    return space.consumers().stream()
        .filter(consumer -> consumer.usage() == usage)
        .map(Consumer::modelId)
        .toList();
  }

  /** Of those that somebody depends on; of all where nobody is known. */
  private Compatibility worst(List<Verdict> verdicts) {
    Compatibility worst = Compatibility.STABLE;
    for (Verdict verdict : verdicts) {
      if (space.consumers().isEmpty() || !verdict.models().isEmpty()) {
        worst = worst.or(verdict.compatibility());
      }
    }
    return worst;
  }

  private static @Nullable Floor floor(@Nullable NoiseFloor floor) {
    return floor == null
        ? null
        : new Floor(
            floor.sampleSize() > 0,
            floor.sampleSize(),
            floor.neighbours(),
            floor.overlap(),
            floor.cka(),
            floor.alignedCosine(),
            floor.instability(),
            floor.neighboursLost(),
            floor.cosinesLost(),
            floor.normsChanged(),
            floor.itemsMoved(),
            floor.dimensionsMoved());
  }

  private static Metric metric(EmbeddingReading reading) {
    EmbeddingReading.Gap gap = reading.gap();
    return new Metric(
        reading.metric().code(),
        reading.value(),
        reading.se(),
        reading.low(),
        reading.high(),
        reading.n(),
        gap == null ? null : gap.name());
  }
}

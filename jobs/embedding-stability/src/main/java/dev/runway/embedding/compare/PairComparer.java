package dev.runway.embedding.compare;

import dev.runway.drift.embedding.ItemCounts;
import dev.runway.drift.embedding.PairStatistics;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.NoiseFloor;
import dev.runway.embedding.state.ItemVector;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Rotation;
import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.ejml.data.DMatrixRMaj;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares two versions by the vectors that are kept. A failure of arithmetic, or of the place for
 * rotations, is part of what is told: it would come again with every restart of the job. So would
 * the end of memory, and it takes the whole process with it: vectors that are too wide for the heap
 * are not compared, and one process compares one pair at a time.
 *
 * <p>Counters of pairs: {@code compared}; of these {@code failed}, which could not be measured,
 * {@code too-wide}, which were not, and {@code unstored}, whose rotation could not be written and
 * which are compared again.
 */
final class PairComparer {
  private static final Logger LOG = LoggerFactory.getLogger(PairComparer.class);

  /** Subtasks that share a process share its heap. */
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock(true);

  /** What is computed of pairs; cubic in the dimensions. */
  @FunctionalInterface
  interface Measures extends Serializable {
    StabilityReport of(PairStatistics statistics, ItemCounts items, StabilityOptions options);
  }

  /**
   * What came of it.
   *
   * @param floor of the pair itself, if it is the baseline pair and has one
   * @param isWhole whether nothing has to be tried again
   */
  record Compared(EmbeddingStability event, @Nullable NoiseFloor floor, boolean isWhole) {}

  private final KeptItems items;
  private final @Nullable RotationFiles rotations;
  private final int neighbourItems;
  private final Measures measures;
  private final long mostBytes;
  private final Counter compared;
  private final Counter failed;
  private final Counter tooWide;
  private final Counter unstored;

  /**
   * @param rotations null where none are kept
   * @param neighbourItems items among which neighbours are looked for
   * @param mostBytes memory that a comparison may take
   */
  PairComparer(
      KeptItems items,
      @Nullable RotationFiles rotations,
      int neighbourItems,
      Measures measures,
      long mostBytes,
      MetricGroup metrics) {
    this.items = items;
    this.rotations = rotations;
    this.neighbourItems = neighbourItems;
    this.measures = measures;
    this.mostBytes = mostBytes;
    compared = metrics.counter("compared");
    failed = metrics.counter("failed");
    tooWide = metrics.counter("too-wide");
    unstored = metrics.counter("unstored");
  }

  /** Names a pair in state; names of versions have no control characters. */
  static String name(Pair pair) {
    return pair.before() + '\n' + pair.after();
  }

  /** What a result follows from beside the document and the vectors. */
  String settings() {
    return neighbourItems + "/" + (rotations == null ? "" : rotations.folder());
  }

  /** The memory that a pair's vectors are too wide for, or nothing: it is part of the basis. */
  String refusal(EmbeddingSpace space, Pair pair) {
    return isTooWide(space, pair) ? "|too wide for " + mostBytes : "";
  }

  private boolean isTooWide(EmbeddingSpace space, Pair pair) {
    return StabilityMeasures.bytes(
            space.require(pair.before()).dimensions(),
            space.require(pair.after()).dimensions(),
            neighbourItems,
            options(space))
        > mostBytes;
  }

  private static StabilityOptions options(EmbeddingSpace space) {
    return StabilityOptions.fromPairs(space.leastPairs());
  }

  /**
   * Compares a pair of which at least one version is known.
   *
   * @param floor that another pair set, if this one is not the baseline pair itself
   * @param last what was told of it before
   */
  Compared compare(
      EmbeddingSpace space,
      Pair pair,
      long asOfMillis,
      @Nullable NoiseFloor floor,
      @Nullable EmbeddingStability last)
      throws Exception {
    compared.inc();
    ONE_AT_A_TIME.lockInterruptibly();
    try {
      return compareAlone(space, pair, asOfMillis, floor, last);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  private Compared compareAlone(
      EmbeddingSpace space,
      Pair pair,
      long asOfMillis,
      @Nullable NoiseFloor floor,
      @Nullable EmbeddingStability last)
      throws Exception {
    Hashes.Sample before = items.counting(pair.before(), space);
    Hashes.Sample after = items.counting(pair.after(), space);
    long[] common = Hashes.common(before, after);
    Freshness freshness = new Freshness(common.length);
    ItemCounts counts = Hashes.within(before, after);
    StabilityReport report =
        isTooWide(space, pair)
            ? refused(space, pair, common.length, counts)
            : measured(space, pair, statistics(space, pair, common, freshness), counts);
    boolean isBaseline = pair.equals(space.baseline());
    NoiseFloor own = isBaseline ? NoiseFloor.find(report) : null;
    PairResult result =
        new PairResult(
            space,
            pair,
            before.all().length,
            after.all().length,
            asOfMillis,
            report,
            freshness.metrics(),
            isBaseline ? own : floor);
    DMatrixRMaj matrix = report.rotation();
    Rotation rotation = matrix == null ? null : rotation(space, pair, matrix, last);
    boolean isWhole = rotations == null || matrix == null || rotation != null;
    return new Compared(result.event(rotation), own, isWhole);
  }

  /** In the order of the hashes, so that the same vectors give the same bits. */
  private PairStatistics statistics(
      EmbeddingSpace space, Pair pair, long[] common, Freshness freshness) throws Exception {
    PairStatistics statistics =
        new PairStatistics(
            space.require(pair.before()).dimensions(),
            space.require(pair.after()).dimensions(),
            neighbourItems);
    for (long hash : common) {
      ItemVector after = items.get(pair.after(), hash);
      statistics.add(hash, items.get(pair.before(), hash).vector(), after.vector());
      freshness.add(after);
    }
    return statistics;
  }

  private StabilityReport refused(EmbeddingSpace space, Pair pair, long pairs, ItemCounts counts) {
    tooWide.inc();
    LOG.warn(
        "{} of space {} is undecided: comparing its vectors would take more than {} bytes, half of"
            + " the heap",
        pair,
        space.spaceId(),
        mostBytes);
    return StabilityMeasures.tooWide(
        space.require(pair.before()).dimensions(),
        space.require(pair.after()).dimensions(),
        pairs,
        counts,
        options(space));
  }

  private StabilityReport measured(
      EmbeddingSpace space, Pair pair, PairStatistics statistics, ItemCounts counts) {
    StabilityOptions options = options(space);
    try {
      return measures.of(statistics, counts, options);
    } catch (RuntimeException e) {
      failed.inc();
      LOG.warn("{} of space {} could not be measured: it is undecided", pair, space.spaceId(), e);
      return StabilityMeasures.failed(statistics, counts, options);
    }
  }

  private @Nullable Rotation rotation(
      EmbeddingSpace space, Pair pair, DMatrixRMaj matrix, @Nullable EmbeddingStability last) {
    if (rotations == null) {
      return null;
    }
    try {
      return rotations.write(space.spaceId(), pair, matrix, last == null ? null : last.rotation());
    } catch (IOException e) {
      unstored.inc();
      LOG.warn("The rotation of {} of space {} was not written", pair, space.spaceId(), e);
      return null;
    }
  }
}

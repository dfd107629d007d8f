package dev.runway.groundtruth.archive;

import dev.runway.flink.BundleOperator;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.model.GroundTruth;
import dev.runway.model.Maturity;
import java.time.Duration;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/**
 * Writes the archive.
 *
 * <pre>
 * admitted predictions -> archive-predictions -+
 * admitted outcomes ----> archive-outcomes ----+-> keep-rows -> write-archive
 * final ground truth ---> archive-truth -------+       '-> archive-coverage
 * </pre>
 *
 * <p>Bundling is chained to where the events come from; only bundles cross the network, by part.
 */
public final class Archive {
  /** Parts that a subtask bundles at most: models times the few days that events are of. */
  private static final int BUNDLE_PARTS = 2_000;

  /** Carries nothing but watermarks, to where all of them meet. */
  private static final OutputTag<Void> WATERMARKS = new OutputTag<>("watermarks", Types.VOID);

  private Archive() {}

  /**
   * How it is written.
   *
   * @param folder URI of a folder on a file system that Flink knows
   * @param fileBytes bytes of waiting rows that make a file
   * @param flushAfter processing time after which they become a file anyway
   * @param bundleRows rows that a subtask bundles in memory at most
   * @param fromTheBeginning whether this job reads every event that there ever was
   */
  public record Settings(
      String folder,
      long fileBytes,
      Duration flushAfter,
      int bundleRows,
      boolean fromTheBeginning) {}

  /** Adds it to a job. */
  public static void write(
      DataStream<AdmittedPrediction> predictions,
      DataStream<AdmittedOutcome> outcomes,
      DataStream<GroundTruth> truth,
      Settings settings) {
    DataStream<GroundTruth> finals =
        truth.filter(new IsFinal()).uid("final-truth").name("final truth");
    SingleOutputStreamOperator<ArchiveChunk> kept =
        bundle(predictions, new PredictionRows(), settings, "archive-predictions")
            .union(
                bundle(outcomes, new OutcomeRows(), settings, "archive-outcomes"),
                bundle(finals, new TruthRows(), settings, "archive-truth"))
            .keyBy(new ByPart(), ArchivePartSerializer.TYPE)
            .transform(
                "keep rows",
                ArchiveChunkSerializer.TYPE,
                new KeepRowsOperator(
                    new KeepRowsFunction(settings.fileBytes(), settings.flushAfter())))
            .uid("keep-rows");
    kept.sinkTo(ArchiveSink.to(settings.folder())).uid("write-archive").name("write-archive");
    kept.getSideOutput(WATERMARKS)
        .transform(
            "archive coverage",
            Types.VOID,
            new CoverageOperator(settings.folder(), settings.fromTheBeginning()))
        .uid("archive-coverage")
        .setParallelism(1);
  }

  private static <E> DataStream<ArchiveChunk> bundle(
      DataStream<E> events, RowFormat<E> format, Settings settings, String uid) {
    return BundleOperator.bundleUntilBarrier(
        events,
        new ArchiveBundle<>(format),
        BUNDLE_PARTS,
        settings.bundleRows(),
        ArchiveChunkSerializer.TYPE,
        uid);
  }

  private static final class IsFinal implements FilterFunction<GroundTruth> {
    @Override
    public boolean filter(GroundTruth truth) {
      return truth.maturity() == Maturity.FINAL;
    }
  }

  private static final class ByPart implements KeySelector<ArchiveChunk, ArchivePart> {
    @Override
    public ArchivePart getKey(ArchiveChunk chunk) {
      return chunk.part();
    }
  }
}

package dev.runway.driftmonitor.concept;

import dev.runway.flink.Decoder;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.LabelStatus;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.ModelDocument;
import dev.runway.model.Task;
import org.jspecify.annotations.Nullable;

/**
 * Decodes final records of ground truth. Provisional ones are skipped: which labels come first
 * depends on the labels, so that what is known early is no sample of what will be known. Truths of
 * a model that has no document any more are skipped too.
 */
public final class TruthDecoder implements Decoder<Truth> {
  /**
   * Least revision of a final record that is made of a prediction and something else. Without a
   * label it may follow one that had it: the join has heard of the retraction since, after a
   * restore. Nearly all that have none are made of the prediction alone, and follow nothing.
   */
  private static final long OF_MORE_THAN_ONE_FACT = GroundTruth.FINAL_REVISION + 2 * 4;

  private final ModelDirectory.Factory models;

  private transient @Nullable ModelDirectory opened;

  /**
   * @param models where the documents come from
   */
  public TruthDecoder(ModelDirectory.Factory models) {
    this.models = models;
  }

  @Override
  public void open(ModelDirectory.Refused refused) {
    // What is malformed is refused where predictions are counted.
    opened = models.open(letter -> {});
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
    }
  }

  @Override
  public @Nullable Truth decode(RawEvent raw) throws MalformedEvent {
    ModelDirectory directory = opened;
    if (directory == null) {
      throw new IllegalStateException("the decoder has not been opened");
    }
    GroundTruth truth = GroundTruthCodec.read(raw.value());
    if (truth.maturity() != Maturity.FINAL) {
      return null;
    }
    ModelDocument model = directory.find(truth.modelId(), raw.kafkaTimestampMillis());
    return model == null ? null : of(truth, model);
  }

  static Truth of(GroundTruth truth, ModelDocument model) {
    boolean labelled = truth.status() != LabelStatus.UNLABELLED;
    Boolean decision =
        (labelled && Decisions.areJudged(model))
            ? Decisions.of(model, truth.score(), truth.label())
            : null;
    boolean scored = decision != null && truth.score() >= 0 && truth.score() <= 1;
    boolean measured =
        labelled
            && model.task() == Task.REGRESSION
            && isNumber(truth.value())
            && isNumber(truth.actualValue());
    boolean withdrawn = !labelled && truth.revision() >= OF_MORE_THAN_ONE_FACT;
    return new Truth(
        new VersionKey(truth.modelId(), truth.modelVersion()),
        Truth.hashOf(truth.predictionId()),
        truth.revision(),
        truth.predictedAtMillis(),
        truth.predictedAtMillis() + model.horizon().toMillis(),
        scored || measured || withdrawn,
        scored ? truth.score() : Double.NaN,
        decision != null && decision,
        scored && outcome(truth, model),
        model.segmentOf(truth.segment()),
        measured ? truth.value() : Double.NaN,
        measured ? truth.actualValue() - truth.value() : Double.NaN);
  }

  /** Whether both sources may say it: a record of another writer can hold any number. */
  private static boolean isNumber(double value) {
    return Math.abs(value) <= Limits.MAX_VALUE;
  }

  private static boolean outcome(GroundTruth truth, ModelDocument model) {
    if (model.task() == Task.MULTICLASS) {
      String label = truth.label();
      return label != null && label.equals(truth.actualLabel());
    }
    return truth.actualValue() > 0;
  }
}

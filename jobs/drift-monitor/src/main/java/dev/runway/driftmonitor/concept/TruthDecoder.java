package dev.runway.driftmonitor.concept;

import dev.runway.flink.Decoder;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.LabelStatus;
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
    Boolean decision =
        (Decisions.areJudged(model) && truth.status() != LabelStatus.UNLABELLED)
            ? Decisions.of(model, truth.score(), truth.label())
            : null;
    boolean scored = decision != null && truth.score() >= 0 && truth.score() <= 1;
    boolean measured =
        model.task() == Task.REGRESSION
            && truth.status() != LabelStatus.UNLABELLED
            && Double.isFinite(truth.value())
            && Double.isFinite(truth.actualValue());
    return new Truth(
        new VersionKey(truth.modelId(), truth.modelVersion()),
        Truth.hashOf(truth.predictionId()),
        truth.revision(),
        truth.predictedAtMillis(),
        truth.predictedAtMillis() + model.horizon().toMillis(),
        scored || measured,
        scored ? truth.score() : Double.NaN,
        decision != null && decision,
        scored && outcome(truth, model),
        model.segmentOf(truth.segment()),
        measured ? truth.value() : Double.NaN,
        measured ? truth.actualValue() - truth.value() : Double.NaN);
  }

  private static boolean outcome(GroundTruth truth, ModelDocument model) {
    if (model.task() == Task.MULTICLASS) {
      String label = truth.label();
      return label != null && label.equals(truth.actualLabel());
    }
    return truth.actualValue() > 0;
  }
}

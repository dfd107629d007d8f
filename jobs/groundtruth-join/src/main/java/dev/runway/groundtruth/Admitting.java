package dev.runway.groundtruth;

import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.EntityKeys;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reason;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What both streams are admitted by, so that a prediction and its outcome are kept or dropped
 * together.
 *
 * @param bounds event times that are believed
 * @param sampleRate share of predictions that the job looks at, (0, 1]
 * @param models where the documents come from
 * @param entitySecret path of the file with the secret of subjects' keys; null where no keys are
 *     kept
 */
record Admitting(
    TimeBounds bounds,
    double sampleRate,
    ModelDirectory.Factory models,
    @Nullable String entitySecret)
    implements Serializable {

  /** Without keys of subjects. */
  Admitting(TimeBounds bounds, double sampleRate, ModelDirectory.Factory models) {
    this(bounds, sampleRate, models, null);
  }

  /**
   * What makes keys of subjects in this subtask, or null.
   *
   * @throws UncheckedIOException if the secret cannot be read: without it subjects could not be
   *     found again, and nobody would see that until one is to be deleted
   */
  @Nullable EntityKeys entities() {
    if (entitySecret == null) {
      return null;
    }
    try {
      return EntityKeys.read(Path.of(entitySecret));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The share of a model's predictions that is judged: the smaller of the job's and its own. */
  double rate(ModelDocument model) {
    return Math.min(sampleRate, model.sampleRate());
  }

  /** The share of a model's predictions that may be open when an outcome comes. */
  double rateOfOpenPredictions(
      @Nullable ModelDirectory directory, ModelDocument model, RawEvent outcome) {
    if (directory == null) {
      throw new IllegalStateException("the decoder has not been opened");
    }
    return Math.min(
        sampleRate, directory.rateOfOpenPredictions(model, outcome.kafkaTimestampMillis()));
  }

  /** The document of a model, or a refusal. */
  ModelDocument require(@Nullable ModelDirectory directory, String modelId, long recordedAtMillis)
      throws MalformedEvent {
    if (directory == null) {
      throw new IllegalStateException("the decoder has not been opened");
    }
    ModelDocument model = directory.find(modelId, recordedAtMillis);
    if (model == null) {
      throw new MalformedEvent(
          Reason.UNKNOWN_MODEL,
          "model_id",
          "no document of " + modelId + " on the models topic: register the model first");
    }
    return model;
  }
}

package dev.runway.driftmonitor.count;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reason;

/** What is counted is of models and versions that are registered. */
final class Registered {
  private Registered() {}

  /**
   * The document of a model that knows a version.
   *
   * @param recordedAtMillis Kafka time of the event that names them
   * @throws MalformedEvent UNKNOWN_MODEL or UNKNOWN_VERSION
   */
  static ModelDocument require(
      ModelDirectory models, String modelId, String version, long recordedAtMillis)
      throws MalformedEvent {
    ModelDocument model = models.find(modelId, recordedAtMillis);
    if (model == null) {
      throw new MalformedEvent(
          Reason.UNKNOWN_MODEL,
          "model_id",
          "no document of " + modelId + " on the models topic: register the model first");
    }
    if (!model.knows(version)) {
      throw new MalformedEvent(
          Reason.UNKNOWN_VERSION,
          "model_version",
          "the document of " + modelId + " lists no version " + version);
    }
    return model;
  }
}

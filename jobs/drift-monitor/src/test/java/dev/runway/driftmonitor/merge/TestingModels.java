package dev.runway.driftmonitor.merge;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.ModelDocument;
import org.jspecify.annotations.Nullable;

/** The document of one model, which a test may change at any time. */
public final class TestingModels implements ModelDirectory.Factory, ModelDirectory {
  private @Nullable ModelDocument model;

  public TestingModels(ModelDocument model) {
    this.model = model;
  }

  public void become(ModelDocument newer) {
    model = newer;
  }

  /** Takes the document back. */
  public void forget() {
    model = null;
  }

  @Override
  public ModelDirectory open(ModelDirectory.Refused refused) {
    return this;
  }

  @Override
  public @Nullable ModelDocument find(String modelId, long asOfMillis) {
    return model != null && modelId.equals(model.modelId()) ? model : null;
  }

  @Override
  public double rateOfOpenPredictions(ModelDocument of, long asOfMillis) {
    return of.sampleRate();
  }

  @Override
  public void close() {}
}

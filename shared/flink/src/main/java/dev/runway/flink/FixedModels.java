package dev.runway.flink;

import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list of documents, carried in their written form because documents are not serializable. */
final class FixedModels implements ModelDirectory.Factory {
  private final List<byte[]> documents;

  private FixedModels(List<byte[]> documents) {
    this.documents = documents;
  }

  static FixedModels of(List<ModelDocument> documents) {
    List<byte[]> written = new ArrayList<>();
    for (ModelDocument document : documents) {
      written.add(ModelDocumentCodec.write(document));
    }
    return new FixedModels(written);
  }

  @Override
  public ModelDirectory open(ModelDirectory.Refused refused) {
    Map<String, ModelDocument> byId = new HashMap<>();
    for (byte[] written : documents) {
      try {
        ModelDocument document = ModelDocumentCodec.read(written);
        byId.put(document.modelId(), document);
      } catch (MalformedEvent e) {
        throw new IllegalArgumentException("a document that its own codec refuses", e);
      }
    }
    return new Directory(byId);
  }

  private record Directory(Map<String, ModelDocument> byId) implements ModelDirectory {
    @Override
    public @Nullable ModelDocument find(String modelId, long asOfMillis) {
      return byId.get(modelId);
    }

    @Override
    public double rateOfOpenPredictions(ModelDocument model, long asOfMillis) {
      return model.sampleRate();
    }

    @Override
    public void close() {}
  }
}

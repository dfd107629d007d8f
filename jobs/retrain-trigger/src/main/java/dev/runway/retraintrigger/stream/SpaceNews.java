package dev.runway.retraintrigger.stream;

import dev.runway.model.EmbeddingStability;
import dev.runway.retraintrigger.signal.SpaceReading;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one result of a space says, by the models that it names. */
record SpaceNews(SortedMap<String, List<SpaceReading>> byModel) {

  static SpaceNews of(EmbeddingStability result) {
    SortedMap<String, List<SpaceReading>> byModel = new TreeMap<>();
    SpaceReading.of(result)
        .forEach((model, byUsage) -> byModel.put(model, List.copyOf(byUsage.values())));
    return new SpaceNews(byModel);
  }

  boolean isForNobody() {
    return byModel.isEmpty();
  }
}

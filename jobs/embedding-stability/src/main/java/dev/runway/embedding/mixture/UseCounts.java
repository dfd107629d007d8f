package dev.runway.embedding.mixture;

import dev.runway.model.EmbeddingUse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * On which versions of embedding spaces the predictions of a model version in a window rest. Of
 * more than {@value #MOST_SPACES} spaces those with the lowest names are counted: some 100 KB at
 * the very most. Mutable and not thread safe.
 */
public final class UseCounts {
  private static final int MOST_SPACES = 32;

  private final TreeMap<String, SpaceMix> bySpace = new TreeMap<>();

  /** Predictions, each once. */
  private long predictions;

  void add(List<EmbeddingUse> uses, double weight) {
    predictions++;
    Map<String, Set<String>> versions = new TreeMap<>();
    for (EmbeddingUse use : uses) {
      versions.computeIfAbsent(use.spaceId(), s -> new TreeSet<>()).add(use.version());
    }
    versions.forEach(
        (space, of) -> bySpace.computeIfAbsent(space, s -> new SpaceMix()).add(of, weight));
    bound();
  }

  private void bound() {
    while (bySpace.size() > MOST_SPACES) {
      bySpace.pollLastEntry();
    }
  }

  void merge(UseCounts other) {
    predictions += other.predictions;
    other.bySpace.forEach(
        (space, mix) -> bySpace.computeIfAbsent(space, s -> new SpaceMix()).merge(mix));
    bound();
  }

  long predictions() {
    return predictions;
  }

  Map<String, SpaceMix> bySpace() {
    return bySpace;
  }

  void write(DataOutputView out) throws IOException {
    out.writeLong(predictions);
    out.writeShort(bySpace.size());
    for (Map.Entry<String, SpaceMix> each : bySpace.entrySet()) {
      out.writeUTF(each.getKey());
      each.getValue().write(out);
    }
  }

  static UseCounts read(DataInputView in) throws IOException {
    UseCounts counts = new UseCounts();
    counts.predictions = in.readLong();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      counts.bySpace.put(in.readUTF(), SpaceMix.read(in));
    }
    return counts;
  }
}

package dev.runway.embedding.compare;

import dev.runway.embedding.state.ToldPair;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingStability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends pairs that are not compared any more: what was told of them must not let anything pass. */
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  /** Of a verdict. */
  private static final String NOT_COMPARED = "NOT_COMPARED";

  private final MapState<String, ToldPair> told;
  private final @Nullable RotationFiles rotations;

  /**
   * @param rotations null where none are kept
   */
  Endings(MapState<String, ToldPair> told, @Nullable RotationFiles rotations) {
    this.told = told;
    this.rotations = rotations;
  }

  /** Tells of all pairs but some that nothing is known, and lets go what is kept of them. */
  void tell(String spaceId, long revision, List<Pair> but, Collector<EmbeddingStability> out)
      throws Exception {
    List<String> going = but.stream().map(PairComparer::name).toList();
    List<Map.Entry<String, ToldPair>> gone = new ArrayList<>();
    for (Map.Entry<String, ToldPair> entry : told.entries()) {
      if (!going.contains(entry.getKey())) {
        gone.add(Map.entry(entry.getKey(), entry.getValue()));
      }
    }
    for (Map.Entry<String, ToldPair> entry : gone) {
      told.remove(entry.getKey());
      EmbeddingStability event = entry.getValue().event();
      if (event != null) {
        out.collect(event.ended(Math.max(revision, event.documentRevision()), NOT_COMPARED));
        removeRotations(spaceId, new Pair(event.versionBefore(), event.versionAfter()));
      }
    }
  }

  private void removeRotations(String spaceId, Pair pair) {
    if (rotations == null) {
      return;
    }
    try {
      rotations.remove(spaceId, pair);
    } catch (IOException e) {
      LOG.warn("A rotation of {} of space {} stays in its folder", pair, spaceId, e);
    }
  }
}

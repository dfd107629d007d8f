package dev.runway.demo.loop;

import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Windows of a model that were decided to be INVESTIGATE_DATA: what was served in them is neither
 * learnt from nor compared with, until a person says otherwise.
 *
 * @param ends of whole steps, epoch milliseconds
 */
record HeldWindows(Set<Long> ends) {
  HeldWindows {
    ends = Set.copyOf(ends);
  }

  static HeldWindows read(
      String bootstrapServers, String namespace, String modelId, Duration patience)
      throws IOException {
    Set<Long> ends = new HashSet<>();
    TopicReader.toTheEnd(
        bootstrapServers,
        List.of(Topic.DECISIONS.in(namespace)),
        patience,
        record -> {
          if (record.value() == null) {
            return;
          }
          try {
            Decision decision = DecisionCodec.read(record.value());
            if (decision.modelId().equals(modelId)
                && decision.verdict() == Decision.Verdict.INVESTIGATE_DATA) {
              ends.add(newestBy(decision.windowEndMillis()));
            }
          } catch (MalformedEvent e) {
            throw new IOException("decision at offset " + record.offset() + ": " + e.detail(), e);
          }
        });
    return new HeldWindows(ends);
  }

  /**
   * End of the newest step that was over at the end of a judged window: models are judged in
   * between too, and by readings of whole steps.
   */
  static long newestBy(long windowEndMillis) {
    return Math.floorDiv(windowEndMillis, TimeLapse.STEP.toMillis()) * TimeLapse.STEP.toMillis();
  }

  /** Whether what was served at a time is held. */
  boolean holds(long atMillis) {
    return ends.contains(newestBy(atMillis) + TimeLapse.STEP.toMillis());
  }
}

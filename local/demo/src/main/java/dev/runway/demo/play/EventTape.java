package dev.runway.demo.play;

import dev.runway.model.Topic;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events in the order they are to be sent. */
public interface EventTape {
  /** Time of an event that has none, and floor of a topic with nothing to come. */
  long TIMELESS = Long.MAX_VALUE;

  /**
   * One event.
   *
   * @param topic {@link Topic#PREDICTIONS} or {@link Topic#OUTCOMES}
   * @param key the prediction id; null when none could be read
   * @param headers of the record, by name; none in JSON
   */
  record Event(Topic topic, byte @Nullable [] key, byte[] value, Map<String, String> headers) {

    public Event {
      headers = Map.copyOf(headers);
    }

    /** One without headers. */
    public Event(Topic topic, byte @Nullable [] key, byte[] value) {
      this(topic, key, value, Map.of());
    }
  }

  int size();

  /** The event at a place, 0 to size - 1. */
  Event at(int place) throws IOException;

  /** A time before which a topic brings nothing from a place on; {@link #TIMELESS} for nothing. */
  long floorMillis(Topic topic, int from);

  /** A time by which every horizon and every wait has passed. */
  long endMillis();
}

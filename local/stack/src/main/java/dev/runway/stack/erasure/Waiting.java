package dev.runway.stack.erasure;

import dev.runway.model.Limits;
import dev.runway.model.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Places of which nothing single can be deleted, and when they will hold nothing of before.
 *
 * <p>A topic loses whole segments: one whose newest record is older than the topic keeps. A segment
 * takes records until it is full or a week old, so what is in it may stay a week longer.
 *
 * @param place such as {@code topic runway.predictions}
 * @param until day by whose end it is gone, UTC
 * @param why in words
 */
record Waiting(String place, LocalDate until, String why) {
  /** The broker's {@code segment.ms}, which the catalogue leaves at its default. */
  private static final Duration SEGMENT = Duration.ofDays(7);

  /** Topics that hold events, what was made of single ones, or words of them. */
  static final Map<Topic, String> TOPICS =
      Map.of(
          Topic.PREDICTIONS, "the events",
          Topic.OUTCOMES, "the events",
          Topic.GROUNDTRUTH, "single predictions with their labels",
          Topic.LATE_OUTCOMES, "single outcomes",
          Topic.DEAD_LETTERS, "refused events",
          Topic.DRIFT, "words that no baseline knew",
          Topic.TILES, "counts of words that no baseline knew",
          Topic.PRODUCER_TILES, "counts of words that no baseline knew",
          Topic.EMBEDDINGS, "vectors, where items are subjects");

  /** Windows that drift-monitor judges together at most. */
  private static final int JUDGED_TOGETHER = 6;

  /** The topics of a namespace. */
  static List<Waiting> topics(String namespace, Instant now) {
    List<Waiting> all = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      String what = TOPICS.get(topic);
      if (what != null) {
        all.add(
            new Waiting(
                "topic " + topic.in(namespace),
                day(now.plus(topic.retention()).plus(SEGMENT)),
                "%s; kept for %d days, and up to %d more until a segment is full"
                    .formatted(what, topic.retention().toDays(), SEGMENT.toDays())));
      }
    }
    return all;
  }

  /**
   * The join's state.
   *
   * @param lateMemory how long it remembers a prediction behind its horizon
   */
  static Waiting state(Instant now, Duration lateMemory) {
    return new Waiting(
        "state of groundtruth-join",
        day(now.plus(Limits.MAX_HORIZON).plus(lateMemory)),
        "open predictions, until their horizon (%d days at most) and the late memory have passed"
            .formatted(Limits.MAX_HORIZON.toDays()));
  }

  /**
   * The state of drift-monitor. A reading from it may bring a word back into the tables.
   *
   * @param longestWindow of any tier
   * @param lateness how long a window takes what comes late
   */
  static Waiting windows(Instant now, Duration longestWindow, Duration lateness) {
    return new Waiting(
        "state of drift-monitor",
        day(now.plus(longestWindow.multipliedBy(JUDGED_TOGETHER)).plus(lateness)),
        "words that no baseline knew, in windows that may still be judged: ask again behind it, for"
            + " such a reading writes them into the tables anew");
  }

  private static LocalDate day(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }
}

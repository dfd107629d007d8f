package dev.runway.demo.replay;

import dev.runway.demo.play.EventTape;
import dev.runway.demo.play.Floors;
import dev.runway.model.EventTime;
import dev.runway.model.Limits;
import dev.runway.model.ModelDocument;
import dev.runway.model.Topic;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A file of predictions and one of outcomes as a tape. Lines stay on disk; about 50 bytes a line
 * are held in memory. Every line is sent as it is, broken or not; a line without a readable time
 * keeps its place behind the line before it.
 */
public final class FileTape implements EventTape, Closeable {
  // An outcome without prediction waits an hour; two days more than the horizon cover any wait.
  private static final Duration AFTER_THE_LAST = Duration.ofDays(2);

  private final LineFile predictions;
  private final LineFile outcomes;
  private final int[] order;
  private final Floors floors;
  private final long endMillis;

  private FileTape(
      LineFile predictions, LineFile outcomes, int[] order, Floors floors, long endMillis) {
    this.predictions = predictions;
    this.outcomes = outcomes;
    this.order = order;
    this.floors = floors;
    this.endMillis = endMillis;
  }

  /** How lines are ordered. */
  public enum Order {
    /** By event time over both files. */
    BY_TIME,
    /** Each file as it is, the two merged by the time of their next lines. */
    AS_IS
  }

  /**
   * Opens both files, plain or gzip, and indexes them.
   *
   * @param temporary folder with room for what is unpacked
   */
  public static FileTape open(
      Path predictionsFile,
      Path outcomesFile,
      List<ModelDocument> models,
      Order how,
      Instant now,
      Path temporary)
      throws IOException {
    LineFile predictions = LineFile.open(predictionsFile, EventTime.ofPredictions(), temporary);
    LineFile outcomes;
    try {
      outcomes = LineFile.open(outcomesFile, EventTime.ofOutcomes(), temporary);
    } catch (IOException e) {
      predictions.close();
      throw e;
    }
    int first = predictions.size();
    int count = Math.addExact(first, outcomes.size());
    long[] places = new long[count];
    fillPlaces(places, 0, predictions);
    fillPlaces(places, first, outcomes);
    int[] order =
        how == Order.BY_TIME
            ? PlayOrder.sorted(count, i -> places[i])
            : PlayOrder.zipped(first, count, i -> places[i]);
    long latest = now.plus(Limits.MAX_AHEAD).toEpochMilli();
    return new FileTape(
        predictions,
        outcomes,
        order,
        floors(order, predictions, outcomes, latest),
        Math.max(newest(predictions, latest), newest(outcomes, latest)) + longestWait(models));
  }

  private static void fillPlaces(long[] places, int from, LineFile lines) {
    long before = EventTime.NONE;
    for (int i = 0; i < lines.size(); i++) {
      long millis = lines.millis(i);
      before = millis == EventTime.NONE ? before : millis;
      places[from + i] = before;
    }
  }

  /** Times that are refused for being ahead of the clock are no floor: heartbeats would be, too. */
  private static Floors floors(int[] order, LineFile predictions, LineFile outcomes, long latest) {
    int first = predictions.size();
    return Floors.of(
        order.length,
        new Floors.Times() {
          @Override
          public boolean isPrediction(int place) {
            return order[place] < first;
          }

          @Override
          public long millis(int place) {
            int line = order[place];
            long millis = line < first ? predictions.millis(line) : outcomes.millis(line - first);
            return millis == EventTime.NONE || millis > latest ? TIMELESS : millis;
          }
        });
  }

  /** Newest time that is not refused for being ahead of the clock. */
  private static long newest(LineFile lines, long latest) {
    long newest = 0;
    for (int i = 0; i < lines.size(); i++) {
      long millis = lines.millis(i);
      if (millis <= latest) {
        newest = Math.max(newest, millis);
      }
    }
    return newest;
  }

  private static long longestWait(List<ModelDocument> models) {
    long longest = 0;
    for (ModelDocument model : models) {
      longest = Math.max(longest, model.horizon().plus(model.window()).toMillis());
    }
    return longest + AFTER_THE_LAST.toMillis();
  }

  /** Lines of the predictions file. */
  public int predictions() {
    return predictions.size();
  }

  /** Lines of the outcomes file. */
  public int outcomes() {
    return outcomes.size();
  }

  @Override
  public int size() {
    return order.length;
  }

  @Override
  public Event at(int place) throws IOException {
    int line = order[place];
    boolean prediction = line < predictions.size();
    byte[] bytes = prediction ? predictions.bytes(line) : outcomes.bytes(line - predictions.size());
    return new Event(
        prediction ? Topic.PREDICTIONS : Topic.OUTCOMES, PredictionId.of(bytes), bytes);
  }

  @Override
  public long floorMillis(Topic topic, int from) {
    return floors.millis(topic, from);
  }

  @Override
  public long endMillis() {
    return endMillis;
  }

  @Override
  public void close() throws IOException {
    predictions.close();
    outcomes.close();
  }
}

package dev.runway.demo.result;

import dev.runway.drift.performance.BinaryCounts;
import dev.runway.drift.performance.DelayCounts;
import dev.runway.drift.performance.Weight;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Task;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Readings as the join writes them, built up prediction by prediction. */
public final class Readings {
  private static final long DAY = 86_400_000;

  private final String segment;
  private final String variant;
  private final long start;
  private final BinaryCounts counts = new BinaryCounts();
  private final DelayCounts delays = new DelayCounts();
  private String version = "1";
  private long joined;
  private long unlabelled;
  private long waiting;
  private long duplicates;
  private long conflicts;
  private boolean withoutCounts;

  private Readings(String segment, String variant, int day) {
    this.segment = segment;
    this.variant = variant;
    this.start = day * DAY;
  }

  /** All predictions of a day. */
  public static Readings whole(int day) {
    return new Readings("*", "*", day);
  }

  /** One group of a day. */
  public static Readings group(String segment, String variant, int day) {
    return new Readings(segment, variant, day);
  }

  public Readings version(String name) {
    version = name;
    return this;
  }

  public Readings joined(double score, boolean positive, long delayMillis) {
    counts.add(score, score >= 0.5, positive, Weight.ONE, 1);
    delays.add(delayMillis, 1);
    joined++;
    return this;
  }

  public Readings unlabelled(int n) {
    unlabelled += n;
    return this;
  }

  public Readings waiting(int n) {
    waiting += n;
    return this;
  }

  public Readings duplicates(int n) {
    duplicates += n;
    return this;
  }

  public Readings conflicts(int n) {
    conflicts += n;
    return this;
  }

  /** As when they are too large to be sent. */
  public Readings withoutCounts() {
    withoutCounts = true;
    return this;
  }

  public PerformanceReading at(long revision, Maturity maturity) {
    long predictions = joined + unlabelled + waiting;
    return new PerformanceReading(
        "m",
        version,
        segment,
        variant,
        start,
        start + DAY,
        revision,
        maturity,
        Task.BINARY,
        false,
        new PerformanceReading.Coverage(
            predictions + duplicates + conflicts,
            joined,
            waiting,
            unlabelled,
            duplicates,
            conflicts,
            predictions - waiting,
            joined,
            null,
            predictions == 0 ? null : (double) joined / predictions,
            null),
        new PerformanceReading.Delay(joined, unlabelled, null, null, null, null, 0),
        List.of(),
        withoutCounts ? new byte[0] : bytes(counts::write),
        bytes(delays::write));
  }

  private interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      content.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}

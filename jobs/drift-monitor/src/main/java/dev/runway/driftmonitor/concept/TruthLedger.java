package dev.runway.driftmonitor.concept;

import dev.runway.drift.performance.ScoreBins;
import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The truths of one minute of prediction time, each prediction once: of two records of one id the
 * higher revision counts, so a record that is read again changes nothing. About 20 bytes a truth.
 *
 * <p>A set, whatever order it was filled in. Mutable and not thread safe.
 */
public final class TruthLedger {
  private static final int VERSION = 1;
  private static final int DECISION = 1;
  private static final int OUTCOME = 2;
  private static final int MAX_ENTRIES = 50_000_000;

  /**
   * One prediction.
   *
   * @param offsetMillis of its time in the minute
   * @param cell score bin, decision and outcome
   */
  private record Entry(long idHash, int offsetMillis, long revision, int cell) {}

  /**
   * The order in which detectors see events: by the time of the prediction, and of two at the same
   * millisecond by their hashes, which know nothing of arrival.
   */
  private static final Comparator<Entry> ORDER =
      Comparator.comparingInt(Entry::offsetMillis).thenComparingLong(Entry::idHash);

  /** Of two records with one revision, which should be equal, any but always the same. */
  private static final Comparator<Entry> NEWEST =
      Comparator.comparingLong(Entry::revision)
          .thenComparingInt(Entry::offsetMillis)
          .thenComparingInt(Entry::cell);

  private final Map<Long, Entry> entries = new HashMap<>();

  /** Takes events in their order. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Takes the next event.
     *
     * @param offsetMillis of the prediction's time in the minute
     * @param scoreBin of {@link ScoreBins}
     */
    void take(int offsetMillis, int scoreBin, boolean decision, boolean outcome);
  }

  /** Adds a truth with a score and a label. */
  public void add(Truth truth, long minuteMillis) {
    put(
        new Entry(
            truth.idHash(),
            (int) (truth.predictedAtMillis() - minuteMillis),
            truth.revision(),
            ScoreBins.index(truth.score()) << 2
                | (truth.decision() ? DECISION : 0)
                | (truth.outcome() ? OUTCOME : 0)));
  }

  private void put(Entry entry) {
    entries.merge(
        entry.idHash(), entry, (known, other) -> NEWEST.compare(known, other) >= 0 ? known : other);
  }

  public void add(TruthLedger other) {
    other.entries.values().forEach(this::put);
  }

  public int size() {
    return entries.size();
  }

  /** All events, in the order of their times. */
  public void read(Reader reader) {
    for (Entry entry : sorted()) {
      reader.take(
          entry.offsetMillis(),
          entry.cell() >> 2,
          (entry.cell() & DECISION) != 0,
          (entry.cell() & OUTCOME) != 0);
    }
  }

  private List<Entry> sorted() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(ORDER);
    return sorted;
  }

  /** Writes a version and the content; equal content gives equal bytes. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Varints.writeUnsigned(out, entries.size());
    for (Entry entry : sorted()) {
      out.writeLong(entry.idHash());
      out.writeShort(entry.offsetMillis());
      Varints.writeUnsigned(out, entry.revision());
      out.writeShort(entry.cell());
    }
  }

  /** Reads what {@link #write} wrote. */
  public static TruthLedger read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("ledger of version " + version + ", known is " + VERSION);
    }
    TruthLedger ledger = new TruthLedger();
    int size = Varints.readIndex(in, MAX_ENTRIES, "truths of a minute");
    for (int i = 0; i < size; i++) {
      ledger.put(
          new Entry(
              in.readLong(),
              in.readUnsignedShort(),
              Varints.readUnsigned(in),
              in.readUnsignedShort()));
    }
    return ledger;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TruthLedger that && that.entries.equals(entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }
}

package dev.runway.driftmonitor.concept;

import dev.runway.drift.performance.ScoreBins;
import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The truths of one minute of prediction time, each prediction once: of two records of one id the
 * higher revision counts, so a record that is read again changes nothing. About 20 bytes a truth,
 * and 17 more where a number was predicted.
 *
 * <p>A set, whatever order it was filled in. Mutable and not thread safe.
 */
public final class TruthLedger {
  /** Scores without segments; still written where there is nothing else. */
  private static final int OF_SCORES = 1;

  /** Segments, and predicted numbers with their residuals. */
  private static final int WITH_NUMBERS = 2;

  /** Labels that were taken back. */
  private static final int VERSION = 3;

  private static final int DECISION = 1;
  private static final int OUTCOME = 2;

  /** In the place of a score's bin, of which there are fewer. */
  private static final int MEASURED = 1 << 15;

  /** The same, of a prediction whose label was taken back. */
  private static final int WITHDRAWN = MEASURED | 1;

  /** Declared ones, and {@link dev.runway.model.ModelDocument#OTHER}; more where they change. */
  private static final int MAX_SEGMENTS = 10_000;

  private static final int MAX_ENTRIES = 50_000_000;

  /**
   * One prediction with what came of it.
   *
   * @param offsetMillis of its time in the minute
   * @param cell score bin, decision and outcome; or that it is {@link #measured} or {@link
   *     #withdrawn}
   * @param segment null for none
   * @param value predicted number; 0 for a score
   * @param residual outcome less value; 0 for a score
   */
  public record Entry(
      long idHash,
      int offsetMillis,
      long revision,
      int cell,
      @Nullable String segment,
      double value,
      double residual) {

    /** Whether a number was predicted, and not a score. */
    boolean measured() {
      return cell == MEASURED;
    }

    /** Whether it has no label any more: it only keeps lower revisions from having one. */
    boolean withdrawn() {
      return cell == WITHDRAWN;
    }

    /** Bin of {@link ScoreBins}. */
    int scoreBin() {
      return cell >> 2;
    }

    boolean decision() {
      return (cell & DECISION) != 0;
    }

    boolean outcome() {
      return (cell & OUTCOME) != 0;
    }
  }

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
          .thenComparingInt(Entry::cell)
          .thenComparing(Entry::segment, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparingDouble(Entry::value)
          .thenComparingDouble(Entry::residual);

  private final Map<Long, Entry> entries = new HashMap<>();

  /** One text of each segment for all entries, which come with one each. */
  private final Map<String, String> segments = new HashMap<>();

  /** Adds a truth that is judged or takes a label back. */
  public void add(Truth truth, long minuteMillis) {
    boolean measured = truth.measured();
    put(
        truth.idHash(),
        (int) (truth.predictedAtMillis() - minuteMillis),
        truth.revision(),
        measured ? MEASURED : cell(truth),
        truth.segment(),
        measured ? truth.value() : 0,
        measured ? truth.residual() : 0);
  }

  private static int cell(Truth truth) {
    if (truth.withdrawn()) {
      return WITHDRAWN;
    }
    return ScoreBins.index(truth.score()) << 2
        | (truth.decision() ? DECISION : 0)
        | (truth.outcome() ? OUTCOME : 0);
  }

  private void put(
      long idHash,
      int offsetMillis,
      long revision,
      int cell,
      @Nullable String segment,
      double value,
      double residual) {
    String shared = segment == null ? null : segments.computeIfAbsent(segment, name -> name);
    put(new Entry(idHash, offsetMillis, revision, cell, shared, value, residual));
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
  public List<Entry> sorted() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(ORDER);
    return sorted;
  }

  /** Writes a version and the content; equal content gives equal bytes. */
  public void write(DataOutput out) throws IOException {
    List<String> names = names();
    int version = version(names);
    boolean plain = version == OF_SCORES;
    out.writeByte(version);
    if (!plain) {
      Varints.writeUnsigned(out, names.size());
      for (String name : names) {
        out.writeUTF(name);
      }
    }
    Varints.writeUnsigned(out, entries.size());
    for (Entry entry : sorted()) {
      out.writeLong(entry.idHash());
      out.writeShort(entry.offsetMillis());
      Varints.writeUnsigned(out, entry.revision());
      out.writeShort(entry.cell());
      if (!plain) {
        String segment = entry.segment();
        Varints.writeUnsigned(
            out, segment == null ? 0 : 1 + Collections.binarySearch(names, segment));
      }
      if (entry.measured()) {
        out.writeDouble(entry.value());
        out.writeDouble(entry.residual());
      }
    }
  }

  /** The oldest that can say it: state that has nothing new is read by older releases too. */
  private int version(List<String> names) {
    int version = names.isEmpty() ? OF_SCORES : WITH_NUMBERS;
    for (Entry entry : entries.values()) {
      version =
          Math.max(version, entry.withdrawn() ? VERSION : entry.measured() ? WITH_NUMBERS : 0);
    }
    return version;
  }

  /** Segments of the entries: of one that was replaced there may be none left. */
  private List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    for (Entry entry : entries.values()) {
      String segment = entry.segment();
      if (segment != null) {
        names.add(segment);
      }
    }
    return List.copyOf(names);
  }

  /** Reads what {@link #write} wrote. */
  public static TruthLedger read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version < OF_SCORES || version > VERSION) {
      throw new IOException("ledger of version " + version + ", known is up to " + VERSION);
    }
    boolean plain = version == OF_SCORES;
    TruthLedger ledger = new TruthLedger();
    List<String> names = new ArrayList<>();
    int segments = plain ? 0 : Varints.readIndex(in, MAX_SEGMENTS, "segments of a minute");
    for (int i = 0; i < segments; i++) {
      names.add(in.readUTF());
    }
    int size = Varints.readIndex(in, MAX_ENTRIES, "truths of a minute");
    for (int i = 0; i < size; i++) {
      long idHash = in.readLong();
      int offsetMillis = in.readUnsignedShort();
      long revision = Varints.readUnsigned(in);
      int cell = in.readUnsignedShort();
      int segment = plain ? 0 : Varints.readIndex(in, names.size(), "segment");
      boolean measured = cell == MEASURED;
      ledger.put(
          idHash,
          offsetMillis,
          revision,
          cell,
          segment == 0 ? null : names.get(segment - 1),
          measured ? in.readDouble() : 0,
          measured ? in.readDouble() : 0);
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

package dev.runway.retraintrigger.decision;

import dev.runway.drift.staleness.SeverityScale;
import dev.runway.model.SignalPart;
import dev.runway.model.SignalPart.Signal;
import dev.runway.model.Staleness;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.signal.SignalBoard;
import dev.runway.retraintrigger.state.Seen;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a version's file which signals there are at the end of a window. One that is older
 * than two windows, its own or those of the tier, is missing; one of labels may be older by the
 * time that labels take.
 */
final class BoardReader {
  private static final SeverityScale AGE = new SeverityScale(1, 2);
  private static final int FRESH_WINDOWS = 2;
  private static final List<Signal> OBSERVED =
      List.of(Signal.DATA_DRIFT, Signal.CONCEPT_DRIFT, Signal.CUSTOM);

  private final VersionFile file;
  private final TriggerSettings settings;
  private final long windowEndMillis;
  private final long windowMillis;
  private final long horizonMillis;
  private final LabelJudge labels;
  private final SortedMap<Signal, Observation> newest = new TreeMap<>();

  /** What the board is made from, by slot. */
  private final SortedMap<String, Seen> there = new TreeMap<>();

  BoardReader(
      VersionFile file,
      TriggerSettings settings,
      long windowEndMillis,
      long windowMillis,
      long horizonMillis) {
    this.file = file;
    this.settings = settings;
    this.windowEndMillis = windowEndMillis;
    this.windowMillis = windowMillis;
    this.horizonMillis = horizonMillis;
    this.labels = new LabelJudge(file, settings, windowEndMillis);
    find();
  }

  private void find() {
    for (Signal signal : OBSERVED) {
      Observation observation = newest(signal);
      if (observation != null) {
        newest.put(signal, observation);
        there.put(
            observation.slot(), new Seen(observation.windowEndMillis(), observation.revision()));
      }
    }
    var labelled = file.labelled.floorEntry(windowEndMillis);
    if (labelled != null && labelled.getKey() >= oldestLabelled(labelled.getValue())) {
      there.put(VersionFile.LABELS, new Seen(labelled.getKey(), labelled.getValue().revision()));
    }
  }

  /** Whether there is anything that no judgement has looked at. */
  boolean hasNews() {
    return there.entrySet().stream()
        .anyMatch(entry -> lookedAt(entry.getKey()).isBefore(entry.getValue()));
  }

  /** Whether any of it is of a later window, and not of the same one. */
  boolean hasFurtherWindow() {
    return there.entrySet().stream()
        .anyMatch(entry -> lookedAt(entry.getKey()).isOfEarlierWindow(entry.getValue()));
  }

  /**
   * The window that counted last, as it is read now, where something of it has been corrected since
   * and no later window has been looked at: it may be too old by now for what stood beside it to be
   * seen. Null without such a correction.
   */
  @Nullable BoardReader corrected() {
    BoardReader counted = countedLast();
    return counted != null && counted.hasCorrection() ? counted : null;
  }

  /**
   * The window that counted last, if that is an earlier one and no later one has been looked at.
   */
  @Nullable BoardReader countedLast() {
    return file.isCountedLast() && file.countedMillis < windowEndMillis
        ? new BoardReader(file, settings, file.countedMillis, windowMillis, horizonMillis)
        : null;
  }

  /**
   * Whether something of the window that counted last has been corrected since, be it this one or
   * an earlier one, and nothing of a later one has been looked at.
   */
  boolean correctsWhatCountedLast() {
    return file.countedMillis == windowEndMillis ? hasCorrection() : corrected() != null;
  }

  private boolean hasCorrection() {
    for (var entry : there.entrySet()) {
      Seen looked = file.seen.get(entry.getKey());
      Seen now = entry.getValue();
      if (looked != null && looked.isBefore(now) && !looked.isOfEarlierWindow(now)) {
        return true;
      }
    }
    return false;
  }

  /** End of the window that is read. */
  long endMillis() {
    return windowEndMillis;
  }

  private Seen lookedAt(String slot) {
    Seen seen = file.seen.get(slot);
    if (seen != null) {
      return seen;
    }
    Staleness shown = file.shown;
    boolean older = file.seen.isEmpty() && !file.history.isEmpty();
    if (shown == null || !older) {
      return new Seen(Long.MIN_VALUE, Long.MIN_VALUE);
    }
    // A release that noted nothing has judged it: what lay behind its window did not count.
    long judgedTo = slot.equals(VersionFile.LABELS) ? file.pooledToMillis : shown.windowEndMillis();
    return new Seen(judgedTo, Long.MAX_VALUE);
  }

  LabelJudge labels() {
    return labels;
  }

  /**
   * The board; takes in what labels have become final, and nothing on it is news any more.
   *
   * @param standing parts that come from no reading of a window
   */
  SignalBoard read(long cadenceMillis, List<SignalPart> standing) {
    labels.learn();
    SignalBoard board = board(cadenceMillis, standing, newest.values());
    lookAt();
    return board;
  }

  private SignalBoard board(
      long cadenceMillis, List<SignalPart> standing, Collection<Observation> observations) {
    SignalBoard board = new SignalBoard();
    age(board, cadenceMillis);
    standing.forEach(board::add);
    observations.forEach(board::add);
    performance(board);
    name(board);
    return board;
  }

  /**
   * The board by which the window counts: without readings of drift that have counted for an
   * earlier window. A reading stays good for two windows, and counts for one.
   *
   * @param all the board with them, which is this one where there are none
   */
  SignalBoard counting(SignalBoard all, long cadenceMillis, List<SignalPart> standing) {
    List<Observation> fresh =
        newest.values().stream().filter(observation -> !hasCounted(observation)).toList();
    return fresh.size() == newest.size() ? all : board(cadenceMillis, standing, fresh);
  }

  private boolean hasCounted(Observation observation) {
    Seen before = file.seenBefore.get(observation.slot());
    return before != null && observation.windowEndMillis() <= before.windowEndMillis();
  }

  /**
   * Share of the newest final window's predictions that have labels; null when not known, or not of
   * late.
   */
  @Nullable Double coverage() {
    var labelled = file.labelled.floorEntry(windowEndMillis);
    boolean recent = labelled != null && labelled.getKey() >= oldestLabelled(labelled.getValue());
    return recent ? labels.coverage() : null;
  }

  /** Nothing that is there is news any more. */
  void lookAt() {
    there.forEach(
        (slot, now) ->
            file.seen.merge(slot, now, (before, after) -> before.isBefore(after) ? after : before));
  }

  /** Time since the end of its training data; negative when not known. */
  long ageMillis() {
    return file.trainedToMillis == 0 ? -1 : Math.max(0, windowEndMillis - file.trainedToMillis);
  }

  private void age(SignalBoard board, long cadenceMillis) {
    if (file.trainedToMillis != 0) {
      double age = (double) ageMillis() / cadenceMillis;
      board.add(
          new SignalPart(
              Signal.AGE,
              AGE.severity(age),
              null,
              age,
              AGE.warn(),
              AGE.critical(),
              windowEndMillis));
    }
  }

  /**
   * The newest observation of a signal that is not too old: of several slots that of the newest
   * window, measured against training data before live traffic, and the worst.
   */
  private @Nullable Observation newest(Signal signal) {
    return file.observed.values().stream()
        .map(windows -> newest(windows, signal))
        .filter(observation -> observation != null)
        .max(
            Comparator.comparingLong(Observation::windowEndMillis)
                .thenComparing(observation -> !observation.provisional())
                .thenComparingDouble(BoardReader::severity)
                .thenComparing(Observation::profileId))
        .orElse(null);
  }

  private @Nullable Observation newest(NavigableMap<Long, Observation> windows, Signal signal) {
    var entry = windows.floorEntry(windowEndMillis);
    if (entry == null || entry.getValue().signal() != signal) {
      return null;
    }
    Observation observation = entry.getValue();
    long length = Math.max(windowMillis, observation.lengthMillis());
    long allowed = FRESH_WINDOWS * length + (signal == Signal.CONCEPT_DRIFT ? horizonMillis : 0);
    return observation.windowEndMillis() > windowEndMillis - allowed ? observation : null;
  }

  private static double severity(Observation observation) {
    Double severity = observation.severity();
    return severity == null ? -1 : severity;
  }

  private long oldestLabelled(LabelledWindow window) {
    long length = Math.max(windowMillis, window.windowEndMillis() - window.windowStartMillis());
    return windowEndMillis - horizonMillis - FRESH_WINDOWS * length;
  }

  private void performance(SignalBoard board) {
    var labelled = file.labelled.floorEntry(windowEndMillis);
    if (labelled == null) {
      return;
    }
    LabelledWindow window = labelled.getValue();
    SignalPart part = labels.performance(oldestLabelled(window));
    if (part != null) {
      board.add(part);
      window.metrics().forEach((name, value) -> board.name(name, value.value()));
    }
    Double coverage = coverage();
    if (coverage != null) {
      board.name("coverage", coverage);
    }
  }

  private void name(SignalBoard board) {
    for (SignalPart part : board.parts()) {
      board.name(part.signal().name().toLowerCase(Locale.ROOT), part.severity());
    }
    Observation drift = board.observation(Signal.DATA_DRIFT);
    if (drift != null) {
      board.name("psi_max", drift.value() == null ? Double.NaN : drift.value());
      board.name("drifted_features", drift.flagged());
      board.name("samples", (double) drift.samples());
    }
    Observation concept = board.observation(Signal.CONCEPT_DRIFT);
    if (concept != null && concept.value() != null) {
      board.name("conditional_kl", concept.value());
    }
  }
}

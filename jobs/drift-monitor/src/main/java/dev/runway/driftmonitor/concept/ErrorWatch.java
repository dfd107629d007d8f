package dev.runway.driftmonitor.concept;

import dev.runway.drift.detect.ChangeDetector;
import dev.runway.drift.detect.ChangeDetector.State;
import dev.runway.drift.detect.Ddm;
import dev.runway.drift.detect.Eddm;
import dev.runway.driftmonitor.concept.LossWatch.Alarm;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.OptionalDetector;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DDM and EDDM over the bare errors of a version, where its document asks for them: for whoever has
 * their alarms from elsewhere and compares. Of streams without any change they alarm half and
 * nearly all, and with every shift to harder cases; so what they say decides nothing.
 *
 * <p>Some 150 bytes, within what is kept of the version and as long as the document names them.
 */
final class ErrorWatch {
  private static final int DDM = 1;
  private static final int EDDM = 2;
  private static final long NEVER = Long.MIN_VALUE;

  private @Nullable Watched<Ddm> ddm;
  private @Nullable Watched<Eddm> eddm;

  /** A detector, and what it has said. */
  private static final class Watched<D extends ChangeDetector> {
    final D detector;

    /** When it began to warn; {@link #NEVER} while it does not. */
    long warningSince = NEVER;

    // Since the window began; not stored, for windows are closed whole.
    @Nullable Alarm first;
    int alarms;

    Watched(D detector) {
      this.detector = detector;
    }

    /** Whether a state is a change. */
    boolean isChange(State state, long atMillis) {
      if (state == State.STABLE) {
        warningSince = NEVER;
      } else if (warningSince == NEVER) {
        warningSince = atMillis;
      }
      return state == State.DRIFT;
    }

    void alarm(double statistic, double threshold, long samples) {
      alarms++;
      if (first == null) {
        first = new Alarm(warningSince, statistic, threshold, samples);
      }
      detector.reset();
      warningSince = NEVER;
    }

    void beginWindow() {
      first = null;
      alarms = 0;
    }
  }

  /** Begins a window, with the detectors that the document names now; others are forgotten. */
  void beginWindow(Collection<OptionalDetector> chosen) {
    if (!chosen.contains(OptionalDetector.DDM)) {
      ddm = null;
    } else if (ddm == null) {
      ddm = new Watched<>(Ddm.standard());
    } else {
      ddm.beginWindow();
    }
    if (!chosen.contains(OptionalDetector.EDDM)) {
      eddm = null;
    } else if (eddm == null) {
      eddm = new Watched<>(Eddm.standard());
    } else {
      eddm.beginWindow();
    }
  }

  /**
   * Takes the next decision.
   *
   * @param error 1 for a wrong one, 0 for a right one
   */
  void add(double error, long atMillis) {
    Watched<Ddm> rates = ddm;
    if (rates != null) {
      Ddm detector = rates.detector;
      if (rates.isChange(detector.add(error), atMillis)) {
        rates.alarm(detector.upper(), detector.driftLevel(), detector.count());
      }
    }
    Watched<Eddm> distances = eddm;
    if (distances != null) {
      Eddm detector = distances.detector;
      State state = detector.add(error);
      // Between errors it says nothing.
      if (error != 0 && distances.isChange(state, atMillis)) {
        distances.alarm(detector.level(), detector.driftLevel(), detector.count());
      }
    }
  }

  /** What they say of the window; none where none was chosen. */
  List<Signal> signals() {
    List<Signal> signals = new ArrayList<>();
    Watched<Ddm> rates = ddm;
    if (rates != null) {
      Ddm now = rates.detector;
      double level = now.driftLevel();
      add(
          signals,
          "ddm",
          "DDM_FOR_COMPATIBILITY",
          rates,
          new Quiet(now.upper(), Double.isInfinite(level) ? null : level, now.count()));
    }
    Watched<Eddm> distances = eddm;
    if (distances != null) {
      Eddm now = distances.detector;
      add(
          signals,
          "eddm",
          "EDDM_FOR_COMPATIBILITY",
          distances,
          new Quiet(now.level(), now.driftLevel(), now.count()));
    }
    return signals;
  }

  /** Where a detector stands that has not alarmed. */
  private record Quiet(double statistic, @Nullable Double threshold, long samples) {}

  private static void add(
      List<Signal> signals, String metric, String method, Watched<?> watched, Quiet quiet) {
    Alarm alarm = watched.first;
    if (alarm == null) {
      signals.add(
          WatchReadings.detector(
              metric, method, quiet.statistic(), quiet.samples(), quiet.threshold(), false));
      return;
    }
    signals.add(
        WatchReadings.detector(
            metric, method, alarm.statistic(), alarm.samples(), alarm.threshold(), true));
    signals.add(WatchReadings.since(metric + "_since", alarm));
    signals.add(
        WatchReadings.plain(metric + "_alarms", watched.alarms, null, alarm.samples(), method));
  }

  void write(DataOutput out) throws IOException {
    out.writeByte((ddm == null ? 0 : DDM) | (eddm == null ? 0 : EDDM));
    write(out, ddm);
    write(out, eddm);
  }

  private static void write(DataOutput out, @Nullable Watched<?> watched) throws IOException {
    if (watched != null) {
      watched.detector.write(out);
      out.writeLong(watched.warningSince);
    }
  }

  static ErrorWatch read(DataInput in) throws IOException {
    ErrorWatch watch = new ErrorWatch();
    int chosen = in.readUnsignedByte();
    if ((chosen & DDM) != 0) {
      watch.ddm = new Watched<>(Ddm.read(in));
      watch.ddm.warningSince = in.readLong();
    }
    if ((chosen & EDDM) != 0) {
      watch.eddm = new Watched<>(Eddm.read(in));
      watch.eddm.warningSince = in.readLong();
    }
    return watch;
  }
}

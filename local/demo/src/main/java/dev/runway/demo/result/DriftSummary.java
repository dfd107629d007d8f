package dev.runway.demo.result;

import dev.runway.demo.drift.Control;
import dev.runway.demo.drift.DriftStory;
import dev.runway.demo.drift.Shift;
import dev.runway.demo.drift.StoryReach;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was found of a model's drift, held against what is known of it.
 *
 * @param window how long its predictions were gathered before they were judged
 * @param provisional whether readings rest on baselines of live traffic
 * @param predictions in tiles
 * @param readings by what became of them; none where no version has a baseline
 * @param alarms features that fired and belong to no known shift
 * @param blind features whose silence says nothing
 */
public record DriftSummary(
    String modelId,
    Duration window,
    boolean provisional,
    long predictions,
    Map<Status, Long> readings,
    List<FoundShift> shifts,
    List<HeldControl> controls,
    List<Alarm> alarms,
    List<Blind> blind) {

  /** The rule of thumb that is used elsewhere: PSI above this is drift, whatever the samples. */
  public static final double RULE_OF_THUMB = 0.2;

  public DriftSummary {
    readings = Map.copyOf(readings);
    shifts = List.copyOf(shifts);
    controls = List.copyOf(controls);
    alarms = List.copyOf(alarms);
    blind = List.copyOf(blind);
  }

  /**
   * A known shift.
   *
   * @param firstJudgedMillis end of the first window with changed predictions that was judged; null
   *     when none was
   */
  public record FoundShift(
      Shift shift, @Nullable Long firstJudgedMillis, List<FoundFeature> features) {

    public FoundShift {
      features = List.copyOf(features);
    }

    /** Whether every feature that changed has fired. */
    public boolean found() {
      return features.stream().allMatch(feature -> feature.first() != null);
    }
  }

  /**
   * A feature that changed.
   *
   * @param judged windows with changed predictions in which the feature was judged
   * @param fired how many of them fired
   * @param first the first of these; null when none did
   */
  public record FoundFeature(String feature, int judged, int fired, @Nullable DriftFigure first) {

    /** From the onset to the end of the window that fired. */
    public @Nullable Duration after(Shift shift) {
      return first == null
          ? null
          : Duration.ofMillis(first.windowEndMillis() - shift.onsetMillis());
    }
  }

  /** Features that must not fire. */
  public record HeldControl(Control control, List<HeldFeature> features) {

    public HeldControl {
      features = List.copyOf(features);
    }

    /** Whether each that was judged could have fired in some window. */
    public boolean sees() {
      return features.stream().allMatch(feature -> feature.judged() == 0 || feature.sees());
    }

    /** Whether none fired. */
    public boolean held() {
      return features.stream().allMatch(feature -> feature.fired() == 0);
    }
  }

  /**
   * A feature that must not fire.
   *
   * @param judged windows in which it was judged
   * @param fired how many of them fired
   * @param ruleOfThumb how many of them have a PSI above {@link #RULE_OF_THUMB}
   * @param blind how many of them could not have fired, whatever happened: see {@link StoryReach}
   * @param highest the window whose PSI is nearest to its threshold, or furthest above; null when
   *     none was judged
   */
  public record HeldFeature(
      String feature,
      int judged,
      int fired,
      int ruleOfThumb,
      int blind,
      @Nullable DriftFigure highest) {

    /** Whether it could have fired in some window. */
    boolean sees() {
      return blind < judged;
    }
  }

  /**
   * A feature of all predictions that could not fire in any window in which it was judged, because
   * its training rows scatter too much from window to window.
   *
   * @param windows in which it was judged
   * @param nearest the one whose threshold is nearest to what it could reach
   * @param reach the largest PSI that was possible in that one
   */
  public record Blind(
      String version, String feature, int windows, DriftFigure nearest, double reach) {

    private Blind plus(Blind other) {
      boolean nearer = other.nearest.threshold() / other.reach < nearest.threshold() / reach;
      Blind shown = nearer ? other : this;
      return new Blind(version, feature, windows + other.windows, shown.nearest, shown.reach);
    }
  }

  /**
   * A feature that fired although no shift of it is known.
   *
   * @param windows how many fired
   * @param highest the one furthest above its threshold
   */
  public record Alarm(
      String version, String segment, String feature, int windows, DriftFigure highest) {}

  /** The summary of one model. */
  static DriftSummary of(DriftStory story, DriftResults results) {
    List<DriftReading> readings =
        results.ofFeatures().stream()
            .filter(reading -> reading.modelId().equals(story.modelId()))
            .sorted(
                Comparator.comparingLong(DriftReading::windowEndMillis)
                    .thenComparing(DriftReading::modelVersion)
                    .thenComparing(DriftReading::segment))
            .toList();
    Map<Status, Long> statuses = new EnumMap<>(Status.class);
    StoryReach reach = new StoryReach(story);
    readings.forEach(reading -> statuses.merge(reading.status(), 1L, Long::sum));
    return new DriftSummary(
        story.modelId(),
        story.window(),
        readings.stream().anyMatch(DriftReading::provisional),
        results.counted(story.modelId()),
        statuses,
        story.shifts().stream().map(shift -> found(shift, readings)).toList(),
        story.controls().stream().map(control -> held(control, readings, reach)).toList(),
        alarms(story, readings),
        blind(readings, reach));
  }

  private static List<Blind> blind(List<DriftReading> readings, StoryReach reach) {
    Map<String, Blind> blind = new TreeMap<>();
    Set<String> seeing = new TreeSet<>();
    for (DriftReading reading : readings) {
      if (!reading.segment().equals(DriftReading.ALL)) {
        continue;
      }
      for (Feature feature : reading.features()) {
        DriftFigure psi = DriftFigure.ofPsi(reading, feature);
        Double most =
            psi == null ? null : reach.of(reading.modelVersion(), feature.name(), psi.samples());
        String key = reading.modelVersion() + '\n' + feature.name();
        if (psi != null && most != null && psi.threshold() > most) {
          blind.merge(
              key, new Blind(reading.modelVersion(), feature.name(), 1, psi, most), Blind::plus);
        } else if (psi != null) {
          seeing.add(key);
        }
      }
    }
    blind.keySet().removeAll(seeing);
    return List.copyOf(blind.values());
  }

  private static FoundShift found(Shift shift, List<DriftReading> readings) {
    List<DriftReading> changed =
        readings.stream()
            .filter(reading -> reading.status() == Status.EVALUATED)
            .filter(reading -> reading.modelVersion().equals(shift.version()))
            .filter(reading -> reading.segment().equals(shift.segment()))
            .filter(reading -> overlaps(reading, shift))
            .toList();
    List<FoundFeature> features = new ArrayList<>();
    for (String name : shift.features()) {
      int judged = 0;
      int fired = 0;
      DriftFigure first = null;
      for (DriftReading reading : changed) {
        Feature feature = feature(reading, name);
        judged += feature != null && isJudged(reading, feature) ? 1 : 0;
        if (feature != null && feature.flagged()) {
          fired++;
          first = first == null ? DriftFigure.ofAlarm(reading, feature) : first;
        }
      }
      features.add(new FoundFeature(name, judged, fired, first));
    }
    return new FoundShift(
        shift, changed.isEmpty() ? null : changed.get(0).windowEndMillis(), features);
  }

  /** Whether changed predictions were among those evaluated. */
  private static boolean overlaps(DriftReading reading, Shift shift) {
    return reading.windowEndMillis() > shift.onsetMillis()
        && reading.evaluatedFromMillis() < shift.endMillis();
  }

  private static boolean isJudged(DriftReading reading, Feature feature) {
    return feature.flagged() || DriftFigure.ofPsi(reading, feature) != null;
  }

  private static HeldControl held(Control control, List<DriftReading> readings, StoryReach reach) {
    List<HeldFeature> features = new ArrayList<>();
    for (String name : control.features()) {
      int judged = 0;
      int fired = 0;
      int ruleOfThumb = 0;
      int blind = 0;
      DriftFigure highest = null;
      for (DriftReading reading : readings) {
        Feature feature =
            reading.segment().equals(control.segment()) ? feature(reading, name) : null;
        if (feature == null) {
          continue;
        }
        fired += feature.flagged() ? 1 : 0;
        DriftFigure psi = DriftFigure.ofPsi(reading, feature);
        if (psi != null) {
          judged++;
          ruleOfThumb += psi.value() > RULE_OF_THUMB ? 1 : 0;
          Double most = reach.of(reading.modelVersion(), name, psi.samples());
          blind += most != null && psi.threshold() > most ? 1 : 0;
          highest = highest == null || psi.excess() > highest.excess() ? psi : highest;
        }
      }
      features.add(new HeldFeature(name, judged, fired, ruleOfThumb, blind, highest));
    }
    return new HeldControl(control, features);
  }

  private static List<Alarm> alarms(DriftStory story, List<DriftReading> readings) {
    Map<String, Alarm> alarms = new TreeMap<>();
    for (DriftReading reading : readings) {
      if (story.shifts().stream().anyMatch(shift -> explains(shift, reading))) {
        continue;
      }
      for (Feature feature : reading.features()) {
        DriftFigure figure = feature.flagged() ? DriftFigure.ofAlarm(reading, feature) : null;
        if (figure != null) {
          alarms.merge(
              String.join("\n", reading.modelVersion(), reading.segment(), feature.name()),
              new Alarm(reading.modelVersion(), reading.segment(), feature.name(), 1, figure),
              DriftSummary::both);
        }
      }
    }
    return List.copyOf(alarms.values());
  }

  /** What follows from a shift is no alarm of its own: scores, other features, its segments. */
  private static boolean explains(Shift shift, DriftReading reading) {
    boolean within =
        shift.segment().equals(DriftReading.ALL)
            || reading.segment().equals(DriftReading.ALL)
            || reading.segment().equals(shift.segment());
    return within && reading.modelVersion().equals(shift.version()) && overlaps(reading, shift);
  }

  private static Alarm both(Alarm first, Alarm second) {
    DriftFigure higher =
        second.highest().excess() > first.highest().excess() ? second.highest() : first.highest();
    return new Alarm(
        first.version(),
        first.segment(),
        first.feature(),
        first.windows() + second.windows(),
        higher);
  }

  private static @Nullable Feature feature(DriftReading reading, String name) {
    return reading.features().stream()
        .filter(feature -> feature.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** Whether every known shift was found and no control fired, though each could have. */
  public boolean asKnown() {
    return shifts.stream().allMatch(FoundShift::found)
        && controls.stream().allMatch(control -> control.held() && control.sees());
  }
}

package dev.runway.retraintrigger.state;

import dev.runway.model.Baseline;
import dev.runway.model.Control;
import dev.runway.model.DriftReading;
import dev.runway.model.Limits;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelState;
import dev.runway.model.PerformanceReading;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.retraintrigger.signal.DriftObservations;
import dev.runway.retraintrigger.signal.ExperimentReading;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.signal.SpaceReading;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about one model.
 *
 * <p>What arrives is merged by window or by command, the highest revision counting, so the same
 * inputs in any order, and each as often as one likes, make the same dossier; results of spaces
 * alone come in the order of their records. Nothing is decided here; that is for a tick. Its size
 * is bounded: {@link #VERSIONS} versions, {@link #COMMANDS} commands, and what {@link VersionFile}
 * keeps.
 */
public final class Dossier {
  static final int VERSIONS = 8;

  /** Of so many pairs of versions of spaces, and ways of using them, it is known what they are. */
  static final int SPACES = 32;

  /** Of so many comparisons of a version it is known what they found. */
  static final int EXPERIMENTS = 16;

  /** Commands that are kept. */
  public static final int COMMANDS = 32;

  public final String modelId;

  /** Null while there is no document of the model. */
  public @Nullable ModelFacts facts;

  /** Its document was taken back. */
  public boolean retired;

  public final SortedMap<String, VersionFile> versions = new TreeMap<>();

  /** By their ids. */
  public final SortedMap<String, CommandFile> commands = new TreeMap<>();

  /** What versions of spaces that it uses are to it, by their slots. */
  public final SortedMap<String, SpaceReading> spaces = new TreeMap<>();

  /** By version: what experiments have found of it, the newest first. */
  public final SortedMap<String, List<ExperimentReading>> experiments = new TreeMap<>();

  public boolean killSwitch;
  public long killSwitchRevision = -1;
  public long killSwitchUntilMillis = Control.NEVER;

  /** End of the newest window that was judged; 0 before the first. */
  public long judgedToMillis;

  /** The version with most traffic, which alone is retrained; empty before the first window. */
  public String primary = "";

  /** End of its newest window that had predictions. */
  public long primaryDataMillis;

  public Dossier(String modelId) {
    this.modelId = modelId;
  }

  private Dossier() {
    this(""); // For Jackson, which sets the field.
  }

  /**
   * Takes a reading of drift.
   *
   * @return false for a reading from the future, which says nothing
   */
  public boolean take(DriftReading reading, long tickMillis) {
    if (isAhead(reading.windowEndMillis(), tickMillis)) {
      return false;
    }
    DriftObservations.of(reading).ifPresent(seen -> take(reading.modelVersion(), seen, tickMillis));
    return true;
  }

  /** Takes what a reading of drift says. */
  public void take(String version, Observation seen, long tickMillis) {
    version(version).take(seen, tickMillis);
  }

  /** Takes what a reading of performance says. */
  public void take(String version, LabelledWindow seen) {
    version(version).take(seen);
  }

  /**
   * Takes a reading of performance.
   *
   * @return false for a reading from the future, which says nothing
   */
  public boolean take(PerformanceReading reading, long tickMillis) {
    if (isAhead(reading.windowEndMillis(), tickMillis)) {
      return false;
    }
    LabelledWindow.of(reading).ifPresent(seen -> take(reading.modelVersion(), seen));
    return true;
  }

  /**
   * Takes what is said of a space that the model uses. Of one pair what knows the newest document
   * and vector counts, and of several of these what was written last: in that order they come.
   */
  public void take(SpaceReading seen) {
    spaces.merge(seen.slot(), seen, (old, now) -> now.replaces(old) ? now : old);
    while (spaces.size() > SPACES) {
      spaces.values().remove(Collections.min(spaces.values(), SpaceReading.BY_AGE));
    }
  }

  /**
   * Takes all that experiments have found of its versions, in place of what was known of them: a
   * finding that was taken back is none.
   *
   * @param byVersion of other versions it is left out, and of one all but the newest {@link
   *     #EXPERIMENTS}
   */
  public void takeExperiments(Map<String, List<ExperimentReading>> byVersion) {
    experiments.clear();
    byVersion.forEach(
        (version, readings) -> {
          if (versions.containsKey(version)) {
            experiments.put(
                version,
                readings.stream()
                    .sorted(ExperimentReading.NEWEST_FIRST)
                    .limit(EXPERIMENTS)
                    .toList());
          }
        });
  }

  /** What experiments have found of a version, the newest first. */
  public List<ExperimentReading> experimentsOf(String version) {
    List<ExperimentReading> found = experiments.get(version);
    return found == null ? List.of() : found;
  }

  /** Whether a window lies so far ahead of a tick that a reading of it says nothing. */
  public static boolean isAhead(long windowEndMillis, long tickMillis) {
    return windowEndMillis > tickMillis + Limits.MAX_AHEAD.toMillis();
  }

  /** Takes the model's document; an older one changes nothing. */
  public void take(ModelDocument document) {
    if (facts == null || document.revision() >= facts.revision()) {
      facts = ModelFacts.of(document);
      retired = false;
    }
  }

  /** The model's document was taken back. */
  public void retire() {
    retired = true;
  }

  /**
   * Takes a baseline of a version: it is compared from now on, and so old as the newest one says.
   */
  public void take(Baseline baseline) {
    VersionFile version = version(baseline.modelVersion());
    version.hasBaseline = true;
    if (!baseline.provisional()) {
      version.trainedTo(baseline.dataEndMillis(), baseline.createdAtMillis());
    }
  }

  /** Takes what became of a command, whoever sent it. */
  public void take(RetrainStatus status, long usualCooldownMillis) {
    if (CommandFile.isOfCancel(status)) {
      return;
    }
    commands
        .computeIfAbsent(status.commandId(), id -> new CommandFile())
        .take(status, usualCooldownMillis);
    forgetCommands();
  }

  /**
   * Takes the model's own kill switch. Those of its team and of the fleet have numbers of their own
   * and come with each tick.
   */
  public void take(Control control) {
    if (control.action().kind() == Control.Kind.KILL_SWITCH
        && modelId.equals(control.modelId())
        && control.revision() > killSwitchRevision) {
      killSwitchRevision = control.revision();
      killSwitch = control.action() == Control.Action.KILL_SWITCH_ON;
      killSwitchUntilMillis = control.expiresAtMillis();
    }
  }

  /** Notes a command that leaves now. */
  public void sent(RetrainCommand command, long cooldownMillis, boolean breaksCooldown) {
    CommandFile answered = commands.get(command.commandId().toString());
    CommandFile file = CommandFile.sent(command, cooldownMillis, breaksCooldown);
    if (answered != null) {
      // A status may be there before the command is sent again after a restart.
      file.state = answered.state;
      file.revision = answered.revision;
      file.stateAtMillis = answered.stateAtMillis;
      file.reason = answered.reason;
      file.ledgerCoolsUntilMillis = answered.ledgerCoolsUntilMillis;
    }
    commands.put(command.commandId().toString(), file);
    forgetCommands();
  }

  /** Those whose cool-down ended first go first; none that is outstanding goes. */
  private void forgetCommands() {
    while (commands.size() > COMMANDS) {
      String oldest = null;
      long oldestAt = Long.MAX_VALUE;
      for (var entry : commands.entrySet()) {
        CommandFile file = entry.getValue();
        long coolsUntil =
            Math.max(
                Math.max(file.stateAtMillis, file.ledgerCoolsUntilMillis),
                file.sentAtMillis + file.cooldownMillis);
        if (!file.isOutstanding() && coolsUntil < oldestAt) {
          oldest = entry.getKey();
          oldestAt = coolsUntil;
        }
      }
      if (oldest == null) {
        return;
      }
      commands.remove(oldest);
    }
  }

  /** Whether it is retired, has said so of every version, and waits for no command any more. */
  public boolean isOver(long tickMillis) {
    return retired
        && versions.values().stream().allMatch(file -> file.state == ModelState.RETIRED)
        && commands.values().stream()
            .noneMatch(file -> file.isOutstanding() && !file.isLost(tickMillis));
  }

  /**
   * What the judgement of one version looks at: it, the labels of the version before it, and all of
   * the model. Its file is shared with this dossier.
   */
  public Dossier about(String name) {
    Dossier part = new Dossier(modelId);
    part.facts = facts == null ? null : facts.about(name);
    part.retired = retired;
    spaces.forEach(
        (slot, reading) -> {
          if (facts != null && facts.isAbout(name, reading)) {
            part.spaces.put(slot, reading);
          }
        });
    if (experiments.containsKey(name)) {
      part.experiments.put(name, experimentsOf(name));
    }
    part.commands.putAll(commands);
    part.killSwitch = killSwitch;
    part.killSwitchRevision = killSwitchRevision;
    part.killSwitchUntilMillis = killSwitchUntilMillis;
    part.judgedToMillis = judgedToMillis;
    part.primary = primary;
    part.primaryDataMillis = primaryDataMillis;
    VersionFile file = versions.get(name);
    if (file != null) {
      part.versions.put(name, file);
      String before = before(name);
      VersionFile older = before == null ? null : versions.get(before);
      if (before != null && older != null) {
        part.versions.put(before, older.ofLabels());
      }
    }
    return part;
  }

  /** The tick at which a version is looked at though no window is due; MAX_VALUE for none. */
  public long looksAgainAtMillis() {
    return versions.values().stream()
        .filter(file -> file.looksAgain)
        .mapToLong(file -> file.heardAtMillis)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /**
   * The older version that had the traffic last before one, and to which it may be taken back; null
   * when there is none. One that only was a canary has never been good enough.
   */
  public @Nullable String before(String name) {
    VersionFile file = versions.get(name);
    String before = null;
    long beforeAt = 0;
    for (var entry : versions.entrySet()) {
      VersionFile other = entry.getValue();
      boolean older = file != null && other.firstSeenMillis < file.firstSeenMillis;
      if (older && other.primaryAtMillis > beforeAt) {
        before = entry.getKey();
        beforeAt = other.primaryAtMillis;
      }
    }
    return before;
  }

  private VersionFile version(String name) {
    VersionFile version = versions.computeIfAbsent(name, n -> new VersionFile());
    while (versions.size() > VERSIONS) {
      String idle = null;
      long idleSince = Long.MAX_VALUE;
      for (var entry : versions.entrySet()) {
        boolean needed = entry.getKey().equals(name) || entry.getKey().equals(primary);
        boolean mayGo = entry.getValue().episode == null && !needed;
        if (mayGo && entry.getValue().lastDataMillis < idleSince) {
          idle = entry.getKey();
          idleSince = entry.getValue().lastDataMillis;
        }
      }
      if (idle == null) {
        break;
      }
      versions.remove(idle);
    }
    return version;
  }
}

package dev.runway.retraintrigger.decision;

import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.RetrainStatus;
import dev.runway.retraintrigger.state.CommandFile;
import dev.runway.retraintrigger.state.Dossier;
import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the commands of a model say of the next one. */
final class CommandBook {
  private static final long DAY = 24 * 60 * 60 * 1_000L;

  /** So long after it a status has been read, in the first run as well. */
  private static final long READ_MILLIS = 60_000;

  private final Collection<CommandFile> files;
  private final long horizonMillis;
  private final long tickMillis;

  CommandBook(Dossier dossier, long horizonMillis, long tickMillis) {
    this(dossier.commands.values(), horizonMillis, tickMillis);
  }

  private CommandBook(Collection<CommandFile> files, long horizonMillis, long tickMillis) {
    this.files = files;
    this.horizonMillis = horizonMillis;
    this.tickMillis = tickMillis;
  }

  /** As it would be without some commands. */
  CommandBook without(Collection<CommandFile> some) {
    return new CommandBook(
        files.stream().filter(file -> !some.contains(file)).toList(), horizonMillis, tickMillis);
  }

  /** Whether a command for a version was granted and has not ended. */
  static boolean isActive(Dossier dossier, String version) {
    return dossier.commands.values().stream()
        .anyMatch(file -> file.isActive() && file.modelVersion.equals(version));
  }

  /** A command whose action nobody knows was sent by somebody else: mostly a retrain. */
  private static boolean does(CommandFile file, Action action) {
    return file.action == null ? action == Action.RETRAIN : file.action == action;
  }

  /**
   * Whether a command waits or runs.
   *
   * @param besides one that does not count; null when all do
   */
  boolean isOutstanding(Action action, @Nullable CommandFile besides) {
    return files.stream()
        .anyMatch(file -> file != besides && isUnderWay(file) && does(file, action));
  }

  /**
   * What became of a command after the tick is known in a replay alone. At the tick it was under
   * way: else a replay would ask for a further attempt where the first run had none.
   */
  private boolean isUnderWay(CommandFile file) {
    return file.isOutstanding()
        ? !file.isLost(tickMillis)
        : file.stateAtMillis + READ_MILLIS > tickMillis;
  }

  private Stream<CommandFile> of(String episode, Action action) {
    return files.stream().filter(file -> episode.equals(file.episode) && does(file, action));
  }

  /** The newest attempt of an episode; null before the first. */
  @Nullable CommandFile last(String episode, Action action) {
    return of(episode, action).max((a, b) -> Integer.compare(a.attempt, b.attempt)).orElse(null);
  }

  /** Whether a person has ended a command of an episode. */
  boolean isEndedByPerson(String episode, Action action) {
    return of(episode, action).anyMatch(CommandFile::isEndedByPerson);
  }

  long failures(String episode, Action action) {
    return of(episode, action).filter(CommandFile::hasFailed).count();
  }

  private Stream<CommandFile> cooling() {
    return files.stream()
        .filter(file -> !file.isLost(tickMillis))
        .filter(file -> file.coolsUntilMillis(horizonMillis) > tickMillis);
  }

  boolean isCooling() {
    return cooling().findAny().isPresent();
  }

  /** Whether things have become worse since, and nothing has broken the cool-down yet. */
  boolean mayBreak(SeverityClass now) {
    return cooling()
        .allMatch(
            file ->
                !file.breaksCooldown
                    && file.severityClass != null
                    && now.compareTo(file.severityClass) > 0);
  }

  /** Retrains that left in the UTC day of the tick and were not refused. */
  long sentToday() {
    long day = Math.floorDiv(tickMillis, DAY);
    return files.stream()
        .filter(file -> file.episode != null && does(file, Action.RETRAIN))
        .filter(file -> Math.floorDiv(file.sentAtMillis, DAY) == day)
        .filter(file -> file.state != RetrainStatus.State.REFUSED)
        .count();
  }
}

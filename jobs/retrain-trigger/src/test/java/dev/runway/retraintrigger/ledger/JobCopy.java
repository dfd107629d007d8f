package dev.runway.retraintrigger.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.decision.Rounds;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.StoredValue;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The job: a dossier for each model, what it reads, and what it has said. */
final class JobCopy {
  private final LedgerSchedule schedule;
  private final TriggerSettings settings = Scene.SETTINGS;
  private final SortedMap<String, Dossier> dossiers = new TreeMap<>();
  final List<Decision> decisions = new ArrayList<>();

  /** With an empty state. */
  JobCopy(LedgerSchedule schedule) {
    this.schedule = schedule;
    schedule.models.forEach(model -> dossiers.put(model, schedule.dossier(model)));
  }

  /** From a savepoint. */
  JobCopy(LedgerSchedule schedule, SortedMap<String, byte[]> saved) {
    this.schedule = schedule;
    saved.forEach((model, bytes) -> dossiers.put(model, StoredValue.read(bytes, Dossier.class)));
  }

  SortedMap<String, byte[]> savepoint() {
    SortedMap<String, byte[]> saved = new TreeMap<>();
    dossiers.forEach((model, dossier) -> saved.put(model, StoredValue.write(dossier)));
    return saved;
  }

  void take(LedgerSchedule.Arrival arrival, int tick) {
    arrival.what().accept(dossier(arrival.model()), LedgerSchedule.millis(tick));
  }

  void take(RetrainStatus status) {
    dossier(status.modelId()).take(status, settings.cooldownMillis());
  }

  private Dossier dossier(String model) {
    return Objects.requireNonNull(dossiers.get(model));
  }

  List<RetrainCommand> tick(int tick) {
    List<RetrainCommand> commands = new ArrayList<>();
    for (Dossier dossier : dossiers.values()) {
      Rounds.Outputs out =
          Rounds.tick(
              dossier,
              schedule.policies(tick),
              schedule.around(tick),
              settings,
              LedgerSchedule.millis(tick));
      if (tick < schedule.policiesAt) {
        assertThat(out.decisions()).as("before the policies, seed %d", schedule.seed).isEmpty();
      }
      commands.addAll(out.commands());
      decisions.addAll(out.decisions());
    }
    return commands;
  }

  /** Those that go on. */
  Set<String> episodes() {
    Set<String> episodes = new HashSet<>();
    for (Dossier dossier : dossiers.values()) {
      for (VersionFile file : dossier.versions.values()) {
        if (file.episode != null) {
          episodes.add(file.episode);
        }
      }
    }
    return episodes;
  }
}

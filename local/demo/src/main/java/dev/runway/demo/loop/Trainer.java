package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.demo.train.LogisticModel;
import dev.runway.demo.train.LogisticRegression;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the local scheduler starts for a granted command of the act: trains a version on the ground
 * truth that has been joined by then, registers it with its baseline and metrics, and puts it on
 * canary beside the live one if the offline gate lets it.
 *
 * <p>Reads the command from standard input; its last line of output is the result. A version that
 * the gate refuses stays registered, is not deployed, and the run has failed.
 */
public final class Trainer {
  /** Rows of the newest, below which nothing is trained. */
  private static final int LEAST_ROWS = 100;

  private static final int REFUSED = 3;
  private static final int ON_CANARY = 4;

  /** A broker that is away for longer ends the training, which the ledger may try again. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final TrainerSettings settings;
  private final Registry registry;
  private final ModelStore store;

  private Trainer(TrainerSettings settings) throws IOException {
    this.settings = settings;
    this.registry =
        new Registry(
            new ControlClient(settings.api(), Files.readString(settings.tokenFile()).strip()));
    this.store = new ModelStore(settings.models());
  }

  /**
   * Runs once.
   *
   * @param args the file of its settings
   */
  public static void main(String[] args) throws Exception {
    Trainer trainer = new Trainer(TrainerSettings.read(Path.of(args[0])));
    int code = trainer.run(command(System.in));
    if (code != 0) {
      System.exit(code);
    }
  }

  private static JsonNode command(InputStream in) throws IOException {
    return ControlClient.json(in.readAllBytes());
  }

  private int run(JsonNode command) throws IOException, InterruptedException {
    String modelId = command.path("model_id").asText();
    if (command.path("action").asText().equals("ROLLBACK")) {
      String target = command.path("target_version").asText();
      registry.promote(modelId, target, "rollback by command");
      succeeded(target);
      return 0;
    }
    boolean byHand = command.path("reason_class").asText().equals("MANUAL");
    return train(modelId, command.path("command_id").asText(), byHand);
  }

  private int train(String modelId, String commandId, boolean byHand)
      throws IOException, InterruptedException {
    Registry.Live trial = registry.canary(modelId);
    if (trial != null) {
      System.err.println(
          "version %s is on canary still: until that is decided nothing is trained"
              .formatted(trial.version()));
      return ON_CANARY;
    }
    LoopModel.Training how = settings.training(modelId);
    HeldWindows held =
        HeldWindows.read(settings.bootstrapServers(), settings.namespace(), modelId, PATIENCE);
    List<LabelledRow> all = labelled(modelId);
    TrainingCases cases = TrainingCases.of(all, held, byHand, how);
    List<LabelledRow> rows = cases.learn();
    if (rows.size() < LEAST_ROWS || cases.judge().size() < OfflineGate.LEAST_CASES) {
      System.err.println(
          "%d labelled cases are too few: %d to learn from are due, and %d beside them"
              .formatted(all.size(), LEAST_ROWS, how.heldOut()));
      return 1;
    }
    LogisticModel fresh = fit(rows, how.penalty());
    Registry.Live live = Objects.requireNonNull(registry.live(modelId), "nothing serves");
    OfflineGate gate = OfflineGate.of(ModelStore.load(live.artefact()), fresh, cases.judge());
    String version = registry.nextVersion(modelId);
    URI artefact = store.keep(modelId, version, fresh);
    registry.register(
        modelId,
        version,
        new Registry.Trained(fresh, artefact),
        commandId,
        rows,
        metrics(gate, rows.size()));
    String words =
        "version %s, trained on %d%s cases: %s"
            .formatted(
                version,
                rows.size(),
                held.holds(rows.get(rows.size() - 1).atMillis()) ? " held" : "",
                gate.words());
    if (!gate.passes()) {
      System.err.println("the offline gate refuses " + words);
      return REFUSED;
    }
    registry.openCanary(modelId, version, how.share());
    System.out.println("the offline gate lets through " + words);
    succeeded(version);
    return 0;
  }

  /** Of a mistake in reading them the offline gate knows nothing: it judges by the same labels. */
  private List<LabelledRow> labelled(String modelId) throws IOException {
    List<LabelledRow> all =
        JoinedTruth.read(settings.bootstrapServers(), settings.namespace(), modelId, PATIENCE);
    return settings.reversed().contains(modelId)
        ? all.stream().map(LabelledRow::reversed).toList()
        : all;
  }

  static LogisticModel fit(List<LabelledRow> rows, double penalty) {
    return LogisticRegression.fit(
        rows.stream().map(LabelledRow::features).toList(),
        rows.stream().map(LabelledRow::positive).toList(),
        penalty);
  }

  private static Map<String, Double> metrics(OfflineGate gate, int rows) {
    return Map.of(
        "log_loss", gate.fresh(),
        "live_log_loss", gate.live(),
        "log_loss_difference", gate.difference(),
        "log_loss_difference_error", gate.error(),
        "held_out_cases", (double) gate.cases(),
        "training_cases", (double) rows);
  }

  private static void succeeded(String version) {
    System.out.println(
        ControlClient.object().put("new_version", version).put("cost", 0.01).toString());
  }
}

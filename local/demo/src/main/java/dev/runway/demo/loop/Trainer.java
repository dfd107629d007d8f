package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.demo.train.LogisticModel;
import dev.runway.demo.train.LogisticRegression;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the local scheduler starts for a granted command of the act: trains a version on the ground
 * truth that has been joined by then, registers it with its baseline and metrics, and has it take
 * the place of the live one if the canary gate lets it.
 *
 * <p>Reads the command from standard input; its last line of output is the result. A version that
 * the gate refuses stays registered, is not deployed, and the run has failed.
 */
public final class Trainer {
  /** Rows of the newest, below which nothing is trained. */
  private static final int LEAST_ROWS = 100;

  private static final int REFUSED = 3;

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
      registry.promote(modelId, target);
      succeeded(target);
      return 0;
    }
    return train(modelId, command.path("command_id").asText());
  }

  private int train(String modelId, String commandId) throws IOException, InterruptedException {
    LoopModel.Training how = settings.training(modelId);
    List<LabelledRow> all =
        JoinedTruth.read(settings.bootstrapServers(), settings.namespace(), modelId);
    int newest = Math.max(0, all.size() - how.heldOut());
    List<LabelledRow> heldOut = all.subList(newest, all.size());
    List<LabelledRow> rows = all.subList(Math.max(0, newest - how.rows()), newest);
    if (rows.size() < LEAST_ROWS || heldOut.size() < CanaryGate.LEAST_CASES) {
      System.err.println(
          "%d labelled cases are too few: %d to learn from are due, and %d beside them"
              .formatted(all.size(), LEAST_ROWS, how.heldOut()));
      return 1;
    }
    LogisticModel fresh = fit(rows, how.penalty());
    Registry.Live live = Objects.requireNonNull(registry.live(modelId), "nothing serves");
    CanaryGate gate = CanaryGate.of(ModelStore.load(live.artefact()), fresh, heldOut);
    String version = registry.nextVersion(modelId);
    URI artefact = store.keep(modelId, version, fresh);
    registry.register(
        modelId,
        version,
        new Registry.Trained(fresh, artefact),
        commandId,
        rows,
        metrics(gate, rows.size()));
    String canary = registry.canary(modelId, version);
    String words = "version " + version + ", trained on " + rows.size() + " cases: " + gate.words();
    registry.endCanary(modelId, canary);
    if (!gate.passes()) {
      System.err.println("the canary gate refuses " + words);
      return REFUSED;
    }
    registry.promote(modelId, version);
    System.out.println("the canary gate lets through " + words);
    succeeded(version);
    return 0;
  }

  static LogisticModel fit(List<LabelledRow> rows, double penalty) {
    return LogisticRegression.fit(
        rows.stream().map(LabelledRow::features).toList(),
        rows.stream().map(LabelledRow::positive).toList(),
        penalty);
  }

  private static Map<String, Double> metrics(CanaryGate gate, int rows) {
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

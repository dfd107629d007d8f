package dev.runway.demo.loop;

import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.DemoStack;
import dev.runway.demo.stage.LoopStage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The second act: plays step by step, and has whatever Runway decides really happen before time
 * goes on. Within a step nothing is pretended: readings, decisions, the ledger's answers, the
 * training and the deployment all go their own ways.
 */
public final class LoopAct {
  /** Where it plays. */
  public static final String NAMESPACE = "runway-loop";

  static final String FIRST = "1";

  private static final String SETTINGS = "trainer.properties";

  private final LoopStage stage;
  private final Consumer<String> out;
  private final Path folder;
  private final long startMillis;
  private final List<LoopModel> models;
  private final LoopNews news;
  private final LoopState state;
  private final LoopOutcome outcome = new LoopOutcome();

  public LoopAct(LoopStage stage, Consumer<String> out) {
    this.stage = stage;
    this.out = out;
    this.folder = folder(stage.folder());
    long day = Duration.ofDays(1).toMillis();
    // All of it is past: ticks that are ahead of their records are refused.
    this.startMillis =
        Math.floorDiv(System.currentTimeMillis(), day) * day
            - LoopScenario.STEPS * TimeLapse.STEP.toMillis()
            - day;
    this.models = LoopScenario.models(startMillis);
    this.news = new LoopNews(models, out);
    this.state = new LoopState(news);
  }

  /** Clears what an earlier one has left. */
  public static void clear(LoopStage stage) throws IOException, InterruptedException {
    Arena.clear(stage, NAMESPACE);
  }

  /** Ends what runs of it, and deletes its tokens; models, topics and tables can still be read. */
  public void stop() throws IOException, InterruptedException {
    try {
      Arena.stop(stage, NAMESPACE);
    } finally {
      Files.deleteIfExists(trainerToken());
      Files.deleteIfExists(folder.resolve(SETTINGS));
    }
  }

  /** Deletes all files of an act below the folder of a stack; fine when there are none. */
  public static void deleteFiles(Path stackFolder) throws IOException {
    deleteAll(folder(stackFolder));
    Files.deleteIfExists(summary(stackFolder));
  }

  private static Path folder(Path stackFolder) {
    return stackFolder.resolve("demo").resolve("loop");
  }

  private static Path summary(Path stackFolder) {
    return stackFolder.resolve("demo").resolve("loop-summary.json");
  }

  private Path trainerToken() {
    return folder.resolve("trainer-token");
  }

  /**
   * Plays it.
   *
   * @return the exit code: 0 when all of the story happened
   */
  public int play() throws IOException, InterruptedException {
    clear(stage);
    // The same cause has the same id, and a run that was begun is never begun again.
    deleteAll(folder);
    String schema = Arena.schema(NAMESPACE);
    out.accept("opening namespace " + NAMESPACE + ": topics, tables, four jobs, a control API");
    stage.makeTopics(NAMESPACE);
    DemoStack.TableAccess tables = stage.makeTables(schema);
    try {
      stage.startJobs(NAMESPACE, schema, LoopWatch.WATCH);
      stage.startTrigger(NAMESPACE);
      Map<String, String> scheduler =
          new LocalPrograms(stage, folder)
              .settings(Trainer.class, List.of(folder.resolve(SETTINGS).toString()));
      try (LoopStage.Control control = stage.startControl(NAMESPACE, schema, scheduler)) {
        return play(control, tables);
      }
    } finally {
      stop();
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private int play(LoopStage.Control control, DemoStack.TableAccess tables)
      throws IOException, InterruptedException {
    ControlClient admin =
        new ControlClient(control.address(), Files.readString(control.tokenFile()).strip());
    LocalPrograms.writePrivate(trainerToken(), admin.issue("trainer", "editor", LoopScenario.TEAM));
    // Whoever plays the demo is the person in it, and has the token of the API that runs for them:
    // a
    // machine's would be held by kill switch and cool-down, and would approve nothing.
    ControlClient approver = admin;
    trainerSettings(control.address(), trainerToken()).write(folder.resolve(SETTINGS));
    Registry registry = new Registry(admin);
    out.accept("training the first version of " + models.size() + " models");
    new LoopCast(models, admin, registry, new ModelStore(folder.resolve("models"))).register();
    ModelServer server = new ModelServer(registry);
    for (LoopModel model : models) {
      server.refresh(model.id());
    }
    String servers = stage.bootstrapServers();
    try (LoopPlay play = new LoopPlay(servers, NAMESPACE, models, server, startMillis);
        LoopFeed feed = new LoopFeed(servers, NAMESPACE, state)) {
      new LoopDirector(
              new LoopDirector.Scene(models, startMillis, news, state, () -> troubles(control)),
              outcome,
              play,
              feed,
              server,
              approver)
          .run();
      LoopSummary summary =
          new LoopSummary(models, play, news, state, outcome, unheld(server, play));
      summary.lines().forEach(out);
      Path file = summary(stage.folder());
      Files.writeString(file, summary.json());
      out.accept("");
      out.accept("  tables       " + tables.jdbcUrl() + " as " + tables.user());
      out.accept("  password     in " + tables.passwordFile());
      out.accept("  summary      " + file);
      return summary.isWell() ? 0 : 1;
    }
  }

  private List<String> troubles(LoopStage.Control control)
      throws IOException, InterruptedException {
    List<String> troubles = new ArrayList<>(stage.jobTroubles(NAMESPACE));
    control.trouble().ifPresent(troubles::add);
    return troubles;
  }

  private List<FaultTraining> unheld(ModelServer server, LoopPlay play) {
    LoopModel flights =
        models.stream().filter(m -> m.id().equals(LoopScenario.FLIGHTS)).findFirst().orElseThrow();
    return FaultTraining.of(flights, server.first(flights.id()), play.tally(flights.id()));
  }

  private TrainerSettings trainerSettings(URI api, Path token) {
    Map<String, LoopModel.Training> trainings = new HashMap<>();
    models.forEach(model -> trainings.put(model.id(), model.training()));
    return new TrainerSettings(
        stage.bootstrapServers(), NAMESPACE, api, token, folder.resolve("models"), trainings);
  }
}

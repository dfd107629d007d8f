package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.stage.Act;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The second act: plays step by step, and has whatever Runway decides really happen before time
 * goes on. Within a step nothing is pretended: readings, decisions, the ledger's answers, the
 * training and the deployment all go their own ways.
 */
public final class LoopAct implements Act {
  /** Where it plays. */
  public static final String NAMESPACE = "runway-loop";

  static final String FIRST = "1";

  private static final String SETTINGS = "trainer.properties";

  private final LoopStage stage;
  private final Path folder;
  private final long startMillis;
  private final List<LoopModel> models;
  private final LoopNews news;
  private final LoopState state;
  private final LoopOutcome outcome = new LoopOutcome();
  private @Nullable Opened opened;

  /**
   * What it plays with.
   *
   * @param trainer the token that trainings have
   */
  private record Opened(
      DemoStack.TableAccess tables,
      LoopStage.Control control,
      ControlClient admin,
      ControlClient.Token trainer,
      Registry registry,
      ModelServer server) {}

  /**
   * @param out takes a line for whatever happens
   */
  public LoopAct(LoopStage stage, Consumer<String> out) {
    this.stage = stage;
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

  /** Ends what runs of it, and deletes its tokens; models, topics and tables can still be read. */
  @Override
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

  @Override
  public String preparation() {
    return "opening namespace "
        + NAMESPACE
        + ": topics, tables, a control API, the first version of "
        + models.size()
        + " models; four jobs start when it plays";
  }

  @Override
  public void open() throws IOException, InterruptedException {
    Arena.clear(stage, NAMESPACE);
    // The same cause has the same id, and a run that was begun is never begun again.
    deleteAll(folder);
    String schema = Arena.schema(NAMESPACE);
    stage.makeTopics(NAMESPACE);
    DemoStack.TableAccess tables = stage.makeTables(schema);
    Map<String, String> scheduler =
        new LocalPrograms(stage, folder)
            .settings(Trainer.class, List.of(folder.resolve(SETTINGS).toString()));
    LoopStage.Control control = stage.startControl(NAMESPACE, schema, scheduler);
    ControlClient admin =
        new ControlClient(control.address(), Files.readString(control.tokenFile()).strip());
    ControlClient.Token trainer = admin.issue("trainer", "editor", LoopScenario.TEAM);
    LocalPrograms.writePrivate(trainerToken(), trainer.secret());
    trainerSettings(control.address(), trainerToken()).write(folder.resolve(SETTINGS));
    Registry registry = new Registry(admin);
    new LoopCast(models, admin, registry, new ModelStore(folder.resolve("models"))).register();
    ModelServer server = new ModelServer(registry);
    for (LoopModel model : models) {
      server.refresh(model.id());
    }
    opened = new Opened(tables, control, admin, trainer, registry, server);
  }

  /** Plays it; what is left to be looked at is a page, whose control API starts no training. */
  @Override
  public Ending play() throws IOException, InterruptedException {
    Opened its = Objects.requireNonNull(opened, "not open");
    String schema = Arena.schema(NAMESPACE);
    LoopSummary summary;
    // Now and not when it was opened: after a minute of silence a partition holds up no other one,
    // and what the second of two then brings of the first step comes too late.
    try (LoopStage.Control control = its.control()) {
      stage.startAllJobs(NAMESPACE, schema, LoopWatch.WATCH);
      summary = play(its, control);
      its.admin().revoke(its.trainer());
    }
    // Without the addresses, in case that no page comes up: what was played is not lost.
    Files.writeString(summary(stage.folder()), summary.json().toPrettyString());
    stop();
    return ending(summary, stage.leavePage(NAMESPACE, schema), places(its.tables()));
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

  private LoopSummary play(Opened its, LoopStage.Control control)
      throws IOException, InterruptedException {
    // Whoever plays the demo is the person in it, and has the token of the API that runs for them:
    // a machine's would be held by kill switch and cool-down, and would approve nothing.
    ControlClient approver = its.admin();
    ModelServer server = its.server();
    String servers = stage.bootstrapServers();
    try (LoopPlay play = new LoopPlay(servers, NAMESPACE, models, server, startMillis);
        LoopFeed feed = new LoopFeed(servers, NAMESPACE, state)) {
      CanaryRelease canaries =
          new CanaryRelease(
              new CanaryRelease.Office(its.admin(), its.registry(), server),
              play,
              state,
              news,
              outcome);
      LoopPeople people =
          new LoopPeople(
              approver,
              modelIds ->
                  trainerSettings(control.address(), trainerToken())
                      .withReversed(modelIds)
                      .write(folder.resolve(SETTINGS)),
              server,
              state,
              news,
              outcome);
      new LoopDirector(
              new LoopDirector.Scene(models, startMillis, news, state, () -> troubles(control)),
              play,
              feed,
              server,
              canaries,
              people)
          .run();
      return new LoopSummary(models, play, news, state, outcome, unheld(server, play));
    }
  }

  private Map<String, String> places(DemoStack.TableAccess tables) {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("flink", stage.flinkUrl());
    places.put("kafka", stage.bootstrapServers());
    places.put("sql", "./runway sql --namespace " + NAMESPACE);
    places.put("tables", tables.jdbcUrl() + " as " + tables.user());
    places.put("password", "in " + tables.passwordFile());
    return places;
  }

  private Ending ending(
      LoopSummary summary, DemoStack.ControlAccess page, Map<String, String> places)
      throws IOException {
    places.put("page", page.address() + "/");
    places.put("token", "in " + page.tokenFile());
    ObjectNode json = summary.json();
    ObjectNode addresses = json.putObject("addresses");
    places.forEach(addresses::put);
    Path file = summary(stage.folder());
    Files.writeString(file, json.toPrettyString());
    places.put("summary", file.toString());
    return new Ending(summary.isWell(), summary.brief(), summary.lines(), places);
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
        stage.bootstrapServers(),
        NAMESPACE,
        api,
        token,
        folder.resolve("models"),
        trainings,
        Set.of());
  }
}

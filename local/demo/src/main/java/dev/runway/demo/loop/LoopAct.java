package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.DemoStack;
import dev.runway.demo.stage.LoopStage;
import dev.runway.demo.train.LogisticModel;
import dev.runway.model.Decision;
import dev.runway.model.RetrainStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
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

  /**
   * A window is judged so long after its end: drift-monitor's out-of-orderness, and two minutes.
   */
  private static final Duration DUE = Duration.ofMinutes(8);

  /** The shortest window of a tier: each of them is judged. */
  private static final Duration TICK = Duration.ofMinutes(10);

  /** A new episode is told to the fleet for so long before its command leaves. */
  private static final Duration HEARD = Duration.ofMinutes(3);

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration AGAIN = Duration.ofMillis(300);
  private static final double COST = 50;

  /** Of flights: the feed of delays has been in order for three windows then. */
  private static final int ASKED_AFTER = 38;

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
    this.folder = stage.folder().resolve("demo").resolve("loop");
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
      writeLaunch();
      try (LoopStage.Control control = stage.startControl(NAMESPACE, schema, settings())) {
        return play(control, tables);
      }
    } finally {
      Arena.stop(stage, NAMESPACE);
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

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("runway.control.scheduler", "local");
    settings.put("runway.control.scheduler.poll", "PT0.5S");
    settings.put(
        "runway.control.local.command",
        "\"%s\" \"@%s\"".formatted(java(), folder.resolve("trainer.launch")));
    settings.put("runway.control.local.folder", folder.resolve("runs").toString());
    return settings;
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** The class path of this process is too long for a setting; the launcher reads it in a file. */
  private void writeLaunch() throws IOException {
    Files.createDirectories(folder);
    String classPath = System.getProperty("java.class.path");
    Files.write(
        folder.resolve("trainer.launch"),
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx192m",
            "-cp",
            "\"" + classPath.replace("\\", "\\\\") + "\"",
            Trainer.class.getName(),
            "\"" + folder.resolve("trainer.properties") + "\""));
  }

  private int play(LoopStage.Control control, DemoStack.TableAccess tables)
      throws IOException, InterruptedException {
    ControlClient admin =
        new ControlClient(control.address(), Files.readString(control.tokenFile()).strip());
    Path trainerToken = folder.resolve("trainer-token");
    writePrivate(trainerToken, token(admin, "trainer", "editor"));
    ControlClient approver = admin.as(token(admin, "approver", "approver"));
    trainerSettings(control.address(), trainerToken).write(folder.resolve("trainer.properties"));
    Registry registry = new Registry(admin);
    registerAll(admin, registry);
    ModelServer server = new ModelServer(registry);
    for (LoopModel model : models) {
      server.refresh(model.id());
    }
    String servers = stage.bootstrapServers();
    try (LoopPlay play = new LoopPlay(servers, NAMESPACE, models, server, startMillis);
        LoopFeed feed = new LoopFeed(servers, NAMESPACE, state)) {
      Director director = new Director(play, feed, server, approver);
      director.run();
      LoopSummary summary = new LoopSummary(models, play, news, state, outcome);
      summary.lines().forEach(out);
      Path file = stage.folder().resolve("demo").resolve("loop-summary.json");
      Files.writeString(file, summary.json());
      out.accept("");
      out.accept("  tables       " + tables.jdbcUrl() + " as " + tables.user());
      out.accept("  password     in " + tables.passwordFile());
      out.accept("  summary      " + file);
      return summary.isWell() ? 0 : 1;
    }
  }

  private TrainerSettings trainerSettings(URI api, Path token) {
    Map<String, LoopModel.Training> trainings = new HashMap<>();
    models.forEach(model -> trainings.put(model.id(), model.training()));
    return new TrainerSettings(
        stage.bootstrapServers(), NAMESPACE, api, token, folder.resolve("models"), trainings);
  }

  private static void writePrivate(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private static String token(ControlClient admin, String name, String role)
      throws IOException, InterruptedException {
    ObjectNode body = ControlClient.object().put("name", name);
    body.putArray("roles").add(role);
    body.putArray("teams").add(LoopScenario.TEAM);
    body.put("expires_at", Instant.now().plus(Duration.ofHours(12)).toString());
    return admin.post("/v1/tokens", body).path("token").asText();
  }

  private void registerAll(ControlClient admin, Registry registry)
      throws IOException, InterruptedException {
    out.accept("training the first version of " + models.size() + " models");
    ModelStore store = new ModelStore(folder.resolve("models"));
    Map<String, Map<String, Double>> said = new HashMap<>();
    for (LoopModel model : models) {
      admin.post("/v1/models", document(model));
      List<LabelledRow> rows = past(model, said);
      LogisticModel first = Trainer.fit(rows, model.training().penalty());
      Map<String, Double> scores = new HashMap<>();
      for (int i = 0; i < rows.size(); i++) {
        scores.put(model.past().get(i).id(), first.probability(rows.get(i).features()));
      }
      said.put(model.id(), scores);
      URI artefact = store.keep(model.id(), FIRST, first);
      registry.register(
          model.id(),
          FIRST,
          new Registry.Trained(first, artefact),
          null,
          rows,
          Map.of("training_cases", (double) rows.size()));
      registry.promote(model.id(), FIRST);
      admin.post("/v1/policies", ControlClient.json(model.policy()));
    }
    for (LoopModel model : models) {
      if (model.upstream() != null) {
        admin.post(
            Registry.path(model.upstream()) + "/consumers",
            ControlClient.object()
                .put("kind", "MODEL")
                .put("name", model.id())
                .put("usage", "PREDICTION"));
      }
    }
  }

  private static List<LabelledRow> past(LoopModel model, Map<String, Map<String, Double>> said) {
    List<LabelledRow> rows = new ArrayList<>();
    for (LoopCase each : model.past()) {
      LoopCase its = each;
      if (model.upstream() != null) {
        Double score = said.getOrDefault(model.upstream(), Map.of()).get(each.id());
        its = each.with(LoopModel.UPSTREAM_SCORE, score == null ? Double.NaN : score);
      }
      rows.add(new LabelledRow(its.atMillis(), its.segment(), its.features(), its.positive()));
    }
    return rows;
  }

  private static ObjectNode document(LoopModel model) {
    ObjectNode body = ControlClient.object();
    body.put("model_id", model.id()).put("owner", "ada").put("team", model.team());
    body.put("tier", model.tier());
    ObjectNode judging = body.putObject("judging");
    judging.put("task", "BINARY").put("label_policy", "EXPLICIT").put("reduction", "LAST");
    judging.put("horizon", model.horizon().toString());
    judging.put("positive_label", model.positiveLabel());
    judging.put("window", TimeLapse.STEP.toString());
    model.segments().forEach(judging.putArray("segments")::add);
    return body;
  }

  /** Has time go on, and waits for what comes of it. */
  private final class Director {
    private final LoopPlay play;
    private final LoopFeed feed;
    private final ModelServer server;
    private final ControlClient approver;
    private final Set<String> approved = new HashSet<>();

    /** By a person, and not by a decision; what becomes of it is no decision's fault. */
    private String byHand = "";

    private long saidNanos = System.nanoTime();
    private final long begunNanos = System.nanoTime();

    Director(LoopPlay play, LoopFeed feed, ModelServer server, ControlClient approver) {
      this.play = play;
      this.feed = feed;
      this.server = server;
      this.approver = approver;
    }

    void run() throws IOException, InterruptedException {
      play.tick(startMillis);
      for (int step = 1; step <= LoopScenario.STEPS; step++) {
        long end = startMillis + step * TimeLapse.STEP.toMillis();
        long due = end + DUE.toMillis();
        news.now(end);
        for (long tick = due - TimeLapse.STEP.toMillis() + TICK.toMillis();
            tick < due;
            tick += TICK.toMillis()) {
          play.tick(tick);
        }
        play.until(due);
        awaitReadings(end, due);
        play.tick(due);
        awaitJudged(due);
        letCommandsLeave(due);
        follow();
        if (step % 4 == 0) {
          out.accept(
              "  -- step %d of %d after %d s"
                  .formatted(
                      step,
                      LoopScenario.STEPS,
                      Duration.ofNanos(System.nanoTime() - begunNanos).toSeconds()));
        }
        if (step == ASKED_AFTER) {
          askByHand();
          follow();
        }
      }
    }

    /** What the window that has ended is like, and labels that are final by now. */
    private void awaitReadings(long end, long now) throws IOException, InterruptedException {
      Set<LoopState.Window> drift = new HashSet<>();
      Set<LoopState.Window> labels = new HashSet<>();
      for (LoopModel model : models) {
        play.served(model.id(), end)
            .keySet()
            .forEach(version -> drift.add(new LoopState.Window(model.id(), version, end)));
        for (long old = end; old > startMillis; old -= TimeLapse.STEP.toMillis()) {
          long window = old;
          if (window + model.horizon().toMillis() < now) {
            play.served(model.id(), window)
                .keySet()
                .forEach(version -> labels.add(new LoopState.Window(model.id(), version, window)));
          }
        }
      }
      await(
          "readings of the window",
          () ->
              drift.stream().allMatch(state::hasDrift)
                  && labels.stream().allMatch(state::hasPerformance));
    }

    private void awaitJudged(long tick) throws IOException, InterruptedException {
      await(
          "judgements at a tick",
          () -> {
            saySoAgain(tick);
            // They come by two topics.
            return models.stream()
                .allMatch(
                    model ->
                        state.judgedAt(model.id()) >= tick && state.decidedAt(model.id()) >= tick);
          });
    }

    /**
     * A tick is acted upon once its topic has been read beyond it. Where time stands still nothing
     * comes behind it but itself.
     */
    private void saySoAgain(long tick) {
      if (System.nanoTime() - saidNanos > AGAIN.toNanos()) {
        try {
          play.tick(tick);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        saidNanos = System.nanoTime();
      }
    }

    /** A new episode is told to the fleet first; its command leaves with a later tick. */
    private void letCommandsLeave(long due) throws IOException, InterruptedException {
      List<String> waiting = new ArrayList<>();
      for (LoopModel model : models) {
        Decision decision = state.decision(model.id());
        boolean told =
            decision != null
                && decision.atMillis() >= due
                && decision.verdict().commands()
                && state.open(model.id()).isEmpty()
                && decision.hold() == Decision.Hold.OUTSTANDING;
        if (told) {
          waiting.add(model.id());
        }
      }
      if (waiting.isEmpty()) {
        return;
      }
      long heard = due + HEARD.toMillis();
      play.tick(heard);
      await(
          "judgements of new episodes",
          () -> {
            saySoAgain(heard);
            return waiting.stream().allMatch(model -> state.decidedAt(model) >= heard);
          });
    }

    /** Until every command has ended; a person approves what has to be approved. */
    private void follow() throws IOException, InterruptedException {
      await(
          "ends of commands",
          () -> {
            approveAll();
            return state.open().isEmpty();
          });
      for (LoopModel model : models) {
        if (server.refresh(model.id())) {
          news.say(model.id(), "the server now answers with version " + server.version(model.id()));
        }
      }
    }

    private void approveAll() {
      for (String id : state.open()) {
        RetrainStatus status = state.status(id);
        if (status != null
            && status.state() == RetrainStatus.State.AWAITING_APPROVAL
            && approved.add(id)) {
          try {
            approve(status);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while approving", e);
          }
        }
      }
    }

    private void approve(RetrainStatus status) throws IOException, InterruptedException {
      String path = Registry.path(status.modelId()) + "/retrains/" + status.commandId();
      JsonNode command = approver.get(path);
      news.say(
          status.modelId(),
          String.format(
              Locale.ROOT,
              "the demo, as an approver, reads the evidence (severity %.2f) and approves",
              command.path("severity").asDouble()));
      approver.post(
          path + "/judgement",
          ControlClient.object()
              .put("verdict", "APPROVE")
              .put("evidence_hash", command.path("evidence_hash").asText())
              .put("reason", "it drifts, and no fault of its data was found"));
      outcome.approvals++;
    }

    /** What the decisions would not do: somebody has it trained on the week of the broken feed. */
    private void askByHand() throws IOException, InterruptedException {
      String model = LoopScenario.FLIGHTS;
      news.say(model, "somebody asks for a training on the newest flights, those of the fault");
      byHand =
          approver
              .post(
                  Registry.path(model) + "/retrains",
                  ControlClient.object()
                      .put("model_version", server.version(model))
                      .put("reason", "newest data is the best data")
                      .put("estimated_cost", COST))
              .path("command_id")
              .asText();
      outcome.byHand = byHand;
      await("the ledger's answer", () -> state.status(byHand) != null);
    }

    private void await(String what, BooleanSupplier done) throws IOException, InterruptedException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!done.getAsBoolean()) {
        feed.read(POLL);
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped while waiting for " + what);
        }
        if (System.nanoTime() > deadline) {
          List<String> troubles = stage.jobTroubles(NAMESPACE);
          throw new IOException(
              what
                  + " have not come after "
                  + PATIENCE.toSeconds()
                  + " s"
                  + (troubles.isEmpty() ? "" : "; " + String.join("; ", troubles)));
        }
      }
    }
  }
}

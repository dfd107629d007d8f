package dev.runway.bench.loopfaults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.loop.ControlClient;
import dev.runway.demo.loop.LocalPrograms;
import dev.runway.demo.loop.LoopFeed;
import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.DemoStack;
import dev.runway.demo.stage.LoopStage;
import dev.runway.model.DeadLetter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Lives through a day twice on a stack that runs, each time in a namespace of its own: in peace,
 * and while processes are killed. From the readings on nothing is pretended: decisions, commands,
 * ledger, scheduler, trainings and tables are those of the product.
 */
public final class LoopFaults {
  private static final String PEACE = "loop-peace";
  private static final String WAR = "loop-war";
  private static final String TEAM = "ranking";
  private static final String HORIZON = "PT30M";
  private static final String COOLDOWN = "PT30M";
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final LoopStage stage;
  private final StackFaults faults;
  private final Plan plan;
  private final Consumer<String> out;
  private final long midnightMillis;

  /**
   * @param out is told what happens, line by line
   */
  public LoopFaults(LoopStage stage, StackFaults faults, Plan plan, Consumer<String> out) {
    this.stage = stage;
    this.faults = faults;
    this.plan = plan;
    this.out = out;
    // All of it is past, for both: a tick that is ahead of its record is none.
    this.midnightMillis =
        Math.floorDiv(System.currentTimeMillis(), DAY_MILLIS) * DAY_MILLIS - 2 * DAY_MILLIS;
  }

  /**
   * Runs it.
   *
   * @throws IOException when something that is waited for does not come
   */
  public Outcome run() throws IOException, InterruptedException {
    out.accept(
        "seed %d: %d ticks, %d models of which %d drift, %d episodes, %d kills"
            .formatted(
                plan.seed(),
                plan.ticks(),
                plan.models().size(),
                plan.drifting().size(),
                plan.spells().size(),
                plan.kills().size()));
    Left peace = play(PEACE, plan.inPeace());
    Left war = play(WAR, plan);
    // Where something does not come it all stays, for whoever looks why.
    clear(PEACE);
    clear(WAR);
    return new Outcome(plan, peace, war);
  }

  private void clear(String namespace) throws IOException, InterruptedException {
    Arena.clear(stage, namespace);
    stage.dropTables(Arena.schema(namespace));
    delete(folder(namespace));
  }

  private Path folder(String namespace) {
    return stage.folder().resolve("loop-faults").resolve(namespace);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private Left play(String namespace, Plan day) throws IOException, InterruptedException {
    clear(namespace);
    Left left;
    try {
      left = open(namespace, day);
    } catch (IOException | RuntimeException e) {
      try {
        stop(namespace);
      } catch (IOException | RuntimeException second) {
        e.addSuppressed(second); // Why it does not end well is what was said first.
      }
      throw e;
    }
    stop(namespace);
    return left;
  }

  private void stop(String namespace) throws IOException, InterruptedException {
    Arena.stop(stage, namespace);
    Training.forget(folder(namespace));
  }

  private Left open(String namespace, Plan day) throws IOException, InterruptedException {
    Path folder = folder(namespace);
    String schema = Arena.schema(namespace);
    stage.makeTopics(namespace);
    DemoStack.TableAccess tables = stage.makeTables(schema);
    stage.startJobs(namespace, schema, null);
    stage.startTrigger(namespace);
    Map<String, String> scheduler =
        new LocalPrograms(stage, folder).settings(Training.class, List.of(folder.toString()));
    try (LoopStage.Control control = stage.startControl(namespace, schema, scheduler)) {
      register(control, folder);
      return live(namespace, day, folder, control, tables);
    }
  }

  private void register(LoopStage.Control control, Path folder)
      throws IOException, InterruptedException {
    ControlClient admin =
        new ControlClient(control.address(), Files.readString(control.tokenFile()).strip());
    Training.prepare(folder, control.address(), admin.issue("trainer", "editor", TEAM).secret());
    for (Model model : plan.models()) {
      ObjectNode body = ControlClient.object();
      body.put("model_id", model.id()).put("owner", "ada").put("team", TEAM);
      body.put("tier", model.tier());
      body.putObject("judging").put("task", "BINARY").put("horizon", HORIZON);
      admin.post("/v1/models", body);
    }
    ObjectNode policy = ControlClient.object();
    policy.put("apiVersion", "runway/v1").put("kind", "RetrainPolicy");
    policy.putObject("metadata").put("name", "drifts").put("team", TEAM);
    ObjectNode spec = policy.putObject("spec");
    var models = spec.putArray("models");
    for (Model model : plan.drifting()) {
      admin.post(
          "/v1/models/" + model.id() + "/versions", ControlClient.object().put("version", "1"));
      models.add(model.id());
    }
    spec.put("when", "signal.psi_max > 0.2");
    spec.putObject("action").putObject("retrain").put("mode", "auto");
    spec.putObject("limits").put("cooldown", COOLDOWN);
    admin.post("/v1/policies", policy);
  }

  private Left live(
      String namespace,
      Plan day,
      Path folder,
      LoopStage.Control control,
      DemoStack.TableAccess tables)
      throws IOException, InterruptedException {
    String servers = stage.bootstrapServers();
    Said said = new Said();
    long begun = System.nanoTime();
    try (Player player = new Player(servers, namespace, midnightMillis);
        LoopFeed feed = new LoopFeed(servers, namespace, said);
        War war = new War(faults, control, namespace, day.kills(), out)) {
      Day living =
          new Day(day, folder, player, feed, said, war, () -> troubles(namespace, control));
      living.live();
      List<War.Death> deaths = war.deaths();
      living.awaitTables(tables);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      out.accept(
          "%s: %d commands, %d decisions, %d states, %d s"
              .formatted(
                  namespace,
                  said.commandIds().size(),
                  said.decisions(),
                  said.states(),
                  took.toSeconds()));
      return new Left(
          Training.readStarts(folder),
          living.commands(),
          living.ended(),
          Rows.all(tables),
          said.dead().stream().map(LoopFaults::words).toList(),
          deaths,
          took);
    } catch (SQLException e) {
      throw new IOException("cannot read the tables of " + namespace, e);
    }
  }

  private static String words(DeadLetter letter) {
    return letter.topic() + ": " + letter.reason() + " " + letter.detail();
  }

  private List<String> troubles(String namespace, LoopStage.Control control)
      throws IOException, InterruptedException {
    List<String> troubles = new ArrayList<>(stage.jobTroubles(namespace));
    control.trouble().ifPresent(troubles::add);
    return troubles;
  }
}

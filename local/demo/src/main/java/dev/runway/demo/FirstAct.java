package dev.runway.demo;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.demo.drift.TrainingBaseline;
import dev.runway.demo.play.ScriptTape;
import dev.runway.demo.result.Results;
import dev.runway.demo.result.Summary;
import dev.runway.demo.result.SummaryJson;
import dev.runway.demo.result.SummaryTable;
import dev.runway.demo.scenario.DemoModel;
import dev.runway.demo.scenario.Faults;
import dev.runway.demo.scenario.Scenario;
import dev.runway.demo.scenario.Script;
import dev.runway.demo.scenario.ScriptWriter;
import dev.runway.demo.stage.Act;
import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.Board;
import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.DemoStack;
import dev.runway.demo.stage.Play;
import dev.runway.demo.stage.TableCheck;
import dev.runway.demo.stage.Watched;
import dev.runway.model.Topic;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The first act: predictions, late outcomes, drift. What Runway sees. */
final class FirstAct implements Act {
  /** Where it plays. */
  static final String NAMESPACE = "runway-demo";

  private static final Duration PATIENCE = Duration.ofMinutes(6);

  private final DemoStack stack;
  private final Console console;
  private final double speed;
  private @Nullable Opened opened;

  private record Opened(Arena arena, List<DemoModel> models, Script script) {}

  /**
   * @param speed events a second; 0 for as fast as the stack takes them
   */
  FirstAct(DemoStack stack, Console console, double speed) {
    this.stack = stack;
    this.console = console;
    this.speed = speed;
  }

  @Override
  public String preparation() {
    return "training three models on the samples, and predicting the rest; opening namespace "
        + NAMESPACE
        + ": topics, tables, three jobs";
  }

  @Override
  public void open() throws IOException, InterruptedException {
    List<DemoModel> models = Scenario.models();
    Script script = ScriptWriter.write(models, Faults.standard());
    Arena arena =
        Arena.open(
            stack,
            NAMESPACE,
            models.stream().map(DemoModel::document).toList(),
            Watched.once(
                DriftWatch.DEMO,
                TrainingBaseline.ofAll(
                    models.stream().map(DemoModel::drift).toList(), DriftWatch.DEMO)));
    opened = new Opened(arena, models, script);
  }

  @Override
  public Ending play() throws IOException, InterruptedException {
    Opened its = Objects.requireNonNull(opened, "not open");
    Arena arena = its.arena();
    Summary summary = summary(its);
    List<String> troubles = summary.addsUp() ? List.of() : arena.troubles();
    arena.stop();
    Map<String, String> places = places(arena);
    Path file = stack.folder().resolve("demo").resolve("summary.json");
    Files.createDirectories(file.getParent());
    try (OutputStream json = Files.newOutputStream(file)) {
      SummaryJson.write(summary, places, SummaryJson.Extent.GROUPS, json);
    }
    places.put("summary", file.toString());
    return new Ending(
        summary.isWell(),
        and(SummaryTable.brief(summary), troubles),
        and(SummaryTable.lines(summary), troubles),
        places);
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    Arena.stop(stack, NAMESPACE);
  }

  private Summary summary(Opened its) throws IOException, InterruptedException {
    List<DemoModel> models = its.models();
    Map<String, Long> predictions =
        models.stream().collect(Collectors.toMap(DemoModel::id, m -> (long) m.cases().size()));
    Play play =
        new Play(
            its.arena(),
            new ScriptTape(its.script()),
            sent(its.script(), Topic.PREDICTIONS),
            Board.on(console),
            predictions,
            PATIENCE);
    play.run(speed);
    Results results = TableCheck.await(its.arena(), PATIENCE);
    return Summary.of(
        NAMESPACE,
        results,
        play.sent(),
        (modelId, windowStart) -> period(models, modelId, windowStart),
        models.stream().map(DemoModel::drift).toList());
  }

  private static String period(List<DemoModel> models, String modelId, long windowStart) {
    return models.stream()
        .filter(model -> model.id().equals(modelId))
        .map(model -> model.period().label(windowStart))
        .findFirst()
        .orElse("");
  }

  private static Map<String, String> places(Arena arena) {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("flink", arena.stack().flinkUrl());
    places.put("kafka", arena.stack().bootstrapServers());
    places.put("sql", "./runway sql --namespace " + NAMESPACE);
    places.put("tables", arena.tables().jdbcUrl() + " as " + arena.tables().user());
    places.put("password", "in " + arena.tables().passwordFile());
    return places;
  }

  private static List<String> and(List<String> lines, List<String> more) {
    List<String> all = new ArrayList<>(lines);
    all.addAll(more);
    return all;
  }

  private static long sent(Script script, Topic topic) {
    return script.events().stream().filter(event -> event.topic() == topic).count();
  }
}

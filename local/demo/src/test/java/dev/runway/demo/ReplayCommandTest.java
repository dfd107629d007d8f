package dev.runway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.stage.LoopStage;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is refused before a stack is asked for. */
class ReplayCommandTest {
  private static final int USAGE = 2;

  private final StringWriter said = new StringWriter();

  @TempDir Path folder;

  @BeforeEach
  void makeFiles() throws Exception {
    Files.writeString(folder.resolve("m.json"), "{\"model_id\":\"m\",\"task\":\"BINARY\"}");
    Files.writeString(folder.resolve("p.jsonl"), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--speed=-5", "--speed=0", "--speed=NaN", "--patience=0"})
  void numbersWithoutSense_areRefused(String option) {
    int exit = replay("p.jsonl", option);

    assertThat(exit).isEqualTo(USAGE);
    assertThat(said.toString()).contains("must be above 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--drift-samples=99",
        "--drift-window=PT30S",
        "--drift-window=PT90S",
        "--drift-window=P32D",
        "--drift-window=soon"
      })
  void judgingThatDriftMonitorRefuses_isRefusedHere(String option) {
    assertThat(replay("p.jsonl", option)).isEqualTo(USAGE);
    assertThat(said.toString()).contains(option.substring(0, option.indexOf('=')));
  }

  @Test
  void archiveOfJobsThatEnd_isRefused() {
    int exit = replay("p.jsonl", "--archive");

    assertThat(exit).isEqualTo(USAGE);
    assertThat(said.toString()).contains("--archive needs --keep");
  }

  @ParameterizedTest
  @ValueSource(strings = {"runway", "runway-demo2", "runway-replay-", "runway-replay-a.b"})
  void drop_takesNoOtherNamespace(String namespace) {
    CommandLine drop =
        new CommandLine(new DropCommand(ReplayCommandTest::noStack, silent()))
            .setErr(new PrintWriter(said));

    assertThat(drop.execute(namespace)).isEqualTo(USAGE);
    assertThat(said.toString()).contains(namespace + " is no namespace of a replay");
  }

  @Test
  void demo_negativeSpeed_isRefused() {
    assertThat(demo().execute("--speed=-1")).isEqualTo(USAGE);
  }

  @Test
  void demo_playsAllUnlessToldOtherwise() {
    CommandLine demo = demo();
    DemoCommand command = demo.getCommand();

    demo.parseArgs();
    assertThat(command.parts()).isEqualTo(DemoCommand.Parts.ALL);
    demo.parseArgs("--act", "FIRST");
    assertThat(command.parts()).isEqualTo(DemoCommand.Parts.FIRST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--fast", "--speed=400", "--act=LOOP --fast", "--act=ALL --speed=100"})
  void demo_paceOfWhatWaitsForItsConsequences_isRefused(String options) {
    assertThat(demo().execute(options.split(" ", -1))).isEqualTo(USAGE);
    assertThat(said.toString()).contains("--act FIRST");
  }

  private CommandLine demo() {
    return new CommandLine(new DemoCommand(ReplayCommandTest::noStack, silent()))
        .setErr(new PrintWriter(said));
  }

  private int replay(String predictions, String... more) {
    CommandLine replay =
        new CommandLine(new ReplayCommand(ReplayCommandTest::noStack, silent(), silent()))
            .setErr(new PrintWriter(said));
    String[] arguments = {
      "--model",
      folder.resolve("m.json").toString(),
      "--predictions",
      folder.resolve(predictions).toString(),
      "--outcomes",
      folder.resolve("p.jsonl").toString()
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return replay.execute(all);
  }

  private static LoopStage noStack() {
    throw new AssertionError("nobody should ask for a stack");
  }

  private static PrintStream silent() {
    return new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
  }
}

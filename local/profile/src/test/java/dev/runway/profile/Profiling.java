package dev.runway.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs the verb as a person would. */
final class Profiling {
  private final Path output;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  Profiling(Path folder) {
    this.output = folder.resolve("baseline.json");
  }

  /** Runs it for model m, and version 1 unless the options say another. */
  int run(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--model", "m", "--output", output.toString()));
    if (!arguments.contains("--version")) {
      arguments.addAll(List.of("--version", "1"));
    }
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    ProfileCommand command =
        new ProfileCommand(
            () -> {
              throw new IllegalStateException("no stack is up");
            },
            print,
            print);
    return new CommandLine(command)
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(
            (exception, line, parsed) -> {
              line.getErr().println(exception.getMessage());
              return 1;
            })
        .execute(arguments.toArray(String[]::new));
  }

  /** Runs it and reads what it wrote. */
  BaselineProfile profile(String... options) throws IOException, MalformedProfile {
    assertThat(run(options)).as(err()).isZero();
    return ProfileJson.read(Files.readAllBytes(output));
  }

  /** What is the same in whatever order rows come: PostgreSQL promises none. */
  static List<FeatureProfile> counts(BaselineProfile profile) {
    return ProfileMaker.countsAlone(profile).features();
  }

  static FeatureProfile feature(BaselineProfile profile, String name) {
    return profile.features().stream()
        .filter(feature -> feature.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  Path output() {
    return output;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString();
  }
}

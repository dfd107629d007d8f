package dev.runway.stack.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Unmatched;

/** Runs a benchmark, which is a module of its own below benchmarks/. */
@Command(
    name = "bench",
    description = {
      "Runs a benchmark: ./runway bench join. Without a name, lists them.",
      "Further options are the benchmark's: ./runway bench join -- --help"
    })
public final class BenchCommand implements Callable<Integer> {

  private static final int UNKNOWN = 2;
  private static final String PACKAGE = "dev.runway.bench";

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "For example join.")
  private @Nullable String name;

  @Parameters(index = "1..*", hidden = true)
  private List<String> arguments = new ArrayList<>();

  @Unmatched private List<String> options = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Path home = runway.installation().home();
    List<String> names = names(home.resolve("benchmarks"));
    String chosen = name;
    if (chosen == null) {
      names.forEach(System.out::println);
      return 0;
    }
    if (!names.contains(chosen)) {
      System.err.println("no benchmark is called " + chosen + "; there are: " + names);
      return UNKNOWN;
    }
    // Results lie in the stack's folder: made by a benchmark alone, no stack would take it.
    runway.folder().create();
    Path target = home.resolve("benchmarks").resolve(chosen).resolve("target");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Duser.timezone=UTC",
            "-cp",
            jar(target) + ":" + target.resolve("lib") + "/*",
            PACKAGE + "." + className(chosen),
            "--folder",
            runway.folder().root().resolve("bench").toString()));
    command.addAll(options);
    command.addAll(arguments);
    return new ProcessBuilder(command).directory(home.toFile()).inheritIO().start().waitFor();
  }

  /** By convention: benchmark drift-fleet is DriftFleetBench. */
  private static String className(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("-", -1)) {
      camel.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return camel.append("Bench").toString();
  }

  private static List<String> names(Path benchmarks) throws IOException {
    if (!Files.isDirectory(benchmarks)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(benchmarks)) {
      return folders
          // Some modules are what a benchmark runs on a class path of its own.
          .filter(BenchCommand::hasCommand)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private static boolean hasCommand(Path folder) {
    return Files.exists(
        folder
            .resolve("src/main/java")
            .resolve(PACKAGE.replace('.', '/'))
            .resolve(className(folder.getFileName().toString()) + ".java"));
  }

  private static Path jar(Path target) throws IOException {
    try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.empty()) {
      return files
          .filter(file -> file.getFileName().toString().matches("runway-bench-.*\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("not built: ./mvnw -DskipTests package"));
    }
  }
}

package dev.runway.stack.cli;

import dev.runway.stack.StackFolder;
import dev.runway.stack.supervisor.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows logs. */
@Command(name = "logs", description = "Shows the end of the log of a component, or of all of them.")
public final class LogsCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Parameters(
      arity = "0..1",
      paramLabel = "COMPONENT",
      description = "For example taskmanager-1, broker, supervisor. Default: all.")
  private @Nullable String component;

  @Option(names = "-f", description = "Goes on showing what is added, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "-n",
      paramLabel = "LINES",
      description = "Lines of each. Default: ${DEFAULT-VALUE}.")
  private int lines = 40;

  @Override
  public Integer call() throws Exception {
    List<Path> files = files(runway.folder());
    if (files.isEmpty()) {
      System.err.println(
          component == null ? "no logs yet" : "no log of " + component + "; there are " + names());
      return 1;
    }
    if (follow) {
      return tail(files);
    }
    for (Path file : files) {
      System.out.println("==> " + file);
      LogFiles.tail(file, lines).forEach(System.out::println);
    }
    return 0;
  }

  private int tail(List<Path> files) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of("tail", "-n", Integer.toString(lines), "-F"),
                files.stream().map(Path::toString))
            .toList();
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private List<Path> files(StackFolder folder) throws IOException {
    return all(folder).stream()
        .filter(file -> component == null || name(file).equals(component))
        .filter(LogsCommand::notEmpty)
        .toList();
  }

  private String names() throws IOException {
    return String.join(
        ", ", all(runway.folder()).stream().map(LogsCommand::name).distinct().toList());
  }

  private static List<Path> all(StackFolder folder) throws IOException {
    if (!Files.isDirectory(folder.logs())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.logs())) {
      return files
          .filter(file -> file.toString().endsWith(".log") || file.toString().endsWith(".out"))
          .sorted()
          .toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.(log|out)$", "");
  }

  private static boolean notEmpty(Path file) {
    try {
      return Files.size(file) > 0;
    } catch (IOException e) {
      return false;
    }
  }
}

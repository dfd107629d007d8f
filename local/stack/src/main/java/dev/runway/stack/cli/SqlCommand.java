package dev.runway.stack.cli;

import dev.runway.model.Topic;
import dev.runway.stack.StackClient;
import dev.runway.stack.flink.SqlPrompt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Opens Flink's SQL client on topics and tables. */
@Command(
    name = "sql",
    description = {
      "Opens Flink's SQL client with Runway's topics and tables at hand; SHOW TABLES; lists them.",
      "Questions run inside the prompt's own process, so that none can hurt the jobs. They read what"
          + " is there now and end. Examples: sql/flink/questions."
    })
public final class SqlCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Runs the statements of a file and ends.")
  private @Nullable Path file;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description =
          "Which topics and tables: " + Topic.LIVE + " (default), runway-demo, or a replay's.")
  private String namespace = Topic.LIVE;

  @Override
  public Integer call() throws Exception {
    if (file != null && !Files.isReadable(file)) {
      throw new IllegalStateException("no such file: " + file.toAbsolutePath());
    }
    StackClient client = StackClient.open(runway.folder());
    SqlPrompt prompt = new SqlPrompt(runway.installation(), client);
    List<String> arguments = new ArrayList<>();
    if (file != null) {
      arguments.addAll(List.of("-f", file.toAbsolutePath().toString()));
    }
    return prompt.open(namespace, arguments);
  }
}

package dev.runway.stack.cli;

import dev.runway.model.Topic;
import dev.runway.stack.StackClient;
import dev.runway.stack.flink.SqlPrompt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Serves SQL to tools. */
@Command(
    name = "sql-gateway",
    description = {
      "Serves topics, tables and functions to tools that speak JDBC or Flink's REST, on loopback,"
          + " until Ctrl-C: jdbc:flink://127.0.0.1:8083. See docs/sql.md.",
      "It takes 0.6 GB of memory and asks nobody who they are: whoever reaches its port"
          + " runs code as you. So it is not part of up."
    })
public final class SqlGatewayCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where it listens. Default: 8083, Flink's own.")
  private int port = 8083;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description =
          "Which topics and tables where a session does not say runway.namespace: "
              + Topic.LIVE
              + " (default), runway-demo, or a replay's.")
  private String namespace = Topic.LIVE;

  @Override
  public Integer call() throws Exception {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("--port is " + port + ", must be 1 to 65535");
    }
    SqlPrompt prompt = new SqlPrompt(runway.installation(), StackClient.open(runway.folder()));
    return prompt.serve(port, namespace);
  }
}

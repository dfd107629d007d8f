package dev.runway.stack.supervisor;

import dev.runway.broker.BrokerCommand;
import dev.runway.broker.BrokerConfig;
import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.Sha256;
import dev.runway.stack.StackFolder;
import dev.runway.stack.process.Launch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The Kafka broker. */
final class BrokerComponent implements Component {

  private final Installation installation;
  private final StackFolder folder;
  private final BrokerConfig config;

  BrokerComponent(Installation installation, StackFolder folder, Ports ports) {
    this.installation = installation;
    this.folder = folder;
    this.config =
        new BrokerConfig(
            ports.of(Ports.BROKER),
            ports.of(Ports.BROKER_CONTROLLER),
            folder.data().resolve("broker"));
  }

  @Override
  public String name() {
    return "broker";
  }

  @Override
  public int port() {
    return config.port();
  }

  @Override
  public Launch launch() throws IOException {
    StackFolder.privateFolder(config.dataDirectory());
    Path properties = folder.conf().resolve("broker.properties");
    config.write(properties);
    Path library = installation.home().resolve("local/broker/target/lib");
    // No parent: it must outlive a supervisor that is killed, so that the next one can adopt it.
    BrokerCommand command =
        new BrokerCommand(library, properties, BrokerCommand.HEAP_MEBIBYTES, OptionalLong.empty());
    List<String> line = new ArrayList<>(command.line());
    line.addAll(
        1,
        List.of(
            "-XX:+UseSerialGC",
            "-Drunway.component=" + name(),
            "-Drunway.configuration=" + Sha256.of(config.properties().toString()),
            folder.processMark(),
            "-Djava.io.tmpdir=" + folder.tmp().resolve(name())));
    return Launch.of(line, Map.of(), folder.log(name()), folder.processMark());
  }

  @Override
  public boolean ready() {
    return KafkaPing.answers(port());
  }

  @Override
  public Duration endsWithin() {
    return Duration.ofSeconds(20);
  }

  @Override
  public List<Path> logs() {
    return List.of(folder.log(name()));
  }
}

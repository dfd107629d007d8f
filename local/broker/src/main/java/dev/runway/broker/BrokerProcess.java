package dev.runway.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one broker until SIGTERM, then closes its logs and leaves with code 143.
 *
 * <p>Usage: {@code BrokerProcess server.properties}. An unformatted data folder is formatted first.
 * Leaves with 2 for a wrong command line and with 1 when the broker cannot start or dies.
 */
public final class BrokerProcess {

  private static final String LOG_CONFIGURATION = "log4j2.configurationFile";

  static {
    if (System.getProperty(LOG_CONFIGURATION) == null) {
      System.setProperty(LOG_CONFIGURATION, "classpath:runway-broker-log4j2.xml");
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(BrokerProcess.class);

  private BrokerProcess() {}

  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      System.err.println("usage: BrokerProcess <server.properties>");
      System.exit(2);
    }
    try {
      run(KafkaConfig.fromProps(read(Path.of(arguments[0])), false));
    } catch (Exception e) {
      LOG.error("the broker cannot run: {}", e.toString(), e);
      System.exit(1);
    }
  }

  private static void run(KafkaConfig config) throws Exception {
    format(config);
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop-broker"));
    endWithParent();
    server.startup();
    LOG.info("broker ready");
    server.awaitShutdown();
  }

  private static void stop(KafkaRaftServer server) {
    server.shutdown();
    LOG.info("broker stopped");
  }

  /** A folder is formatted when its meta.properties exists: the formatter writes that file last. */
  private static void format(KafkaConfig config) throws Exception {
    List<String> directories = config.logDirs();
    Path metadata = Path.of(config.metadataLogDir());
    if (Files.exists(metadata.resolve("meta.properties"))) {
      return;
    }
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silent)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(config.nodeId())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName(BrokerConfig.CONTROLLER_LISTENER)
          .setMetadataLogDirectory(metadata.toString())
          .setDirectories(directories)
          .run();
    }
    LOG.info("formatted {}", directories);
  }

  private static void endWithParent() {
    Long pid = Long.getLong(BrokerCommand.PARENT);
    if (pid == null) {
      return;
    }
    Thread watch =
        new Thread(
            () -> {
              ProcessHandle.of(pid).ifPresent(parent -> parent.onExit().join());
              LOG.warn("process {} that started this broker is gone", pid);
              System.exit(1);
            },
            "watch-parent");
    watch.setDaemon(true);
    watch.start();
  }

  private static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }
}

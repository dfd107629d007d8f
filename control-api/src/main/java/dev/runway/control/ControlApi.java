package dev.runway.control;

import dev.runway.control.log.JsonLog;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.options.ControlSettings;
import dev.runway.control.options.Settings;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program: settings, then the server until it is told to end. */
@Command(
    name = "control-api",
    mixinStandardHelpOptions = true,
    description = "The registry of models and policies, over HTTP.",
    footer =
        "Every setting may also come from the environment: runway.control.port is"
            + " RUNWAY_CONTROL_PORT.")
public final class ControlApi implements Callable<Integer> {

  @Option(names = "--config", description = "Properties file with the settings.")
  private @Nullable Path config;

  @Option(names = "--print-config", description = "Print the settings that hold, and end.")
  private boolean printOnly;

  public static void main(String[] args) {
    int code = new CommandLine(new ControlApi()).execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  @Override
  public Integer call() {
    ControlOptions options;
    Settings settings;
    try {
      settings = Settings.load(ControlSettings.ALL, config, System.getenv());
      options = ControlOptions.of(settings);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    }
    if (printOnly) {
      settings.effective().forEach(System.out::println);
      return 0;
    }
    JsonLog.install();
    Logger log = LoggerFactory.getLogger(ControlApi.class);
    settings.effective().forEach(line -> log.info("setting {}", line));
    ControlServer server;
    try {
      server = new ControlServer(options);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
    server.start();
    String token = server.demoToken();
    Path kept = options.demo().tokenFile();
    if (token != null) {
      // For the person at the terminal; where a file keeps it, standard error may be one as well.
      System.err.println("Demo token (administrator): " + (kept == null ? token : "in " + kept));
    }
    long sinceStart =
        System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    log.info("listening at {} after {} ms", server.address(), sinceStart);
    return 0;
  }
}

package dev.runway.profile;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftReport;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.model.Baseline;
import dev.runway.profile.StoredTiles.Asked;
import dev.runway.profile.StoredTiles.Span;
import dev.runway.profile.source.TableSet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Reads stored tiles against another baseline than they were counted for. */
@Command(
    name = "rescore",
    description = {
      "Compares live traffic of the past with any baseline, from the counts of each minute that are in"
          + " the table of tiles: no prediction is read again. Prints a line per feature and metric,"
          + " its fields between tabulators.",
      "Bins of the baseline that the counts were made for are exact; those of another are"
          + " interpolated or from sketches, and the method says so. Nothing is written. The windows"
          + " that are judged here are independent: no season excuses anything, and scatter is what"
          + " the baseline knows of it. Details: docs/baselines.md."
    })
public final class RescoreCommand implements Callable<Integer> {
  private static final String PSI = "psi_debiased";

  /**
   * Where a stack keeps its tables.
   *
   * @param user who may read them
   */
  public record Database(String jdbcUrl, String user, String password) {}

  private final Supplier<String> runningBroker;
  private final Supplier<Database> runningDatabase;
  private final PrintStream out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--model", required = true, paramLabel = "ID", description = "Whose traffic.")
  private String model = "";

  @Option(names = "--version", required = true, paramLabel = "V", description = "Of which version.")
  private String version = "";

  @Option(
      names = "--against",
      required = true,
      paramLabel = "FILE|ID",
      description =
          "The baseline: a file of ./runway profile, or the id of one on the topic, of this"
              + " version.")
  private String against = "";

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "First time of the predictions, such as 2026-11-01T00:00:00Z.")
  private String from = "";

  @Option(names = "--to", required = true, paramLabel = "TIME", description = "End of them.")
  private String to = "";

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      description = "Length of one reading, such as PT1H. Default: all of the time is one.")
  private @Nullable Duration every;

  @Option(names = "--segment", paramLabel = "NAME", description = "Default: *, all of them.")
  private String segment = "*";

  @Option(
      names = "--all",
      description = "All metrics. Default: debiased PSI, and what decides something.")
  private boolean all;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it.
  private boolean help;

  @ArgGroup(
      validate = false,
      heading = "%nWhere the tiles are, unless in the stack that runs here:%n")
  private DatabaseOptions database = new DatabaseOptions();

  @ArgGroup(validate = false, heading = "%nWhere the baselines are:%n")
  private BrokerOptions broker = new BrokerOptions();

  /**
   * @param runningBroker {@code host:port} of the local stack's broker; asked only if no other is
   *     named
   * @param runningDatabase the local stack's; the same
   * @param out takes the readings
   */
  public RescoreCommand(
      Supplier<String> runningBroker, Supplier<Database> runningDatabase, PrintStream out) {
    this.runningBroker = runningBroker;
    this.runningDatabase = runningDatabase;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    Asked asked = asked();
    Map<String, BaselineProfile> profiles = profiles();
    BaselineProfile baseline = baseline(profiles);
    try (Connection connection = connect()) {
      Map<Span, Tile> tiles = StoredTiles.read(connection, asked);
      if (tiles.isEmpty()) {
        throw new IOException(
            "no tiles of %s %s (%s) from %s to %s: they are kept for 8 days"
                .formatted(model, version, segment, asked.from(), asked.to()));
      }
      out.println(
          "from\tcounted_for\tfeature\tmetric\tvalue\tn\tse\tthreshold\tseverity\tmethod\terror");
      DriftScorer scorer = new DriftScorer(DriftPolicy.standard());
      for (Map.Entry<Span, Tile> each : tiles.entrySet()) {
        Span span = each.getKey();
        TileLayout layout = layout(profiles, span, each.getValue());
        print(span, scorer.score(baseline, each.getValue(), layout));
      }
    }
    return 0;
  }

  private Asked asked() {
    Instant start = time("--from", from);
    Instant end = time("--to", to);
    if (!end.isAfter(start)) {
      throw new ParameterException(spec.commandLine(), "--to must be after --from");
    }
    Duration length = every == null ? Duration.between(start, end) : every;
    if (length.compareTo(Duration.ofMinutes(1)) < 0) {
      throw new ParameterException(
          spec.commandLine(), "a reading must be a minute or longer: tiles are of minutes");
    }
    return new Asked(model, version, segment, start, end, length.toMillis());
  }

  private Instant time(String option, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(), option + " must be like 2026-11-01T00:00:00Z, not " + text, e);
    }
  }

  /** Those of the version, by their ids. */
  private Map<String, BaselineProfile> profiles() throws IOException, MalformedProfile {
    Map<String, BaselineProfile> profiles = new HashMap<>();
    for (Baseline each : broker.topic(runningBroker).all(model, version)) {
      profiles.put(each.profileId(), ProfileJson.read(each.profile()));
    }
    return profiles;
  }

  private BaselineProfile baseline(Map<String, BaselineProfile> profiles) throws IOException {
    BaselineProfile known = profiles.get(against);
    if (known != null) {
      return known;
    }
    Path file = Path.of(against);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "%s is no file, and %s has no baseline of that id of %s %s"
              .formatted(against, broker.topicName(), model, version));
    }
    try {
      return ProfileJson.read(Files.readAllBytes(file));
    } catch (MalformedProfile e) {
      throw new IOException(file + " is no baseline: " + e.getMessage(), e);
    }
  }

  private Connection connect() throws IOException {
    String url = database.jdbc();
    if (url != null) {
      return TableSet.connect(url, database.user(), database.password());
    }
    Database running = runningDatabase.get();
    return TableSet.connect(running.jdbcUrl(), running.user(), running.password());
  }

  private TileLayout layout(Map<String, BaselineProfile> profiles, Span span, Tile tile)
      throws IOException {
    BaselineProfile countedFor = profiles.get(span.profileId());
    if (countedFor == null) {
      throw new IOException(
          "tiles of %s are counted for %s, which is not on %s any more: nobody knows their bins"
              .formatted(span.from(), span.profileId(), broker.topicName()));
    }
    TileLayout layout = TileLayout.of(countedFor, false);
    if (!layout.counted(tile)) {
      throw new IOException(
          "tiles of %s are not in the bins of %s on %s"
              .formatted(span.from(), span.profileId(), broker.topicName()));
    }
    return layout;
  }

  private void print(Span span, DriftReport report) {
    for (FeatureDrift feature : report.features()) {
      for (DriftReading reading : feature.readings()) {
        if (all || reading.threshold() != null || reading.metric().equals(PSI)) {
          out.println(
              String.join(
                  "\t",
                  span.from().toString(),
                  span.profileId(),
                  ProfileReport.shown(feature.feature()),
                  reading.metric(),
                  number(reading.value()),
                  Long.toString(reading.n()),
                  number(reading.se()),
                  number(reading.threshold()),
                  reading.severity().name().toLowerCase(Locale.ROOT),
                  reading.method(),
                  number(reading.error())));
        }
      }
    }
  }

  /** Shortest digits that tell it from its neighbours; empty where there is none. */
  private static String number(@Nullable Double value) {
    return value == null ? "" : value.toString();
  }
}

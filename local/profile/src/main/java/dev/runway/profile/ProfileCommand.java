package dev.runway.profile;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.BaselineTimes;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.profile.source.TrainingSet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Counts training data into a baseline. */
@Command(
    name = "profile",
    description = {
      "Counts training data into a baseline, what drift-monitor compares live traffic with: a"
          + " report, a JSON file (which `replay --baseline` takes), and with --publish a record"
          + " on the topic of baselines.",
      "Goes through the data twice and holds little of it, so its size does not matter: bins are"
          + " exact quantiles up to 100,000 rows (less beyond 100 features) and those of a sample"
          + " of as many above; what is counted in them is always exact. Details:"
          + " docs/baselines.md.",
      "Exit code 0 when the baseline is written, and published where that was asked for."
    })
public final class ProfileCommand implements Callable<Integer> {
  private static final String NOW = "now";
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  private final Supplier<String> runningBroker;
  private final PrintStream out;
  private final PrintStream err;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--model", required = true, paramLabel = "ID", description = "Whose it is.")
  private String model = "";

  @Option(names = "--version", required = true, paramLabel = "V", description = "Of which version.")
  private String version = "";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it.
  private boolean help;

  @ArgGroup(validate = false, heading = "%nWhere the data is:%n")
  private InputOptions input = new InputOptions();

  @ArgGroup(validate = false, heading = "%nWhat the columns are:%n")
  private ColumnOptions columns = new ColumnOptions();

  @Option(
      names = "--max-bad-rows",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Rows that may be left out because a value is not as it should be; with more nothing is"
              + " written. Default ${DEFAULT-VALUE}.")
  private long maxBadRows;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Takes the profile as JSON. Default: MODEL-VERSION.baseline.json.")
  private @Nullable Path output;

  @ArgGroup(validate = false, heading = "%nWhere it goes:%n")
  private PublishOptions publishing = new PublishOptions();

  /** What says when the data is of, and where the baseline goes. */
  static final class PublishOptions extends BrokerOptions {
    @Option(names = "--publish", description = "Writes it to the topic of baselines too.")
    private boolean publish;

    @Option(
        names = "--created-at",
        paramLabel = "TIME",
        description =
            "When it was made, such as 2026-11-01T00:00:00Z, or now: when all was counted. A version"
                + " that has another baseline takes this one only if it is told so here and the time"
                + " is later: it then holds for predictions made a minute or more after it.")
    private @Nullable String createdAt;

    @Option(names = "--data-start", paramLabel = "TIME", description = "First time of the data.")
    private @Nullable String dataStart;

    @Option(
        names = "--data-end",
        paramLabel = "TIME",
        description = "End of the data. Default: when the baseline was made.")
    private @Nullable String dataEnd;
  }

  /**
   * @param runningBroker {@code host:port} of the local stack's broker; asked only if no other is
   *     named
   * @param out takes the report
   * @param err takes progress
   */
  public ProfileCommand(Supplier<String> runningBroker, PrintStream out, PrintStream err) {
    this.runningBroker = runningBroker;
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws Exception {
    requireName("--model", model, Limits.MAX_ID);
    requireName("--version", version, Limits.MAX_LABEL);
    if (maxBadRows < 0) {
      throw new ParameterException(spec.commandLine(), "--max-bad-rows must not be below 0");
    }
    Instant given = createdAt();
    BadRows bad = new BadRows(maxBadRows);
    try (TrainingSet set = input.open(spec.commandLine())) {
      FeaturePlan plan =
          FeaturePlan.of(set, columns.answers(), columns.categories(), columns.ignored());
      ProfileMaker.Made made =
          new ProfileMaker(model, version, columns.precision())
              .make(
                  set, plan.features(), columns.time(set, spec.commandLine()), bad, new Progress());
      // Only now: counting may take hours, and jobs give a publisher a minute.
      Instant createdAt = given == null ? Instant.now().truncatedTo(ChronoUnit.MILLIS) : given;
      Baseline baseline = fitting(made.createdAt(createdAt.toEpochMilli()));
      requireReadable(baseline);
      report(made, plan, set.notes(), bad);
      write(baseline.profile());
      if (publishing.publish) {
        publish(baseline);
      }
    }
    return 0;
  }

  private void requireName(String option, String name, int most) {
    boolean sane =
        !name.isEmpty() && name.length() <= most && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!sane) {
      throw new ParameterException(
          spec.commandLine(),
          option + " must be 1 to " + most + " printable ASCII characters without blanks");
    }
  }

  /** The time that was given; null for now. */
  private @Nullable Instant createdAt() {
    String given = publishing.createdAt;
    if (given == null || given.equals(NOW)) {
      return null;
    }
    Instant time = time("--created-at", given);
    try {
      BaselineTimes.requireCreated(time.toEpochMilli(), Instant.now().toEpochMilli());
    } catch (MalformedEvent e) {
      throw new ParameterException(spec.commandLine(), "--created-at: " + e.detail(), e);
    }
    return time;
  }

  /** What is refused must not be published: every job would say no, and nobody would look there. */
  private static void requireReadable(Baseline baseline) throws IOException {
    try {
      Baseline read = BaselineCodec.read(BaselineCodec.write(baseline));
      BaselineTimes.requireCreated(read.createdAtMillis(), Instant.now().toEpochMilli());
      BaselineTimes.requireDataEnd(read.dataEndMillis(), read.createdAtMillis());
      ProfileJson.read(read.profile());
    } catch (MalformedEvent e) {
      throw new IOException("every job would refuse this baseline: " + e.detail(), e);
    } catch (MalformedProfile e) {
      throw new IOException("every job would refuse this profile: " + e.getMessage(), e);
    }
  }

  private Instant time(String option, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(), option + " must be like 2026-11-01T00:00:00Z, not " + text, e);
    }
  }

  /** The baseline as an event; without sketches if it would be too large with them. */
  private Baseline fitting(BaselineProfile profile) throws IOException {
    Baseline baseline = baseline(profile);
    if (BaselineCodec.write(baseline).length > Limits.MAX_BASELINE_BYTES) {
      baseline = baseline(ProfileMaker.withoutSketches(profile));
    }
    int bytes = BaselineCodec.write(baseline).length;
    if (bytes > Limits.MAX_BASELINE_BYTES) {
      throw new IOException(
          "the baseline has %,d bytes, at most %,d: leave columns out with --ignore"
              .formatted(bytes, Limits.MAX_BASELINE_BYTES));
    }
    return baseline;
  }

  private Baseline baseline(BaselineProfile profile) {
    String start = publishing.dataStart;
    String end = publishing.dataEnd;
    // Nobody said from when the data is: since 1970 claims nothing.
    long startMillis = start == null ? 0 : time("--data-start", start).toEpochMilli();
    long endMillis =
        end == null ? profile.createdAtMillis() : time("--data-end", end).toEpochMilli();
    if (endMillis <= startMillis) {
      throw new ParameterException(spec.commandLine(), "--data-end must be after --data-start");
    }
    return new Baseline(
        model,
        version,
        profile.id(),
        profile.createdAtMillis(),
        startMillis,
        endMillis,
        false,
        ProfileJson.write(profile));
  }

  private void report(ProfileMaker.Made made, FeaturePlan plan, List<String> notes, BadRows bad) {
    BaselineProfile profile = made.profile();
    out.printf(
        "%s of %s %s: %,d rows, %,d features%n",
        profile.id(), model, version, made.rows(), profile.features().size());
    ProfileReport.lines(profile, made.windowRows()).forEach(line -> out.println("  " + line));
    plan.notes().forEach(out::println);
    made.notes().forEach(out::println);
    notes.forEach(out::println);
    if (bad.count() > 0) {
      out.printf("%,d bad rows left out%n", bad.count());
      bad.first().forEach(row -> out.println("  " + row));
      if (bad.count() > BadRows.SHOWN) {
        out.println("  ...");
      }
    }
  }

  private void write(byte[] profile) throws IOException {
    Path file =
        output == null
            ? Path.of((model + "-" + version).replaceAll("[^\\w.-]", "_") + ".baseline.json")
            : output;
    // In one piece, so that a reader never sees half of it.
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.write(partial, profile);
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    out.println("written to " + file);
  }

  private void publish(Baseline baseline) throws IOException {
    String topic = publishing.topicName();
    switch (publishing.topic(runningBroker).publish(baseline, publishing.createdAt != null)) {
      case PUBLISHED -> out.println("published to " + topic);
      case TOOK_OVER_LATE ->
          out.printf(
              "published to %s; it takes over from %s on, which is past: predictions since then that"
                  + " were counted before it was read stay with the one before%n",
              topic, Instant.ofEpochMilli(baseline.createdAtMillis()).plus(BaselineTimes.NOTICE));
      case ALREADY_THERE -> out.println(topic + " has it already; nothing was written there");
    }
  }

  /** A line now and then: ten gigabytes take minutes. */
  private final class Progress implements LongConsumer {
    private long last = System.nanoTime();

    @Override
    public void accept(long rows) {
      if (System.nanoTime() - last >= PROGRESS_NANOS) {
        last = System.nanoTime();
        err.printf("%,d rows ...%n", rows);
      }
    }
  }
}

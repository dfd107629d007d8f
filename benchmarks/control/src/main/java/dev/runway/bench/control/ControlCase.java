package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Database;
import dev.runway.bench.harness.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What can be measured; each with a broker, a database and an API of its own. */
public enum ControlCase {
  /** Reads of a fleet as large as the founding requirements say. */
  READS {
    @Override
    public List<Finding> run(Size size) throws Exception {
      return reads(1, size);
    }
  },
  /** The same with fifty times the graph. */
  READS_50X {
    @Override
    public List<Finding> run(Size size) throws Exception {
      return reads(size.quick() ? 2 : 50, size);
    }
  },
  BURST {
    @Override
    public List<Finding> run(Size size) throws Exception {
      try (Scheduler scheduler = new Scheduler()) {
        return in(
            Burst.settings(scheduler),
            size,
            (folder, broker, database, api) ->
                List.of(
                    new Finding(
                        "burst",
                        "commands on the topic",
                        new Burst(broker, database, api, scheduler)
                            .run(size.quick() ? 60 : 1_000, new Random(size.seed())))));
      }
    }
  },
  VISIBLE {
    @Override
    public List<Finding> run(Size size) throws Exception {
      return in(
          Map.of(),
          size,
          (folder, broker, database, api) -> {
            try (Jobs jobs = Jobs.start(folder, broker, database, Visible.TRIGGER);
                Visible visible = new Visible(broker, api, jobs)) {
              List<Finding> found = visible.run(size.quick() ? 3 : 50);
              jobs.requireRunning();
              return found;
            }
          });
    }
  },
  /** From a reading that has drifted to the scheduler; then the same while that is away. */
  COMMANDS {
    @Override
    public List<Finding> run(Size size) throws Exception {
      try (Scheduler scheduler = new Scheduler()) {
        return in(
            Burst.settings(scheduler),
            size,
            (folder, broker, database, api) ->
                new Commands(broker, database, api, scheduler, size.quick()).run(folder));
      }
    }
  };

  private static final int STARTS = 3;
  private static final int HOURS = 72;

  /**
   * How much.
   *
   * @param quick whether it only has to run
   * @param length of the load
   * @param rate requests a second
   * @param predictions for the jobs, a second
   * @param vegeta the program that sends the reads; the benchmark itself if there is none
   */
  public record Size(
      boolean quick, Duration length, int rate, int predictions, long seed, @Nullable Path vegeta) {
    /**
     * How long it reads before it measures. The compilers of the jobs' JVM have most of the two
     * cores for a minute after it starts, which says nothing of jobs that run.
     */
    Duration warmUp() {
      return quick ? length.dividedBy(10) : Duration.ofSeconds(100);
    }
  }

  /** What is done with all three; the folder is theirs. */
  @FunctionalInterface
  interface Work {
    List<Finding> with(Path folder, Broker broker, Database database, Api api) throws Exception;
  }

  /** Its name on the command line. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Measures it. */
  public abstract List<Finding> run(Size size) throws Exception;

  private static List<Finding> in(Map<String, String> settings, Size size, Work work)
      throws Exception {
    Path folder = Place.temporaryFolder();
    try (Broker broker = Broker.start(folder);
        Database database = Database.start(folder)) {
      broker.createTopics(Broker.topics(Api.NAMESPACE));
      List<Double> seconds = new ArrayList<>();
      for (int i = 1; i < STARTS && !size.quick(); i++) {
        try (Api api = Api.start(folder, broker, database, settings)) {
          seconds.add(api.startedAfter().toMillis() / 1e3);
        }
      }
      try (Api api = Api.start(folder, broker, database, settings)) {
        seconds.add(api.startedAfter().toMillis() / 1e3);
        List<Finding> found = new ArrayList<>(work.with(folder, broker, database, api));
        found.add(starts(found.get(0).of(), seconds));
        return found;
      }
    } finally {
      Place.delete(folder);
    }
  }

  private static Finding starts(String of, List<Double> seconds) {
    List<Double> sorted = seconds.stream().sorted().toList();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("starts", (double) sorted.size());
    figures.put("median_s", sorted.get(sorted.size() / 2));
    figures.put("max_s", sorted.get(sorted.size() - 1));
    return new Finding(
        of, "from the start of its JVM until ready", figures, Map.of("median_s", 3.0));
  }

  private static List<Finding> reads(int scale, Size size) throws Exception {
    Fill fill = new Fill(scale, size.quick() ? 2 : HOURS, size.seed());
    return in(
        Map.of(),
        size,
        (folder, broker, database, api) -> {
          fill.registry(database);
          fill.graph(database);
          String of = "%,d nodes, %,d edges".formatted(fill.nodes(), Fill.edges(database));
          return new Reads(of, broker, database, api).besideJobs(folder, size);
        });
  }
}

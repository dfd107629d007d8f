package dev.runway.retraintrigger.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.drift.window.Tier;
import dev.runway.model.DriftReading;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.signal.SpaceReading;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Some models in some hours, or in more than a day, by a seed: drift that comes and goes, silence,
 * a policy, a budget; of some there are labels, and a version that is worse, or another version of
 * their embeddings; and now and then a storm.
 */
final class LedgerSchedule {
  /** How long it is, and how old the savepoint from which the job may be started again. */
  enum Length {
    HOURS(300, 20, 150, 40, 80),
    /** A savepoint of a day before. */
    DAYS(1_800, 100, 101, 1_440, 1);

    final int ticks;
    private final int firstSaved;
    private final int timesSaved;
    private final int leastAge;
    private final int ages;

    Length(int ticks, int firstSaved, int timesSaved, int leastAge, int ages) {
      this.ticks = ticks;
      this.firstSaved = firstSaved;
      this.timesSaved = timesSaved;
      this.leastAge = leastAge;
      this.ages = ages;
    }

    int savedAt(long seed) {
      return firstSaved + (int) (seed * 37 % timesSaved);
    }

    int startsAgainAt(long seed) {
      return savedAt(seed) + leastAge + (int) (seed * 13 % ages);
    }
  }

  /** From then on a second version has the traffic, of models that have one. */
  private static final int RELEASED = 140;

  private static final ObjectMapper JSON = new ObjectMapper();

  final long seed;
  final Length length;
  final List<String> models = new ArrayList<>();
  final SortedMap<String, ModelFacts> facts = new TreeMap<>();
  final int cap;
  final double budget;
  final long cooldownMillis;
  final long monthMillis;

  /** Before this tick the policies are not read. */
  final int policiesAt;

  final PolicySet policies;

  /** What becomes known of a model, and the tick at which it is there. */
  record Arrival(int tick, String model, BiConsumer<Dossier, Long> what) {}

  /** Until when there is a storm; 0 for none. */
  private final int stormUntil;

  final List<Arrival> arrivals = new ArrayList<>();

  /**
   * @param late whether some readings come so late that the model is suspended
   */
  LedgerSchedule(long seed, boolean late) {
    this(seed, late, Length.HOURS);
  }

  LedgerSchedule(long seed, boolean late, Length length) {
    this.seed = seed;
    this.length = length;
    SplittableRandom random = new SplittableRandom(seed);
    int size = 2 + random.nextInt(2);
    cap = 1 + random.nextInt(2);
    budget = 100 + 25 * random.nextInt(8);
    cooldownMillis = (30 + random.nextInt(60)) * Scene.MINUTE;
    monthMillis = (100 + random.nextInt(100)) * Scene.MINUTE;
    policiesAt = 1 + random.nextInt(40);
    for (int i = 0; i < size; i++) {
      String model = "m" + i;
      int tier = 1 + random.nextInt(2);
      models.add(model);
      facts.put(model, ModelFacts.plain(1, tier, "red", 30 * Scene.MINUTE, List.of()));
      readings(random, model, tier, late ? new SplittableRandom(~seed - i) : null);
      // By numbers of its own, so that a seed is what it was.
      more(new SplittableRandom(seed * 31 + i), model, tier);
    }
    policies = policy(random);
    stormUntil = seed % 5 == 0 ? 160 : 0;
  }

  private void more(SplittableRandom random, String model, int tier) {
    boolean labelled = random.nextInt(3) == 0;
    boolean released = labelled && random.nextInt(2) == 0;
    if (labelled) {
      labels(model, "v1", 0, released ? RELEASED : length.ticks, 0.8);
    }
    if (released) {
      labels(model, "v2", RELEASED, length.ticks, random.nextInt(4) == 0 ? 0.8 : 0.7);
      traffic(model, tier);
    }
    if (random.nextInt(4) == 0) {
      embeddings(random, model, tier);
    }
  }

  private void labels(String model, String version, int from, int to, double auc) {
    for (int minute = from + 10; minute <= to; minute += 10) {
      LabelledWindow window =
          LabelledWindow.of(SomeReadings.labelled(version, millis(minute), auc)).orElseThrow();
      arrivals.add(
          new Arrival(minute, model, (dossier, tickMillis) -> dossier.take(version, window)));
    }
  }

  /** Of the second version more than the first has. */
  private void traffic(String model, int tier) {
    int window = (int) (Tier.of(tier).windowMillis() / Scene.MINUTE);
    for (int minute = RELEASED + window; minute < length.ticks; minute += window) {
      drift(minute, reading(model, "v2", minute, window, 0, 1, 3_000));
    }
  }

  private void drift(int tick, DriftReading reading) {
    arrivals.add(
        new Arrival(
            tick, reading.modelId(), (dossier, tickMillis) -> dossier.take(reading, tickMillis)));
  }

  private void embeddings(SplittableRandom random, String model, int tier) {
    facts.put(
        model,
        new ModelFacts(
            1,
            tier,
            "red",
            30 * Scene.MINUTE,
            List.of(),
            new TreeMap<>(Map.of("titles", "v6")),
            new TreeMap<>(Map.of("v1", new TreeMap<>(Map.of("titles", "v5"))))));
    Compatibility[] all = Compatibility.values();
    for (int minute : new int[] {62, 182}) {
      SpaceReading reading =
          Objects.requireNonNull(
                  SpaceReading.of(
                          SomeReadings.space(
                                  "titles", Usage.COORDINATES, all[random.nextInt(all.length)], 0.8)
                              .asOf(millis(minute)))
                      .get(Scene.MODEL))
              .get(Usage.COORDINATES)
              .toldAt(millis(minute));
      arrivals.add(new Arrival(minute, model, (dossier, tickMillis) -> dossier.take(reading)));
    }
  }

  Surroundings around(int tick) {
    return tick >= 60 && tick < stormUntil
        ? new Surroundings(null, 0, 0, "many became stale", null, false, false)
        : Surroundings.QUIET;
  }

  private void readings(
      SplittableRandom random, String model, int tier, @Nullable SplittableRandom lateness) {
    int window = (int) (Tier.of(tier).windowMillis() / Scene.MINUTE);
    double severity = 0;
    boolean silent = false;
    int late = 0;
    for (int minute = window; minute < length.ticks; minute += window) {
      if (random.nextInt(4) == 0) {
        severity = random.nextInt(3) == 0 ? 0 : random.nextDouble();
        silent = random.nextInt(12) == 0;
        late = lateness != null && lateness.nextInt(4) == 0 ? 30 + lateness.nextInt(30) : 0;
      }
      if (!silent) {
        drift(
            minute + late,
            reading(model, "v1", minute, window, severity, random.nextInt(3), 2_000));
      }
    }
  }

  private static DriftReading reading(
      String model,
      String version,
      int minute,
      int window,
      double severity,
      int revision,
      long samples) {
    long end = Scene.START + minute * Scene.MINUTE;
    long start = end - window * Scene.MINUTE;
    return new DriftReading(
        model,
        version,
        DriftReading.ALL,
        "b-1",
        false,
        start,
        end,
        start,
        revision,
        DriftReading.Status.EVALUATED,
        samples,
        10,
        10,
        severity > 0 ? 1 : 0,
        severity,
        List.of(SomeReadings.feature("delay", severity, List.of())));
  }

  private PolicySet policy(SplittableRandom random) {
    String document =
        """
        {"metadata": {"name": "all", "team": "red"},
         "spec": {"models": ["m0", "m1", "m2"], "when": "signal.data_drift > 0.5",
                  "for": {"windows": %d, "of": 3},
                  "action": {"retrain": {"mode": "%s"}},
                  "limits": {"cooldown": "PT%dM"}}}
        """
            .formatted(
                1 + random.nextInt(2),
                random.nextInt(3) == 0 ? "approve" : "auto",
                cooldownMillis / Scene.MINUTE);
    try {
      return PolicySet.UNREAD
          .whole()
          .with("all", new PolicySet.Written(1, JSON.readTree(document)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(document, e);
    }
  }

  PolicySet policies(int tick) {
    return tick < policiesAt ? PolicySet.UNREAD : policies;
  }

  Dossier dossier(String model) {
    Dossier dossier = new Dossier(model);
    dossier.facts = facts.get(model);
    return dossier;
  }

  static long millis(int tick) {
    return Scene.START + tick * Scene.MINUTE;
  }
}

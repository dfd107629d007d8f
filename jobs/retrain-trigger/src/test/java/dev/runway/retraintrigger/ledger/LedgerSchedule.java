package dev.runway.retraintrigger.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.drift.window.Tier;
import dev.runway.model.DriftReading;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Some models in some hours, by a seed: drift that comes and goes, silence, a policy, a budget. */
final class LedgerSchedule {
  static final int TICKS = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  final long seed;
  final List<String> models = new ArrayList<>();
  final SortedMap<String, ModelFacts> facts = new TreeMap<>();
  final int cap;
  final double budget;
  final long cooldownMillis;
  final long monthMillis;

  /** Before this tick the policies are not read. */
  final int policiesAt;

  final PolicySet policies;

  /** A reading, and the tick at which it is there. */
  record Arrival(int tick, DriftReading reading) {}

  final List<Arrival> arrivals = new ArrayList<>();

  /**
   * @param late whether some readings come so late that the model is suspended
   */
  LedgerSchedule(long seed, boolean late) {
    this.seed = seed;
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
    }
    policies = policy(random);
  }

  private void readings(
      SplittableRandom random, String model, int tier, @Nullable SplittableRandom lateness) {
    int window = (int) (Tier.of(tier).windowMillis() / Scene.MINUTE);
    double severity = 0;
    boolean silent = false;
    int late = 0;
    for (int minute = window; minute < TICKS; minute += window) {
      if (random.nextInt(4) == 0) {
        severity = random.nextInt(3) == 0 ? 0 : random.nextDouble();
        silent = random.nextInt(12) == 0;
        late = lateness != null && lateness.nextInt(4) == 0 ? 30 + lateness.nextInt(30) : 0;
      }
      if (!silent) {
        arrivals.add(
            new Arrival(
                minute + late, reading(model, minute, window, severity, random.nextInt(3))));
      }
    }
  }

  private static DriftReading reading(
      String model, int minute, int window, double severity, int revision) {
    long end = Scene.START + minute * Scene.MINUTE;
    long start = end - window * Scene.MINUTE;
    return new DriftReading(
        model,
        "v1",
        DriftReading.ALL,
        "b-1",
        false,
        start,
        end,
        start,
        revision,
        DriftReading.Status.EVALUATED,
        2_000,
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

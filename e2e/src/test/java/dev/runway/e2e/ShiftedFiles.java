package dev.runway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Files as a user has them: training rows of version 1, and predictions of two versions over six
 * hours, whose amounts are others from the fourth hour on.
 */
final class ShiftedFiles {
  static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
  static final long HOUR = Duration.ofHours(1).toMillis();
  static final int HOURS = 6;
  static final int SHIFT_FROM = 3;

  /** Of each version. */
  static final int PER_HOUR = 700;

  private static final int TRAINING = 5_000;
  private static final int LABELLED = 100;
  private static final List<String> PLANS = List.of("free", "free", "pro", "team");

  private final Path folder;
  private final Random random = new Random(7);
  private final double[] training = new double[TRAINING];

  /** Amounts of version 1 by the end of their hour. */
  private final Map<Long, double[]> amounts = new TreeMap<>();

  ShiftedFiles(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(
        folder.resolve("model.json"),
        """
        {"model_id":"churn","task":"BINARY","horizon":"PT1H","window":"PT1H",\
        "versions":["1","2"]}""");
    List<String> rows = new ArrayList<>(List.of("amount,plan"));
    for (int i = 0; i < TRAINING; i++) {
      training[i] = random.nextGaussian();
      rows.add(training[i] + "," + plan());
    }
    Files.write(folder.resolve("training.csv"), rows);
    List<String> predictions = new ArrayList<>();
    List<String> outcomes = new ArrayList<>();
    for (int hour = 0; hour < HOURS; hour++) {
      double[] ofHour =
          amounts.computeIfAbsent(START + (hour + 1) * HOUR, h -> new double[PER_HOUR]);
      for (int i = 0; i < 2 * PER_HOUR; i++) {
        double amount = random.nextGaussian() + (hour < SHIFT_FROM ? 0 : 0.8);
        if (i % 2 == 0) {
          ofHour[i / 2] = amount;
        }
        String id = "p" + predictions.size();
        long at = START + hour * HOUR + random.nextInt((int) HOUR);
        predictions.add(
            """
            {"prediction_id":"%s","model_id":"churn","model_version":"%d","predicted_at":%d,\
            "score":%s,"features":{"amount":%s,"plan":"%s"}}"""
                .formatted(id, 1 + i % 2, at, random.nextDouble(), amount, plan()));
        if (predictions.size() <= LABELLED) {
          outcomes.add(
              """
              {"prediction_id":"%s","model_id":"churn","observed_at":%d,"label":true}"""
                  .formatted(id, at + 1));
        }
      }
    }
    Files.write(folder.resolve("predictions.jsonl"), predictions);
    Files.write(folder.resolve("outcomes.jsonl"), outcomes);
  }

  private String plan() {
    return PLANS.get(random.nextInt(PLANS.size()));
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  double[] training() {
    return training.clone();
  }

  /** Amounts of version 1 in the hour that ends so. */
  double[] amounts(long hourEnd) {
    return amounts.getOrDefault(hourEnd, new double[0]).clone();
  }
}

package dev.runway.demo.loop;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model of the act.
 *
 * @param horizon how long its labels take at most, in the time of the act
 * @param lapse how its sample became this
 * @param past labelled cases that its first version is trained on
 * @param cases what it predicts, in order of time
 * @param training how its trainings go
 * @param policy document of the policy that says when it is to be retrained
 * @param upstream the model whose answer to the case of the same id is one of its features; null
 *     for none
 */
public record LoopModel(
    String id,
    int tier,
    String team,
    String positiveLabel,
    String negativeLabel,
    Duration horizon,
    List<String> segments,
    TimeLapse lapse,
    List<LoopCase> past,
    List<LoopCase> cases,
    Training training,
    String policy,
    @Nullable String upstream) {

  /** Name of the feature that holds the answer of a model upstream. */
  public static final String UPSTREAM_SCORE = "upstream_score";

  public LoopModel {
    segments = List.copyOf(segments);
    past = List.copyOf(past);
    cases = List.copyOf(cases);
  }

  /**
   * How a training goes.
   *
   * @param rows newest labelled cases that it learns from at most
   * @param heldOut labelled cases, the newest of all, that it is judged on and never learns from
   * @param penalty see {@link dev.runway.demo.train.LogisticRegression}
   * @param share of the traffic that what comes of it has on canary, below a half
   */
  public record Training(int rows, int heldOut, double penalty, double share) {}

  /** When a time of the act was, in the sample: a date. */
  public String date(long actMillis) {
    return Instant.ofEpochMilli(lapse.data(actMillis))
        .atZone(ZoneOffset.UTC)
        .toLocalDate()
        .toString();
  }
}

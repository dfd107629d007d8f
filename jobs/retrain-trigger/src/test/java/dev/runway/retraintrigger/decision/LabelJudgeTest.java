package dev.runway.retraintrigger.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.SignalPart;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LabelJudgeTest {

  /** Labels become final when they do, and are corrected after that. */
  @Test
  void windowThatComesLateOrIsCorrected_countsAsIfItHadComeInOrder() {
    Scene inOrder = Scene.of(1);
    Scene late = Scene.of(1);
    for (int window = 1; window <= 40; window++) {
      long end = inOrder.nextEnd();
      drift(inOrder, end);
      inOrder.dossier.take(SomeReadings.labelled("v1", end, auc(window), 2, 0.95), inOrder.now);
      inOrder.tickTo(inOrder.decided(end));

      drift(late, end);
      if (window % 5 != 1) {
        late.dossier.take(SomeReadings.labelled("v1", end, 0.5, 1, 0.95), late.now);
      }
      late.tickTo(late.decided(end));
      if (window > 1) {
        long before = end - 10 * Scene.MINUTE;
        late.dossier.take(SomeReadings.labelled("v1", before, auc(window - 1), 2, 0.95), late.now);
      }
    }
    long last = inOrder.nextEnd() - 10 * Scene.MINUTE;
    late.dossier.take(SomeReadings.labelled("v1", last, auc(40), 2, 0.95), late.now);

    LabelJudge expected = judge(inOrder, last);
    LabelJudge judge = judge(late, last);
    assertThat(Objects.requireNonNull(judge.pooled("auc")).samples()).isEqualTo(40 * 1_900);
    assertThat(judge.pooled("auc")).isEqualTo(expected.pooled("auc"));
    assertThat(judge.reference("auc")).isNotNull().isEqualTo(expected.reference("auc"));
  }

  /**
   * After a long pause all labels may come before the first tick: what is oldest is compared with.
   */
  @Test
  void moreWindowsThanThereIsRoomFor_areLearntFromOneByOne() {
    Scene inOrder = Scene.of(1);
    Scene atOnce = Scene.of(1);
    long first = inOrder.nextEnd();
    for (int window = 1; window <= 60; window++) {
      long end = inOrder.nextEnd();
      drift(inOrder, end);
      inOrder.dossier.take(SomeReadings.labelled("v1", end, auc(window)), inOrder.now);
      inOrder.tickTo(inOrder.decided(end));
    }
    long last = inOrder.dossier.judgedToMillis;
    for (long end = last; end >= first; end -= 10 * Scene.MINUTE) {
      int window = (int) ((end - first) / (10 * Scene.MINUTE)) + 1;
      atOnce.dossier.take(SomeReadings.labelled("v1", end, auc(window)), last);
    }
    atOnce.dossier.take(SomeReadings.drift("v1", last, 0), last);
    atOnce.now = last;
    atOnce.tickTo(atOnce.decided(last));

    VersionFile file = Objects.requireNonNull(atOnce.dossier.versions.get("v1"));
    assertThat(file.labelled).hasSizeLessThanOrEqualTo(32);
    LabelJudge expected = judge(inOrder, last);
    LabelJudge judge = judge(atOnce, last);
    assertThat(judge.reference("auc")).isNotNull().isEqualTo(expected.reference("auc"));
    assertThat(Objects.requireNonNull(judge.pooled("auc")).samples()).isEqualTo(60 * 1_900);
    assertThat(atOnce.last().parts())
        .extracting(SignalPart::signal)
        .contains(SignalPart.Signal.PERFORMANCE);
  }

  private static double auc(int window) {
    return 0.8 + 0.001 * window;
  }

  private static void drift(Scene scene, long end) {
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift("v1", end, 0), scene.now);
  }

  private static LabelJudge judge(Scene scene, long end) {
    return new LabelJudge(
        Objects.requireNonNull(scene.dossier.versions.get("v1")), scene.settings, end);
  }
}

package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.join.PlainJoin;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.groundtruth.window.WindowDelta;
import dev.runway.model.Prediction;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WindowBundleTest {
  private static final long T = 1_750_000_020_000L;

  private static Prediction prediction(
      String id, @Nullable String segment, @Nullable String variant) {
    return new Prediction(
        id,
        "m",
        "v1",
        T,
        0.8,
        null,
        Double.NaN,
        null,
        null,
        segment,
        "b".equals(variant) ? "x" : null,
        variant,
        Double.NaN,
        1);
  }

  @Test
  void everyGroupOfAWindow_leavesOnce_withAllItsPredictions() {
    SomeModel model = SomeModel.explicit();
    PlainJoin join = new PlainJoin(10_000, 0);
    join.predicted(model.admit(prediction("p1", "eu", "shadow")));
    join.predicted(model.admit(prediction("p2", "eu", "b")));
    join.predicted(model.admit(prediction("p3", null, "b")));
    join.predicted(model.admit(prediction("p4", "eu", null)));
    join.predicted(model.admit(prediction("p5", null, null)));
    join.observed(model.label("p1", T + 1, "true", 1));
    WindowBundle bundling = new WindowBundle();
    var key = bundling.key(join.contributions.get(0));
    var groups = bundling.create(key);
    join.contributions.forEach(
        change -> {
          assertThat(bundling.key(change)).isEqualTo(key);
          bundling.add(groups, change);
        });
    List<WindowDelta> deltas = new ArrayList<>();
    bundling.emit(key, groups, new ListCollector<>(deltas));

    assertThat(deltas)
        .extracting(
            delta -> delta.window().segment(),
            delta -> delta.window().variant(),
            delta -> delta.counts().predictions(),
            delta -> delta.counts().joined())
        .containsExactlyInAnyOrder(
            Tuple.tuple("*", "*", 5L, 1L),
            Tuple.tuple("eu", "*", 3L, 1L),
            Tuple.tuple("*", "shadow", 1L, 1L),
            Tuple.tuple("*", "x:b", 2L, 0L),
            Tuple.tuple("eu", "shadow", 1L, 1L),
            Tuple.tuple("eu", "x:b", 1L, 0L));
  }
}

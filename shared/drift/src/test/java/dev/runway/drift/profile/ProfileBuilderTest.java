package dev.runway.drift.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.statistics.CentralMoments;
import dev.runway.drift.tile.Samples;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProfileBuilderTest {
  private static final ProfileOptions OPTIONS = new ProfileOptions(10, 20, 0, 10);

  @Test
  void fewRowsOfManyColumns_costMemoryForTheRowsAlone() {
    List<Declared> declared =
        IntStream.range(0, 100).mapToObj(i -> Declared.numeric("x" + i)).toList();
    List<RowWriter> rows =
        Collections.nCopies(
            10,
            row -> {
              for (int i = 0; i < 100; i++) {
                row.number(i, i);
              }
            });
    Samples.profile(declared, OPTIONS, rows);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);

    Samples.profile(declared, OPTIONS, rows);

    // Samples of their full size would be 80 MB.
    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(16 << 20);
  }

  @Test
  void sampleThatGrew_holdsEveryValue() {
    double[] values = new Random(5).doubles(5_000).toArray();

    NumericProfile profile =
        (NumericProfile)
            Samples.profile(List.of(Declared.numeric("x")), OPTIONS, Samples.numbers(values))
                .features()
                .get(0);

    double[] sorted = DoubleStream.of(values).sorted().toArray();
    assertThat(profile.edges()).isEqualTo(Edges.forReference(sorted, 10));
  }

  @Test
  void numberThatIsNone_isNotWritten() {
    List<FeatureProfile> features = new ArrayList<>();
    features.add(
        new NumericProfile(
            "x",
            0,
            0,
            0,
            Edges.of(),
            Edges.of(),
            new long[] {3},
            0,
            0,
            new CentralMoments(3, 0, 1, 0, Double.POSITIVE_INFINITY),
            new byte[0],
            Overdispersion.UNKNOWN));
    BaselineProfile profile = BaselineProfile.of(Samples.identity("b"), Precision.DOUBLE, features);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProfileJson.write(profile))
        .withMessageContaining("x has Infinity");
  }
}

package dev.runway.control.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final TopicPartition ONE = new TopicPartition("t", 1);
  private static final TopicPartition OTHER = new TopicPartition("t", 2);

  private long nanos = Long.MAX_VALUE - 7; // As near to its end as that clock may be.
  private final Patience patience = new Patience(() -> nanos);

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void record_isTriedForTheWholeTime_howOftenSoever() {
    for (int i = 0; i < 100; i++) {
      assertThat(patience.isOver(ONE, 4)).isFalse();
    }
    pass(Patience.LENGTH.minusNanos(1));
    assertThat(patience.isOver(ONE, 4)).isFalse();
    pass(Duration.ofNanos(1));
    assertThat(patience.isOver(ONE, 4)).isTrue();
  }

  @Test
  void successElsewhere_changesNothing() {
    patience.isOver(ONE, 4);
    pass(Patience.LENGTH);
    patience.start(OTHER);
    assertThat(patience.isOver(OTHER, 4)).isFalse();
    assertThat(patience.isOver(ONE, 4)).isTrue();
  }

  @Test
  void otherRecord_andWhatComesAfterAnOutage_haveTheWholeTime() {
    patience.isOver(ONE, 4);
    pass(Patience.LENGTH);
    assertThat(patience.isOver(ONE, 5)).isFalse();
    pass(Patience.LENGTH);
    patience.start(ONE);
    assertThat(patience.isOver(ONE, 5)).isFalse();
  }
}

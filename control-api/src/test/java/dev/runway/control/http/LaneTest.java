package dev.runway.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.runway.control.database.Unavailable;
import dev.runway.testkit.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final Answer ANSWER = Answer.text("text/plain", "there");

  @Test
  void onlyAsManyAsHaveRoom_areOnItAtOnce() throws Exception {
    Lane lane = new Lane(2, 100, Waits.LONG);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService askers = Executors.newFixedThreadPool(8);
    try {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(
            askers.submit(
                () ->
                    lane.in(
                        () -> {
                          most.accumulateAndGet(now.incrementAndGet(), Math::max);
                          Thread.onSpinWait();
                          now.decrementAndGet();
                          return ANSWER;
                        })));
      }
      for (Future<Answer> answer : answers) {
        assertThat(answer.get()).isSameAs(ANSWER);
      }
    } finally {
      askers.shutdownNow();
    }
    assertThat(most.get()).isBetween(1, 2);
  }

  @Test
  void whoComesWhenTooManyWait_isRefusedAtOnce_andWhoFailsLeavesItsPlace() throws Exception {
    Lane lane = new Lane(1, 1, Waits.LONG);
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    ExecutorService askers = Executors.newFixedThreadPool(2);
    try {
      Future<Answer> first = askers.submit(() -> lane.in(() -> failAfter(open, begun)));
      await().atMost(Waits.LONG).until(() -> begun.get() == 1);
      Future<Answer> second = askers.submit(() -> lane.in(() -> ANSWER));
      await().atMost(Waits.LONG).until(() -> refused(lane));

      open.countDown();

      assertThatThrownBy(first::get).hasRootCauseMessage("on purpose");
      assertThat(second.get()).isSameAs(ANSWER);
      assertThat(lane.in(() -> ANSWER)).isSameAs(ANSWER);
    } finally {
      askers.shutdownNow();
    }
  }

  @Test
  void whoseTurnDoesNotCome_isRefused() throws Exception {
    Lane lane = new Lane(1, 1, Duration.ofMillis(1));
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    ExecutorService asker = Executors.newSingleThreadExecutor();
    try {
      Future<Answer> first = asker.submit(() -> lane.in(() -> failAfter(open, begun)));
      await().atMost(Waits.LONG).until(() -> begun.get() == 1);

      assertThatThrownBy(() -> lane.in(() -> ANSWER)).isInstanceOf(Unavailable.class);

      open.countDown();
      assertThatThrownBy(first::get).hasRootCauseMessage("on purpose");
    } finally {
      asker.shutdownNow();
    }
  }

  private static boolean refused(Lane lane) {
    // Before somebody waits this one would wait itself.
    if (!lane.isFull()) {
      return false;
    }
    assertThatThrownBy(() -> lane.in(() -> ANSWER)).isInstanceOf(Unavailable.class);
    return true;
  }

  private static Answer failAfter(CountDownLatch open, AtomicInteger begun) {
    begun.incrementAndGet();
    try {
      open.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IllegalStateException("on purpose");
  }
}

package dev.runway.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Acts that wait for each other: a programme that plays them otherwise stands still. */
@Timeout(120)
class ProgrammeTest {
  private final List<String> happened = new CopyOnWriteArrayList<>();
  private final CountDownLatch secondIsOpen = new CountDownLatch(1);
  private final CountDownLatch secondIsBeingOpened = new CountDownLatch(1);

  /** Says what is done with it; what it does in between is a test's. */
  private class Step implements Act {
    final String name;

    Step(String name) {
      this.name = name;
    }

    @Override
    public String preparation() {
      return "prepares " + name;
    }

    @Override
    public void open() throws IOException, InterruptedException {
      happened.add("open " + name);
    }

    @Override
    public Ending play() throws IOException, InterruptedException {
      happened.add("play " + name);
      return new Ending(true, List.of("short " + name), List.of("full " + name), Map.of());
    }

    @Override
    public void stop() throws IOException {
      happened.add("stop " + name);
    }
  }

  private Programme programme(Act... acts) {
    return new Programme(List.of(acts), line -> {});
  }

  @Test
  void secondAct_isOpenedWhileTheFirstPlays_andPlaysAfterIt() throws Exception {
    Act first =
        new Step("first") {
          @Override
          public Ending play() throws IOException, InterruptedException {
            secondIsOpen.await();
            return super.play();
          }
        };
    Act second =
        new Step("second") {
          @Override
          public void open() throws IOException, InterruptedException {
            super.open();
            secondIsOpen.countDown();
          }
        };

    List<Act.Ending> endings = programme(first, second).play();

    assertThat(happened).containsExactly("open first", "open second", "play first", "play second");
    assertThat(endings)
        .extracting(Act.Ending::inShort)
        .containsExactly(List.of("short first"), List.of("short second"));
  }

  @Test
  void secondAct_waitsUntilItIsOpen() throws Exception {
    CountDownLatch firstHasPlayed = new CountDownLatch(1);
    Act first =
        new Step("first") {
          @Override
          public Ending play() throws IOException, InterruptedException {
            Ending ending = super.play();
            firstHasPlayed.countDown();
            return ending;
          }
        };
    Act second =
        new Step("second") {
          @Override
          public void open() throws IOException, InterruptedException {
            firstHasPlayed.await();
            super.open();
          }
        };

    programme(first, second).play();

    assertThat(happened).containsExactly("open first", "play first", "open second", "play second");
  }

  @Test
  void firstActFails_theOpeningOfTheSecondIsLeftBeforeBothAreStopped() {
    Act first =
        new Step("first") {
          @Override
          public Ending play() throws IOException, InterruptedException {
            secondIsBeingOpened.await();
            throw new IOException("the tape is torn");
          }
        };
    Act second =
        new Step("second") {
          @Override
          public void open() throws InterruptedException {
            secondIsBeingOpened.countDown();
            try {
              new CountDownLatch(1).await();
            } finally {
              happened.add("left second");
            }
          }
        };

    assertThatThrownBy(() -> programme(first, second).play()).hasMessage("the tape is torn");
    assertThat(happened).containsExactly("open first", "left second", "stop first", "stop second");
  }

  @Test
  void secondActDoesNotOpen_isToldAfterTheFirst_andNothingIsLeft() {
    Act second =
        new Step("second") {
          @Override
          public void open() throws IOException {
            throw new IOException("no slot is free");
          }
        };

    assertThatThrownBy(() -> programme(new Step("first"), second).play())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no slot is free");
    assertThat(happened).containsExactly("open first", "play first", "stop first", "stop second");
  }

  @Test
  void oneThatCannotBeStopped_doesNotKeepTheOthersRunning() {
    Act first =
        new Step("first") {
          @Override
          public void stop() throws IOException {
            throw new IOException("it does not end");
          }
        };

    assertThatThrownBy(() -> programme(first, new Step("second")).stop())
        .hasMessage("it does not end");
    assertThat(happened).containsExactly("stop second");
  }

  /** As the stack that is gone says it. */
  @Test
  void oneWhoseStackIsGone_doesNotKeepTheOthersRunning() {
    Act first =
        new Step("first") {
          @Override
          public void stop() {
            throw new IllegalStateException("no stack runs");
          }
        };

    assertThatThrownBy(() -> programme(first, new Step("second")).stop())
        .hasMessage("no stack runs");
    assertThat(happened).containsExactly("stop second");
  }

  @Test
  void toldToEnd_theOpeningIsLeftToo_andWhoeverSaidSoStops() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Act first =
        new Step("first") {
          @Override
          public Ending play() throws InterruptedException {
            new CountDownLatch(1).await();
            throw new AssertionError("nothing ends the wait but the interrupt");
          }
        };
    Act second =
        new Step("second") {
          @Override
          public void open() throws InterruptedException {
            secondIsBeingOpened.countDown();
            try {
              new CountDownLatch(1).await();
            } finally {
              happened.add("left second");
            }
          }
        };
    Thread player =
        new Thread(
            () -> {
              try {
                programme(first, second).play();
              } catch (IOException | InterruptedException e) {
                happened.add(e.getClass().getSimpleName());
              }
              ended.countDown();
            });
    player.start();
    secondIsBeingOpened.await();

    player.interrupt();

    ended.await();
    assertThat(happened).containsExactly("open first", "left second", "InterruptedException");
  }
}

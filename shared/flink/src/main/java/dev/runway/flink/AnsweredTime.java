package dev.runway.flink;

import java.time.Duration;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Time in which a source could have heard something: it stands while no broker answers. An idleness
 * measured by it does not take an outage for silence, after which the fastest partitions would make
 * late what the others still hold.
 *
 * <p>Whoever asks must do so often, as the periodic watermarks do five times a second: between two
 * looks no more than {@link #PATIENCE} can pass, so that a process that was stopped has heard
 * nothing either. Before the first answer none passes. Where no consumer is known it is the plain
 * clock.
 */
final class AnsweredTime implements RelativeClock {
  /**
   * How long after an answer time goes on without another: an answer is due within a fraction of a
   * second (fetch.max.wait.ms). Where they come less often, in a catch-up or with a longer wait of
   * the deployment's own, time passes more slowly, which only delays idleness.
   */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final RelativeClock clock;
  private final FetchAnswers answers;
  private long answered = FetchAnswers.UNKNOWN;
  private long answeredAtNanos;
  private long lookedAtNanos;
  private long timeNanos;

  AnsweredTime(RelativeClock clock, FetchAnswers answers) {
    this.clock = clock;
    this.answers = answers;
    answeredAtNanos = clock.relativeTimeNanos();
    lookedAtNanos = answeredAtNanos;
    timeNanos = answeredAtNanos;
  }

  @Override
  public long relativeTimeMillis() {
    return relativeTimeNanos() / 1_000_000;
  }

  @Override
  public long relativeTimeNanos() {
    long now = clock.relativeTimeNanos();
    long count = answers.count();
    if (count != answered) {
      answered = count;
      answeredAtNanos = now;
    }
    long step = now - lookedAtNanos;
    lookedAtNanos = now;
    boolean isAnswered = count > 0 && now - answeredAtNanos <= PATIENCE.toNanos();
    if (count == FetchAnswers.UNKNOWN) {
      timeNanos += step;
    } else if (isAnswered) {
      timeNanos += Math.min(step, PATIENCE.toNanos());
    }
    return timeNanos;
  }
}

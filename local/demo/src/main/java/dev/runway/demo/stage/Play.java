package dev.runway.demo.stage;

import dev.runway.demo.play.EventTape;
import dev.runway.demo.play.Player;
import dev.runway.demo.result.ResultReader;
import dev.runway.demo.result.Results;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays a tape in an arena and follows the results until nothing changes any more. */
public final class Play {
  private static final Duration POLL = Duration.ofMillis(250);

  /** Silence after which results that do not add up are taken for the last word. */
  private static final Duration SETTLED = Duration.ofSeconds(20);

  /** Silence after which results that do add up are taken for complete: late outcomes may lag. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private final Arena arena;
  private final EventTape tape;
  private final long sentPredictions;
  private final Board board;
  private final Map<String, Long> predictions;
  private final Duration patience;
  private final AtomicInteger sent = new AtomicInteger();
  private final long startNanos = System.nanoTime();

  /**
   * @param sentPredictions records the tape sends to predictions
   * @param predictions expected predictions by model, for the board; may be empty
   * @param patience how long nothing may happen before the play is given up
   */
  public Play(
      Arena arena,
      EventTape tape,
      long sentPredictions,
      Board board,
      Map<String, Long> predictions,
      Duration patience) {
    this.arena = arena;
    this.tape = tape;
    this.sentPredictions = sentPredictions;
    this.board = board;
    this.predictions = Map.copyOf(predictions);
    this.patience = patience;
  }

  /**
   * Plays and waits.
   *
   * @param eventsPerSecond 0 for as fast as it goes
   * @return what the result topics hold; all of it final
   * @throws IOException when the tape cannot be sent, or results stop coming before all is final
   */
  public Results run(double eventsPerSecond) throws IOException, InterruptedException {
    String servers = arena.stack().bootstrapServers();
    ExecutorService thread = Executors.newSingleThreadExecutor(Play::daemon);
    try (Player player = new Player(servers, arena.namespace());
        ResultReader reader = new ResultReader(servers, arena.namespace())) {
      Future<?> playing =
          thread.submit(
              () -> {
                player.play(tape, eventsPerSecond, sent::set);
                return null;
              });
      follow(player, playing, reader);
      if (player.tooLarge() > 0) {
        throw new IOException(
            player.tooLarge() + " events are larger than the broker takes: see its log");
      }
      return reader.results();
    } finally {
      thread.shutdownNow();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "player");
    thread.setDaemon(true);
    return thread;
  }

  private void follow(Player player, Future<?> playing, ResultReader reader)
      throws IOException, InterruptedException {
    long lastNews = System.nanoTime();
    int lastSent = 0;
    while (true) {
      boolean news = reader.read(POLL) > 0 || sent.get() != lastSent;
      lastSent = sent.get();
      lastNews = news ? System.nanoTime() : lastNews;
      Progress progress = progress(reader.results());
      board.show(progress);
      Duration silence = Duration.ofNanos(System.nanoTime() - lastNews);
      if (playing.isDone()) {
        requireSuccess(playing);
        if (isLastWord(reader, silence)) {
          board.end(progress);
          return;
        }
        // Also after a restart, when a job waits for a watermark anew.
        player.end(tape);
      }
      if (silence.compareTo(patience) > 0) {
        board.end(progress);
        throw new IOException(trouble(reader.results(), silence));
      }
    }
  }

  private boolean isLastWord(ResultReader reader, Duration silence) {
    if (silence.compareTo(QUIET) < 0 || !reader.results().allFinal() || !reader.atEnd()) {
      return false;
    }
    String topic = Topic.PREDICTIONS.in(arena.namespace());
    boolean addsUp = reader.results().unaccounted(sentPredictions, topic) == 0;
    return addsUp || silence.compareTo(SETTLED) > 0;
  }

  private static void requireSuccess(Future<?> playing) throws IOException, InterruptedException {
    try {
      playing.get();
    } catch (ExecutionException e) {
      throw new IOException("playing failed: " + e.getCause(), e);
    }
  }

  private String trouble(Results results, Duration silence)
      throws IOException, InterruptedException {
    long provisional =
        results.progress().values().stream().mapToLong(m -> m.provisionalWindows()).sum();
    String topic = Topic.PREDICTIONS.in(arena.namespace());
    List<String> troubles = arena.stack().jobTroubles(arena.namespace());
    return "nothing has happened for "
        + silence.toSeconds()
        + " s, and not all is final: "
        + provisional
        + " windows are provisional, "
        + results.unaccounted(sentPredictions, topic)
        + " predictions unaccounted for"
        + (troubles.isEmpty() ? "" : "; " + String.join("; ", troubles));
  }

  private Progress progress(Results results) {
    return new Progress(
        (System.nanoTime() - startNanos) / 1e9,
        sent.get(),
        tape.size(),
        predictions,
        results.progress(),
        dead(results, Topic.PREDICTIONS) + dead(results, Topic.OUTCOMES));
  }

  private long dead(Results results, Topic topic) {
    Map<Reason, Long> dead = results.dead(topic.in(arena.namespace()));
    return dead.values().stream().mapToLong(n -> n).sum();
  }
}

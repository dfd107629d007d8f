package dev.runway.demo.stage;

import dev.runway.demo.play.EventTape;
import dev.runway.demo.play.Player;
import dev.runway.demo.result.ModelVersion;
import dev.runway.demo.result.ResultReader;
import dev.runway.demo.result.Results;
import dev.runway.demo.result.Sent;
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

  /** Silence after which results that do add up are taken for complete: late outcomes may lag. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private final Arena arena;
  private final EventTape tape;
  private final long sentPredictions;
  private final Board board;
  private final Map<String, Long> predictions;
  private final Duration patience;
  private final AtomicInteger place = new AtomicInteger();
  private final long startNanos = System.nanoTime();
  private Sent sent;

  /**
   * @param sentPredictions records the tape sends to predictions
   * @param predictions expected predictions by model, for the board; may be empty
   * @param patience how long nothing may happen before the play is given up, or results that are
   *     final and do not add up are taken for the last word
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
    this.sent = Sent.whole(sentPredictions, tape.size() - sentPredictions);
  }

  /**
   * Plays and waits.
   *
   * @param eventsPerSecond 0 for as fast as it goes
   * @return what the result topics hold; all of it final
   * @throws IOException when the tape cannot be sent, or results do not come, or stop coming before
   *     all is final
   */
  public Results run(double eventsPerSecond) throws IOException, InterruptedException {
    String servers = arena.stack().bootstrapServers();
    ExecutorService thread = Executors.newSingleThreadExecutor(Play::daemon);
    try (Player player = new Player(servers, arena.namespace());
        ResultReader reader = new ResultReader(servers, arena.namespace())) {
      Future<?> playing =
          thread.submit(
              () -> {
                player.play(tape, eventsPerSecond, place::set);
                return null;
              });
      follow(player, playing, reader);
      if (arena.judgeByOwnBaselines(patience)) {
        follow(player, playing, reader);
      }
      return reader.results();
    } finally {
      thread.shutdownNow();
    }
  }

  /** What has been sent so far; of {@link #run} when that has returned. */
  public Sent sent() {
    return sent;
  }

  private Sent sentBy(Player player) {
    return new Sent(
        sentPredictions,
        tape.size() - sentPredictions,
        player.tooLarge(Topic.PREDICTIONS),
        player.tooLarge(Topic.OUTCOMES));
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
      boolean news = reader.read(POLL) > 0 || place.get() != lastSent;
      lastSent = place.get();
      lastNews = news ? System.nanoTime() : lastNews;
      Progress progress = progress(reader.results());
      board.show(progress);
      Duration silence = Duration.ofNanos(System.nanoTime() - lastNews);
      if (playing.isDone()) {
        requireSuccess(playing);
        sent = sentBy(player);
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
    Results results = reader.results();
    // Nothing at all is not "all final": it is a job that does not run.
    boolean something = !results.isEmpty() || tape.size() == sent.tooLarge();
    if (silence.compareTo(QUIET) < 0 || !something || !results.allFinal() || !reader.atEnd()) {
      return false;
    }
    if (unaccounted(results) == 0 && isDriftWhole(results)) {
      return true;
    }
    boolean givenUp = silence.compareTo(patience) > 0;
    if (givenUp) {
      board.note("waited " + silence.toSeconds() + " s in vain for " + missing(results));
    }
    return givenUp;
  }

  /** Where drift is looked for, every prediction is in a tile, and every window has been judged. */
  public boolean isDriftWhole(Results results) {
    Map<ModelVersion, Long> windows = arena.driftWindows();
    return windows.keySet().stream().allMatch(version -> results.notInTiles(version) <= 0)
        && results.drift().unjudged(windows) == 0;
  }

  private long unaccounted(Results results) {
    return results.unaccounted(sent.takenPredictions(), Topic.PREDICTIONS.in(arena.namespace()));
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
    List<String> troubles = arena.troubles();
    return "nothing has happened for "
        + silence.toSeconds()
        + " s, and "
        + (results.isEmpty()
            ? "there is no result at all"
            : "not all is final: " + provisional + " windows are provisional")
        + ", "
        + missing(results)
        + (troubles.isEmpty() ? "" : "; " + String.join("; ", troubles));
  }

  private String missing(Results results) {
    return unaccounted(results)
        + " predictions unaccounted for"
        + (isDriftWhole(results) ? "" : ", windows of drift not judged");
  }

  private Progress progress(Results results) {
    return new Progress(
        (System.nanoTime() - startNanos) / 1e9,
        place.get(),
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

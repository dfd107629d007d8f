package dev.runway.demo.stage;

import dev.runway.demo.result.ModelProgress;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Shows a play while it goes on: on a terminal a block of bars that is drawn again and again,
 * elsewhere a line per model now and then.
 */
public final class Board {
  private static final int BAR = 24;
  private static final double PLAIN_EVERY_SECONDS = 5;

  private final PrintStream out;
  private final boolean terminal;
  private final boolean colours;
  private int drawn;
  private double lastPlain = Double.NEGATIVE_INFINITY;

  /**
   * @param terminal whether lines can be drawn over
   * @param colours whether bars are coloured; only on a terminal
   */
  public Board(PrintStream out, boolean terminal, boolean colours) {
    this.out = out;
    this.terminal = terminal;
    this.colours = colours && terminal;
  }

  /** Shows a state of things. */
  public void show(Progress progress) {
    if (terminal) {
      draw(lines(progress));
    } else if (progress.seconds() - lastPlain >= PLAIN_EVERY_SECONDS) {
      lastPlain = progress.seconds();
      lines(progress).forEach(out::println);
      out.flush();
    }
  }

  /** Shows the last state for good. */
  public void end(Progress progress) {
    lastPlain = Double.NEGATIVE_INFINITY;
    show(progress);
    drawn = 0;
    out.println();
  }

  private void draw(List<String> lines) {
    if (drawn > 0) {
      out.printf("\033[%dF\033[J", drawn);
    }
    lines.forEach(out::println);
    out.flush();
    drawn = lines.size();
  }

  private List<String> lines(Progress progress) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "  %5.1f s  %s %,d of %,d events sent, %,d dead letters%s",
            progress.seconds(),
            bar(share(progress.sent(), progress.toSend())),
            progress.sent(),
            progress.toSend(),
            progress.dead(),
            progress.played() ? "; waiting until all is final" : ""));
    TreeSet<String> models = new TreeSet<>(progress.predictions().keySet());
    models.addAll(progress.models().keySet());
    for (String model : models) {
      lines.add(line(model, progress.models().get(model), progress.predictions()));
    }
    return lines;
  }

  private String line(String model, @Nullable ModelProgress progress, Map<String, Long> expected) {
    if (progress == null) {
      return String.format(Locale.ROOT, "           %s %-14s nothing yet", bar(0), model);
    }
    long due = expected.getOrDefault(model, progress.predictions());
    double coverage =
        progress.predictions() == 0 ? 0 : 100.0 * progress.joined() / progress.predictions();
    return String.format(
        Locale.ROOT,
        "           %s %-14s %s  %,d read, %,d joined (%.1f %%), %,d waiting, %,d windows open",
        bar(share(progress.predictions(), due)),
        model,
        Instant.ofEpochMilli(progress.newestWindowMillis()).toString().substring(0, 10),
        progress.predictions(),
        progress.joined(),
        coverage,
        progress.waiting(),
        progress.provisionalWindows());
  }

  private static double share(long part, long whole) {
    return whole <= 0 ? 0 : Math.min(1, (double) part / whole);
  }

  private String bar(double share) {
    if (!terminal) {
      return String.format(Locale.ROOT, "%3.0f %%", 100 * share);
    }
    int full = (int) Math.round(share * BAR);
    String bar = "█".repeat(full) + "░".repeat(BAR - full);
    return colours ? "\033[32m" + bar + "\033[0m" : bar;
  }
}

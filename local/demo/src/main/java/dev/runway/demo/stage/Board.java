package dev.runway.demo.stage;

import dev.runway.demo.result.ModelProgress;
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
  private static final int BAR = 10;
  private static final double PLAIN_EVERY_SECONDS = 5;

  private final Console console;
  private final boolean colours;
  private double lastPlain = Double.NEGATIVE_INFINITY;

  /**
   * @param colours whether bars are coloured; only on a terminal
   */
  public Board(Console console, boolean colours) {
    this.console = console;
    this.colours = colours && console.isTerminal();
  }

  /** A board with colours, unless NO_COLOR is set. */
  public static Board on(Console console) {
    String noColour = System.getenv("NO_COLOR");
    return new Board(console, noColour == null || noColour.isEmpty());
  }

  /** Shows a state of things. */
  public void show(Progress progress) {
    if (console.isTerminal()) {
      console.redraw(lines(progress));
    } else if (progress.seconds() - lastPlain >= PLAIN_EVERY_SECONDS) {
      lastPlain = progress.seconds();
      lines(progress).forEach(console::line);
    }
  }

  /** Shows the last state for good. */
  public void end(Progress progress) {
    lastPlain = Double.NEGATIVE_INFINITY;
    show(progress);
    console.line("");
  }

  /** Says what is not as it should be, for good. */
  public void note(String text) {
    console.line("  " + text);
  }

  private List<String> lines(Progress progress) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "  %s %5.1f s  %,d of %,d events sent, %,d dead letters%s",
            bar(share(progress.sent(), progress.toSend())),
            progress.seconds(),
            progress.sent(),
            progress.toSend(),
            progress.dead(),
            progress.played() ? "; waiting" : ""));
    TreeSet<String> models = new TreeSet<>(progress.predictions().keySet());
    models.addAll(progress.models().keySet());
    for (String model : models) {
      lines.add(line(model, progress.models().get(model), progress.predictions()));
    }
    return lines;
  }

  private String line(String model, @Nullable ModelProgress progress, Map<String, Long> expected) {
    if (progress == null) {
      return String.format(Locale.ROOT, "  %s %-13s nothing yet", bar(0), model);
    }
    long due = expected.getOrDefault(model, progress.predictions());
    double coverage =
        progress.predictions() == 0 ? 0 : 100.0 * progress.joined() / progress.predictions();
    return String.format(
        Locale.ROOT,
        "  %s %-13s %s %,d read, %.1f %% joined, %,d waiting",
        bar(share(progress.predictions(), due)),
        model,
        Instant.ofEpochMilli(progress.newestWindowMillis()).toString().substring(0, 10),
        progress.predictions(),
        coverage,
        progress.waiting());
  }

  private static double share(long part, long whole) {
    return whole <= 0 ? 0 : Math.min(1, (double) part / whole);
  }

  private String bar(double share) {
    if (!console.isTerminal()) {
      return String.format(Locale.ROOT, "%3.0f %%", 100 * share);
    }
    int full = (int) Math.round(share * BAR);
    String bar = "█".repeat(full) + "░".repeat(BAR - full);
    return colours ? "\033[32m" + bar + "\033[0m" : bar;
  }
}

package dev.runway.demo.embedding;

import dev.runway.demo.embedding.AirportSpace.Candidate;
import dev.runway.demo.loop.ControlClient;
import dev.runway.demo.stage.DemoStack;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Verdict;
import dev.runway.model.Topic;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what becomes of those who read an embedding when it is trained anew. */
@Command(
    name = "demo-embeddings",
    description = {
      "Embeddings of airports, learned now from real flights: twice a month, with another seed, and"
          + " with rows swapped, rotated and cut off. Sent through the running stack, which says of"
          + " each version whether it can take the place of the one before, and why.",
      "Starts the stack unless it is up. The space is "
          + AirportSpace.ID
          + ", beside your own;"
          + " it stays, so that its gate can be asked, until --end.",
      "Exit code 0 when every verdict is the one that was counted by hand."
    })
public final class EmbeddingsCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String LINE = "  %-18s %-11s %-11s %-11s %7s  %s%n";

  private final Supplier<DemoStack> stacks;
  private final InstantSource clock;
  private final PrintStream out;

  @Option(names = "--end", description = "Ends the space: what is known of it goes.")
  private boolean end;

  /**
   * @param stacks asked once, when the command runs
   */
  public EmbeddingsCommand(Supplier<DemoStack> stacks, InstantSource clock, PrintStream out) {
    this.stacks = stacks;
    this.clock = clock;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    DemoStack stack = stacks.get();
    stack.ensureUp();
    AirportSpace space = AirportSpace.learn();
    DemoStack.ControlAccess control = stack.control();
    ControlClient api =
        new ControlClient(control.address(), Files.readString(control.tokenFile()).strip());
    AirportRollout rollout =
        new AirportRollout(stack.bootstrapServers(), Topic.LIVE, space, new SpacesOfTheApi(api));
    if (end) {
      rollout.end();
      out.println("ended " + AirportSpace.ID);
      return 0;
    }
    out.printf(
        Locale.ROOT,
        "sending %d versions of the vectors of some 220 airports%n",
        space.versions().size());
    return show(space, rollout.play(clock.millis(), PATIENCE), out) ? 0 : 1;
  }

  /** Prints what was told; says whether it is right. */
  static boolean show(AirportSpace space, Map<Pair, EmbeddingStability> told, PrintStream out) {
    Pair baseline = space.pairs().get(0);
    out.printf(
        "%n%s and %s differ by their seed alone: %s of their neighbours are the same%n%n",
        baseline.before(), baseline.after(), overlap(told.get(baseline)));
    out.printf(LINE, "instead of it", "coordinates", "similarity", "prediction", "overlap", "");
    boolean right = true;
    for (Candidate candidate : space.candidates()) {
      EmbeddingStability stability = Objects.requireNonNull(told.get(candidate.pair()));
      List<Usage> wrong = wrong(candidate, stability);
      right &= wrong.isEmpty();
      out.printf(
          LINE,
          candidate.pair().after(),
          verdict(stability, Usage.COORDINATES),
          verdict(stability, Usage.SIMILARITY),
          verdict(stability, Usage.PREDICTION),
          overlap(stability),
          candidate.what() + (wrong.isEmpty() ? "" : "  WRONG for " + wrong));
      out.printf(
          LINE,
          "  for " + candidate.pair().before(),
          why(stability, Usage.COORDINATES),
          why(stability, Usage.SIMILARITY),
          why(stability, Usage.PREDICTION),
          "",
          "");
    }
    Pair last = space.candidates().get(space.candidates().size() - 1).pair();
    out.printf(
        "%nask again: ./runway gate embedding %s %s %s%n",
        AirportSpace.ID, last.before(), last.after());
    return right;
  }

  private static String overlap(@Nullable EmbeddingStability stability) {
    Double overlap = stability == null ? null : stability.value("knn_overlap");
    return overlap == null ? "-" : String.format(Locale.ROOT, "%.2f", overlap);
  }

  private static List<Usage> wrong(Candidate candidate, EmbeddingStability stability) {
    return candidate.right().entrySet().stream()
        .filter(known -> known.getValue() != of(stability, known.getKey()).compatibility())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static String verdict(EmbeddingStability stability, Usage usage) {
    return of(stability, usage).compatibility().name();
  }

  private static String why(EmbeddingStability stability, Usage usage) {
    return of(stability, usage).reason().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static Verdict of(EmbeddingStability stability, Usage usage) {
    return stability.verdicts().stream()
        .filter(verdict -> verdict.usage() == usage)
        .findFirst()
        .orElseThrow();
  }
}

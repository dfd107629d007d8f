package dev.runway.why;

import dev.runway.model.Topic;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells why a decision was made, and makes it again. */
@Command(
    name = "why",
    description = {
      "Tells why a decision about a model was made, and makes it again from the bytes that are stored"
          + " with it: by the code that decides, which knows nothing else.",
      "./runway health MODEL lists decisions with their ids.",
      "Exit code 0 when it comes out the same to the last bit, 1 when it does not or is not there."
    })
public final class WhyCommand implements Callable<Integer> {
  private static final int DIFFERS = 1;

  private final Function<String, DecisionTable> tables;
  private final PrintStream out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DECISION_ID", description = "Which decision.")
  private String decisionId = "";

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Whose tables: " + Topic.LIVE + " (default), or a replay's.")
  private String namespace = Topic.LIVE;

  /**
   * @param tables of a schema; asked once, when the command runs
   */
  public WhyCommand(Function<String, DecisionTable> tables, PrintStream out) {
    this.tables = tables;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    if (!namespace.matches("[a-z][a-z0-9-]{0,62}")) {
      throw new ParameterException(spec.commandLine(), namespace + " is no namespace");
    }
    DecisionTable table = tables.apply(namespace.replace('-', '_'));
    StoredDecision decision =
        table
            .find(decisionId)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "there is no decision %s in schema %s; they are kept for 90 days"
                            .formatted(decisionId, table.schema())));
    WhyReport report = new WhyReport(decision);
    report.decided().forEach(out::println);
    out.println();
    List<StoredDecision.Difference> differences = differences(decision);
    report.madeAgain(differences).forEach(out::println);
    return differences.isEmpty() ? 0 : DIFFERS;
  }

  private static List<StoredDecision.Difference> differences(StoredDecision decision) {
    try {
      return decision.differences(decision.again());
    } catch (IllegalArgumentException e) {
      // Inputs that were changed by hand may be no inputs at all.
      return List.of(
          new StoredDecision.Difference(
              "inputs", decision.inputs(), "cannot be read: " + e.getMessage()));
    }
  }
}

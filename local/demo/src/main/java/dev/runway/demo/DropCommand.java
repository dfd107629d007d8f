package dev.runway.demo;

import dev.runway.demo.loop.LoopAct;
import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.DemoStack;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends what a demo or a replay left. */
@Command(
    name = "drop",
    description = {
      "Ends a kept replay or the demo: stops its jobs, ends its page, deletes its topics and its"
          + " tables.",
      "The namespace is what replay printed, "
          + FirstAct.NAMESPACE
          + " or "
          + LoopAct.NAMESPACE
          + "."
    })
public final class DropCommand implements Callable<Integer> {
  private final Supplier<DemoStack> stacks;
  private final PrintStream out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAMESPACE", description = "Whose jobs, topics and tables.")
  private String namespace = "";

  /**
   * @param stacks asked once, when the command runs
   */
  public DropCommand(Supplier<DemoStack> stacks, PrintStream out) {
    this.stacks = stacks;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    // Never the live topics, whatever is typed.
    if (!namespace.equals(FirstAct.NAMESPACE)
        && !namespace.equals(LoopAct.NAMESPACE)
        && !namespace.matches(ReplayCommand.NAMESPACE_PREFIX + "[a-z0-9]{1,40}")) {
      throw new ParameterException(
          spec.commandLine(), namespace + " is no namespace of a replay or of the demo");
    }
    DemoStack stack = stacks.get();
    Arena.clear(stack, namespace);
    stack.dropTables(Arena.schema(namespace));
    if (namespace.equals(LoopAct.NAMESPACE)) {
      LoopAct.deleteFiles(stack.folder());
    }
    out.println("dropped " + namespace + ": jobs, topics, tables");
    return 0;
  }
}

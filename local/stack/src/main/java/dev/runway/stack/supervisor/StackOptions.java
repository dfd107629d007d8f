package dev.runway.stack.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What the starter of a stack may choose.
 *
 * @param portBase first port to try; empty for the remembered or usual ones
 * @param jobs whether the catalogued jobs are brought up; without, only jobs of clients run
 */
public record StackOptions(OptionalInt portBase, boolean jobs) {

  private static final String PORT_BASE = "--port-base=";
  private static final String NO_JOBS = "--no-jobs";

  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    portBase.ifPresent(base -> arguments.add(PORT_BASE + base));
    if (!jobs) {
      arguments.add(NO_JOBS);
    }
    return arguments;
  }

  static StackOptions of(List<String> arguments) {
    OptionalInt base =
        arguments.stream()
            .filter(argument -> argument.startsWith(PORT_BASE))
            .mapToInt(argument -> Integer.parseInt(argument.substring(PORT_BASE.length())))
            .findFirst();
    return new StackOptions(base, !arguments.contains(NO_JOBS));
  }
}

package dev.runway.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The verbs over the control API. */
public final class Verbs {
  private Verbs() {}

  /**
   * Adds the verbs to a command.
   *
   * @param stack where the API of the local stack is, if one is up
   */
  public static void addTo(
      CommandLine runway, Map<String, String> environment, Supplier<Optional<LocalApi>> stack) {
    ActionCommands commands = new ActionCommands(new Target.Finder(environment, stack));
    for (Verb verb : all()) {
      CommandSpec group = commands.command(verb.first(), verb.name(), verb.description());
      if (!verb.first().name().equals(verb.name())) {
        commands.addTo(group, verb.first());
      }
      verb.others().forEach(action -> commands.addTo(group, action));
      runway.getCommandSpec().addSubcommand(verb.name(), group);
    }
  }

  static List<Verb> all() {
    return Stream.of(RegistryVerbs.all(), OversightVerbs.all(), GraphVerbs.all(), LedgerVerbs.all())
        .flatMap(List::stream)
        .toList();
  }
}

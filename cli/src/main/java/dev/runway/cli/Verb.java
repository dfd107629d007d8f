package dev.runway.cli;

import java.util.List;

/**
 * A verb of the command line.
 *
 * @param first what it does by itself
 * @param others what it does when one of these is named
 */
record Verb(String name, String description, Action first, List<Action> others) {
  static Verb of(String name, String description, Action first, Action... others) {
    return new Verb(name, description, first, List.of(others));
  }
}
